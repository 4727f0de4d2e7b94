/**
 * The `binding` that tfjs-node's kernels call, in TypeScript over TensorFlow's C interface, in place of its native
 * addon. While a function is being captured the same calls record a graph; the kernels above do not notice.
 *
 * @module
 */
import { AttributeType, DataType } from "./c_api.ts";
import type { TensorFlowContext } from "./context.ts";
import { executeEagerly, executeInBackground, type Operation } from "./eager_execution.ts";
import { abandonTrace, addConstant, addOperation, finishTrace, type GraphTrace, startTrace } from "./graph_trace.ts";
import type { GraphFunction } from "./graph_trace.ts";
import { allocateHostTensor, type HostValues, readHandle } from "./host_tensor.ts";
import { checkStatus } from "./library.ts";
import { cString } from "./c_string.ts";
import type { OperationAttribute } from "./operation_attributes.ts";
import { type OperationTime, operationTimes } from "./operation_times.ts";
import { checkKernel } from "./kernel_check.ts";
import { checkOperation } from "./operation_check.ts";
import { createDefinitionTable, operationDefinition } from "./operation_definition.ts";
import { addTensor, createTensorTable, type EagerTensor, requireTensor, type TensorMetadata } from "./tensor_table.ts";
import { instructionSet } from "./processor.ts";

/** What tfjs-node's kernels need of their native half (`tfjs_binding.d.ts`), and capture beside it. */
export interface TensorFlowBinding {
  createTensor(shape: number[], dtype: number, values: HostValues): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array | Int32Array | BigInt64Array | Uint8Array;
  executeOp(name: string, attributes: OperationAttribute[], inputs: number[], outputCount: number): TensorMetadata[];
  /** The same tensor, which a captured function does not compute before the other one. */
  after(id: number, dtype: number, other: number): TensorMetadata;
  isUsingGpuDevice(): boolean;
  /** Whether it computes on a processor of which is known that it has AVX2, and no AVX-512 or none that may be used. */
  isUsingAvx2Processor(): boolean;
  getNumOfTensors(): number;
  /** Whether a function is being captured at this moment. */
  isCapturing(): boolean;
  /** Records what `body` does as a function. `body` returns the ids of the outputs. */
  captureFunction(name: string, argumentIds: readonly number[], body: () => number[]): GraphFunction;
  /** Runs a captured function on the inputs, in the order of {@linkcode GraphFunction.inputs}. */
  runFunction(
    graphFunction: GraphFunction,
    inputs: readonly number[],
    options?: { graphConfiguration?: Uint8Array<ArrayBuffer>; compile?: boolean },
  ): TensorMetadata[];
  /** The same, while JavaScript goes on. */
  startFunction(...call: Parameters<TensorFlowBinding["runFunction"]>): Promise<TensorMetadata[]>;
  /** What the kinds of operations in a captured function take, as means of so many runs. */
  operationTimes(runs: number, ...call: Parameters<TensorFlowBinding["runFunction"]>): OperationTime[];
  /** Takes a captured function out of TensorFlow. */
  removeFunction(graphFunction: GraphFunction): void;
  readonly TF_Version: string;
}

/** An empty `ConfigProto`: TensorFlow's own choice of rewrites. */
const DEFAULT_GRAPH_CONFIGURATION = new Uint8Array(0);

type TensorDescription = Pick<EagerTensor, "shape" | "dtype">;

