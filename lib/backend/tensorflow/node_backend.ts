/**
 * Which operations the current backend offers beyond tfjs' own. It loads nothing of TensorFlow, so that what asks here runs
 * in a browser as well.
 *
 * @module
 */
import { tf } from "../tf.ts";
import type { TensorFlowBinding } from "./binding.ts";
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

/** tfjs-node's backend object when it is the current one, else undefined. */
export function nodeBackend(): NodeBackend | undefined {
  return tf.getBackend() === TENSORFLOW ? tf.backend() as unknown as NodeBackend : undefined;
}
