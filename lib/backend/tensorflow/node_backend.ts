/**
 * Registers TensorFlow as a backend of tfjs: tfjs-node's own kernels, over this project's binding.
 *
 * @module
 */
import { createRequire } from "node:module";
import util from "node:util";
import { projectDirectory } from "../../project_directory.ts";
import { tf } from "../tf.ts";
import { createBinding, type TensorFlowBinding } from "./binding.ts";
import { startContext, type TensorFlowContext } from "./context.ts";
import { findTensorFlow, openTensorFlow } from "./library.ts";
import type { OperationAttribute } from "./operation_attributes.ts";
import type { TensorMetadata } from "./tensor_table.ts";

/** Name under which TensorFlow is registered with tfjs. */
export const TENSORFLOW = "tensorflow";

/** The part of tfjs-node's `NodeJSKernelBackend` that this project calls. */
export interface NodeBackend {
  readonly binding: TensorFlowBinding;
  /** Ids of tensors, which are copied to TensorFlow if they are not there yet. */
  getInputTensorIds(tensors: readonly tf.Tensor[]): number[];
  createOutputTensor(metadata: TensorMetadata): tf.Tensor;
  executeSingleOutput(name: string, attributes: OperationAttribute[], inputs: tf.Tensor[]): tf.Tensor;
  executeMultipleOutputs(
    name: string,
    attributes: OperationAttribute[],
    inputs: tf.Tensor[],
    outputCount: number,
  ): tf.Tensor[];
}

/** Above tfjs' own backends (cpu 1, webgl 2, webgpu 3), so that it is preferred once it is registered. */
const PRIORITY = 4;
const PACKAGE = "@tensorflow/tfjs-node-gpu";

/**
 * Opens TensorFlow, registers the backend and makes it current.
 *
 * @throws {Error} When TensorFlow is missing, damaged or of another version; the message says what to run.
 */
export async function startTensorFlow(): Promise<TensorFlowContext> {
  const runtime = startContext(openTensorFlow(findTensorFlow(projectDirectory())));
  const require = createRequire(import.meta.url);
  // tfjs-node calls two functions that Node.js has removed.
  Object.assign(util, {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  });
  const { NodeJSKernelBackend } = require(`${PACKAGE}/dist/nodejs_kernel_backend.js`);
  require(`${PACKAGE}/dist/register_all_kernels.js`);
  tf.registerBackend(TENSORFLOW, () => new NodeJSKernelBackend(createBinding(runtime), PACKAGE), PRIORITY);
  return await Promise.resolve(runtime);
}

/** tfjs-node's backend object when it is the current one, else undefined. */
export function nodeBackend(): NodeBackend | undefined {
  return tf.getBackend() === TENSORFLOW ? tf.backend() as unknown as NodeBackend : undefined;
}