/** Makes the binding for a running TensorFlow. */
export function createBinding(runtime: TensorFlowContext): TensorFlowBinding & Record<string, unknown> {
  const table = createTensorTable();
  const definitions = createDefinitionTable(runtime);
  /** What the captured functions take, by name. */
  const signatures = new Map<string, readonly TensorDescription[]>();
  const onGpu = runtime.devices.some(({ type }) => type === "GPU");
  const onAvx2 = !onGpu && instructionSet(runtime) === "AVX2";
  let trace: GraphTrace | undefined;

  function createTensor(shape: number[], dtype: number, values: HostValues): number {
    const tensor = allocateHostTensor(runtime, shape, dtype, values);
    try {
      const handle = runtime.core.TFE_NewTensorHandle(tensor, runtime.status);
      checkStatus(runtime, "create a tensor");
      const id = addTensor(table, { handle, shape: [...shape], dtype });
      try {
        if (trace) addConstant(runtime, trace, id, tensor, dtype);
      } catch (error) {
        deleteTensor(id);
        throw error;
      }
      return id;
    } finally {
      runtime.framework.TF_DeleteTensor(tensor);
    }
  }

  function deleteTensor(id: number): void {
    trace?.tensors.delete(id);
    const tensor = table.tensors.get(id);
    if (!tensor) return;
    runtime.core.TFE_DeleteTensorHandle(tensor.handle);
    table.tensors.delete(id);
  }

  function tensorDataSync(id: number) {
    if (trace?.tensors.has(id) && !table.tensors.has(id)) {
      throw new Error(
        "Cannot read a tensor's values while a function is being captured: they are not computed yet. Return the " +
          "tensor from the function and read it outside.",
      );
    }
    return readHandle(runtime, requireTensor(table, id, "read a tensor").handle);
  }

  function executeOp(name: string, attributes: OperationAttribute[], inputs: number[], outputCount: number) {
    const operation = { name, attributes, inputs, outputCount };
    if (trace) return addOperation(runtime, table, trace, operation);
    checkOperation(operationDefinition(runtime, definitions, name), operation);
    const tensors = inputs.map((id) => requireTensor(table, id, `run ${name}`));
    checkKernel(operation, tensors.map(({ shape }) => shape), (index) => readHandle(runtime, tensors[index].handle));
    return executeEagerly(runtime, table, operation);
  }

  function after(id: number, dtype: number, other: number): TensorMetadata {
    const attributes = [{ name: "T", type: AttributeType.TYPE, value: dtype }];
    const operation = { name: "Identity", attributes, inputs: [id], outputCount: 1, controlInputs: [other] };
    const [tensor] = trace ? addOperation(runtime, table, trace, operation) : executeEagerly(runtime, table, operation);
    return tensor;
  }

  function captureFunction(name: string, argumentIds: readonly number[], body: () => number[]): GraphFunction {
    if (trace) throw new Error(`Cannot capture ${name}: another function is being captured; call it from there.`);
    trace = startTrace(runtime, definitions);
    try {
      const outputIds = body();
      const graphFunction = finishTrace(runtime, table, trace, name, argumentIds, outputIds);
      signatures.set(name, graphFunction.inputs.map((id) => trace!.inputs.get(id)!));
      return graphFunction;
    } finally {
      abandonTrace(runtime, trace);
      trace = undefined;
    }
  }

  function functionCall(
    graphFunction: GraphFunction,
    inputs: readonly number[],
    options: { graphConfiguration?: Uint8Array<ArrayBuffer>; compile?: boolean } = {},
  ): Operation {
    const { name } = graphFunction;
    const signature = signatures.get(name);
    if (!signature) throw new Error(`Cannot run ${name}: it is no captured function, or was removed.`);
    checkInputs(name, signature, inputs.map((id) => requireTensor(table, id, `run ${name}`)));
    return {
      name,
      attributes: options.compile ? [{ name: "_XlaMustCompile", type: AttributeType.BOOL, value: true }] : [],
      inputs,
      outputCount: graphFunction.outputCount,
      graphConfiguration: options.graphConfiguration ?? DEFAULT_GRAPH_CONFIGURATION,
    };
  }

  function removeFunction(graphFunction: GraphFunction): void {
    signatures.delete(graphFunction.name);
    runtime.core.TFE_ContextRemoveFunction(runtime.context, cString(graphFunction.name), runtime.status);
    checkStatus(runtime, `remove function ${graphFunction.name}`);
  }

  const constants = [
    ...Object.entries(DataType).map(([name, code]) => [`TF_${name}`, code]),
    ...Object.entries(AttributeType).map(([name, code]) => [`TF_ATTR_${name}`, code]),
  ];
  return {
    ...Object.fromEntries(constants),
    TF_Version: runtime.version,
    createTensor,
    deleteTensor,
    tensorDataSync,
    executeOp,
    after,
    isUsingGpuDevice: () => onGpu,
    isUsingAvx2Processor: () => onAvx2,
    getNumOfTensors: () => table.tensors.size,
    isCapturing: () => trace !== undefined,
    captureFunction,
    runFunction: (...call) => executeEagerly(runtime, table, functionCall(...call)),
    startFunction: (...call) => executeInBackground(runtime, table, functionCall(...call)),
    operationTimes: (runs, ...call) => operationTimes(runtime, table, functionCall(...call), runs),
    removeFunction,
  };
}

/** @throws {Error} When inputs differ from those that a function was captured with: its kernels would not check them again. */
function checkInputs(name: string, expected: readonly TensorDescription[], found: readonly TensorDescription[]): void {
  if (found.length !== expected.length) {
    throw new Error(`Cannot run ${name}: it takes ${expected.length} inputs, found ${found.length}.`);
  }
  const show = ({ shape, dtype }: TensorDescription) => `[${shape}] of type ${dtype}`;
  expected.forEach((one, index) => {
    const other = found[index];
    const isEqual = one.dtype === other.dtype && one.shape.length === other.shape.length &&
      one.shape.every((length, axis) => length === other.shape[axis]);
    if (!isEqual) throw new Error(`Cannot run ${name}: input ${index} is ${show(one)}, found ${show(other)}.`);
  });
}
