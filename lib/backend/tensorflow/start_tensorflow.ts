/**
 * Registers TensorFlow as a backend of tfjs: tfjs-node's own kernels, over this project's binding.
 *
 * @module
 */
import { createRequire } from "node:module";
import util from "node:util";
import { join } from "@std/path";
import { projectDirectory } from "../../project_directory.ts";
import { tf } from "../tf.ts";
import { createBinding } from "./binding.ts";
import { startContext, type TensorFlowContext } from "./context.ts";
import { findTensorFlow, openTensorFlow } from "./library.ts";
import { TENSORFLOW } from "./node_backend.ts";

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
  // The project's node_modules: those of this copy, or of the project that imports the library from a registry.
  const require = createRequire(join(projectDirectory(), "deno.json"));
  // tfjs-node calls two functions that Node.js has removed.
  Object.assign(util, {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  });
  requirePackage(require);
  const { NodeJSKernelBackend } = require(`${PACKAGE}/dist/nodejs_kernel_backend.js`);
  require(`${PACKAGE}/dist/register_all_kernels.js`);
  tf.registerBackend(TENSORFLOW, () => new NodeJSKernelBackend(createBinding(runtime), PACKAGE), PRIORITY);
  return await Promise.resolve(runtime);
}

function requirePackage(require: NodeJS.Require): void {
  try {
    require.resolve(`${PACKAGE}/package.json`);
  } catch (error) {
    throw new Error(
      `Cannot start TensorFlow: ${projectDirectory()} has no node_modules with ${PACKAGE}. Set "nodeModulesDir": "auto" ` +
        `in deno.json and run \`deno add npm:${PACKAGE}@${tf.version.tfjs}\`, or use the backend "cpu" or "webgpu".`,
      { cause: error },
    );
  }
}
