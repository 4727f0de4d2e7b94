/**
 * Calls the binding with wrong arguments, in a process of its own, as a fault of the binding would end it. Arguments: seed
 * and number of calls, or `exhaust`. Before each call a line with it goes to the standard error, so that the last one is the one that
 * ended the process; the last line of the standard output is a {@linkcode FuzzReport}.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { tf } from "../../../lib/backend/tf.ts";
import { useBackend } from "../../../lib/backend/use_backend.ts";
import type { TensorFlowBinding } from "../../../lib/backend/tensorflow/binding.ts";
import { AttributeType, DataType } from "../../../lib/backend/tensorflow/c_api.ts";
import { nodeBackend } from "../../../lib/backend/tensorflow/node_backend.ts";
import type { OperationAttribute } from "../../../lib/backend/tensorflow/operation_attributes.ts";
import { type OperationRecipe, OPERATIONS, type TensorRecipe } from "./fuzz_operations.ts";

/** What the calls came to. */
export interface FuzzReport {
  /** Calls by their kind. */
  readonly calls: Record<string, number>;
  /** How many of them were refused with an exception. */
  readonly refused: number;
  /** Tensors that were left when all was disposed. */
  readonly tensorsLeft: number;
  /** What the second half of the calls added to the process, bytes. */
  readonly growth: number;
}

/** One call. Everything in it is data, so that it can be printed and run again. */
interface FuzzCall {
  readonly kind: "tensor" | "id" | "operation" | "function" | "background" | "huge";
  readonly run: (binding: TensorFlowBinding) => void | Promise<void>;
  /** The call must be refused. */
  readonly wrong?: boolean;
  readonly shown: unknown;
}

/** Numbers that are no length, index, id or count, and some that are. None asks for gigabytes: see the huge ones apart. */
const oddNumber = fc.oneof(
  fc.constantFrom(
    -1,
    0,
    1,
    2,
    3,
    0.5,
    -0.5,
    NaN,
    Infinity,
    -Infinity,
    -0,
    2 ** 31,
    2 ** 32,
    -(2 ** 31),
    2 ** 53,
    1e300,
  ),
  fc.integer(),
  fc.double(),
);
const oddValue = fc.oneof(
  oddNumber,
  fc.constantFrom<unknown>(
    undefined,
    null,
    true,
    false,
    "",
    "SAME",
    "a\0b",
    [],
    [1],
    ["a"],
    {},
    5n,
    2n ** 70n,
    -(2n ** 63n),
  ),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.array(oddNumber, { maxLength: 6 }),
  fc.constantFrom(300, 5000).map((length) => Array(length).fill(1)),
);
const smallInteger = fc.constantFrom(-(2 ** 31), -5, -1, 0, 1, 2, 3, 7, 40);
const knownType = fc.constantFrom(...Object.values(DataType));
const anyType = fc.oneof(knownType, fc.integer({ min: -5, max: 150 }), oddNumber);

const ELEMENTS = 64;
const axes: fc.Arbitrary<number[]> = fc.array(
  fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constantFrom(-1, 1.5, NaN, 2 ** 31, 2 ** 40, 2 ** 53 - 1, 2 ** 62)),
  { maxLength: 6 },
);
const anyShape: fc.Arbitrary<number[]> = fc.oneof(
  { weight: 4, arbitrary: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }) },
  { weight: 2, arbitrary: axes },
  {
    weight: 1,
    arbitrary: fc.constantFrom([0, 2 ** 40, 2 ** 40], [2 ** 40, 2 ** 40, 0], Array(255).fill(1), Array(300).fill(0)),
  },
);

const createCall: fc.Arbitrary<FuzzCall> = fc.record({
  shape: anyShape,
  dtype: fc.oneof({ weight: 3, arbitrary: knownType }, { weight: 1, arbitrary: anyType }),
  change: fc.constantFrom(0, 0, 0, -1, 1, 7),
  values: fc.oneof(
    { weight: 4, arbitrary: fc.constant("numbers" as const) },
    { weight: 1, arbitrary: fc.constantFrom("fractions", "bigints", "texts", "none", "bytes" as const) },
  ),
}).map(({ shape, dtype, change, values }) => {
  const size = shape.reduce((product, length) => product * length, 1) * (dtype === DataType.COMPLEX64 ? 2 : 1);
  const length = Math.max(0, (Number.isSafeInteger(size) && size <= ELEMENTS ? size : 3) + change);
  const made: Record<typeof values, unknown> = {
    numbers: Array(length).fill(1),
    fractions: Array(length).fill(0.5),
    bigints: Array(length).fill(1n),
    texts: Array(length).fill("one"),
    none: null,
    bytes: new Uint8Array(length),
  };
  const carried = [DataType.FLOAT, DataType.INT32, DataType.UINT8, DataType.COMPLEX64, DataType.INT64, DataType.BOOL];
  const isShape = shape.length <= 254 && shape.every((axis) => Number.isSafeInteger(axis) && axis >= 0) &&
    Number.isSafeInteger(shape.reduce((product, axis) => product * (axis || 1), 1));
  return {
    kind: "tensor",
    shown: { shape, dtype, values, length },
    wrong: !isShape || length !== size || values === "none" || !(carried as number[]).includes(dtype),
    run(binding) {
      const id = binding.createTensor([...shape], dtype, made[values] as number[]);
      try {
        const read = binding.tensorDataSync(id);
        assertEquals(read.length, size);
        if (values === "numbers") {
          assert(Array.from(read as ArrayLike<number | bigint>, Number).every((one) => one === 1));
        }
      } finally {
        binding.deleteTensor(id);
      }
    },
  };
});

const idCall: fc.Arbitrary<FuzzCall> = fc.record({
  id: oddValue,
  call: fc.constantFrom("read", "delete", "run", "function", "deleted"),
}).map(({ id, call }) => ({
  kind: "id",
  shown: { id, call },
  wrong: call !== "delete",
  run(binding) {
    const wrong = id as number;
    if (call === "delete") return binding.deleteTensor(wrong);
    if (call === "read") return void binding.tensorDataSync(wrong);
    if (call === "run") return void binding.executeOp("Identity", [], [wrong], 1);
    if (call === "function") return void binding.captureFunction("never", [wrong], () => [wrong]);
    const own = binding.createTensor([1], DataType.FLOAT, [1]);
    binding.deleteTensor(own);
    binding.deleteTensor(own);
    binding.tensorDataSync(own);
  },
}));

/** What is changed in an operation that was right. */
type Change = (operation: OperationRecipe) => OperationRecipe;

const changeAt = <T>(list: readonly T[], place: number, change: (item: T) => T): T[] =>
  list.map((item, index) => index === place % Math.max(list.length, 1) ? change(item) : item);

const place = fc.nat({ max: 7 });
const anyAttribute: fc.Arbitrary<OperationAttribute> = fc.record({
  name: fc.oneof(fc.constantFrom("T", "N", "dtype", "strides", "padding", "shape"), fc.string({ maxLength: 8 })),
  type: fc.oneof(fc.constantFrom(...Object.values(AttributeType)), oddNumber),
  value: oddValue,
});

/** A value of the attribute's own type that the operation did not expect. */
const otherValue = ({ type, value }: OperationAttribute, numbers: number[], code: number, word: string): unknown => {
  if (type === AttributeType.TYPE) return code;
  if (type === AttributeType.STRING) return word;
  if (type === AttributeType.BOOL) return !value;
  return Array.isArray(value) ? numbers : numbers[0] ?? 0;
};

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(place, oddValue).map(([at, value]): Change => (operation) => ({
    ...operation,
    attributes: changeAt(operation.attributes, at, (attribute) => ({ ...attribute, value })),
  })),
  fc.tuple(
    place,
    fc.array(smallInteger, { maxLength: 5 }),
    fc.integer({ min: 0, max: 30 }),
    fc.constantFrom("VALID", "SAME", "EXPLICIT", "NCHW", ""),
  ).map((
    [at, numbers, code, word],
  ): Change =>
  (operation) => ({
    ...operation,
    attributes: changeAt(
      operation.attributes,
      at,
      (attribute) => ({ ...attribute, value: otherValue(attribute, numbers, code, word) }),
    ),
  })),
  fc.tuple(place, oddNumber).map(([at, type]): Change => (operation) => ({
    ...operation,
    attributes: changeAt(operation.attributes, at, (attribute) => ({ ...attribute, type })),
  })),
  place.map((at): Change => (operation) => ({
    ...operation,
    attributes: operation.attributes.filter((_, index) => index !== at % Math.max(operation.attributes.length, 1)),
  })),
  anyAttribute.map((attribute): Change => (operation) => ({
    ...operation,
    attributes: [...operation.attributes, attribute],
  })),
  place.map((at): Change => (operation) => ({
    ...operation,
    inputs: operation.inputs.filter((_, index) => index !== at),
  })),
  place.map((at): Change => (operation) => ({
    ...operation,
    inputs: [...operation.inputs, operation.inputs[at % operation.inputs.length] ?? OPERATIONS[0].inputs[0]],
  })),
  fc.tuple(
    place,
    fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 5 }),
    fc.constantFrom(DataType.FLOAT, DataType.INT32, DataType.BOOL, DataType.INT64),
    smallInteger,
  )
    .map(([at, shape, dtype, value]): Change => {
      const size = shape.reduce((product, length) => product * length, 1);
      const tensor: TensorRecipe = { shape, dtype, values: Array(size).fill(value) };
      return (operation) => ({ ...operation, inputs: changeAt(operation.inputs, at, () => tensor) });
    }),
  fc.tuple(place, place, smallInteger).map(([at, within, value]): Change => (operation) => ({
    ...operation,
    inputs: changeAt(
      operation.inputs,
      at,
      (tensor) => ({ ...tensor, values: changeAt(tensor.values, within, () => value) }),
    ),
  })),
  oddNumber.map((outputCount): Change => (operation) => ({ ...operation, outputCount })),
  fc.oneof(fc.string({ unit: "binary", maxLength: 12 }), fc.constantFrom("", "Relu\0", "relu", "NoSuchOperation")).map(
    (name): Change => (operation) => ({ ...operation, name }),
  ),
);

const operation = fc.record({
  base: fc.constantFrom(...OPERATIONS),
  changes: fc.array(change, { maxLength: 3 }),
}).map(({ base, changes }) => ({
  operation: changes.reduce((operation, change) => change(operation), base),
  asItWas: changes.length === 0,
}));

/** Runs something with the inputs on the device, and frees them. */
function withInputs<T>(binding: TensorFlowBinding, inputs: readonly TensorRecipe[], run: (ids: number[]) => T): T {
  const ids: number[] = [];
  try {
    for (const { shape, dtype, values } of inputs) ids.push(binding.createTensor([...shape], dtype, [...values]));
    return run(ids);
  } finally {
    for (const id of ids) binding.deleteTensor(id);
  }
}

/** Reads and frees the outputs. */
function useOutputs(binding: TensorFlowBinding, outputs: readonly { id: number; shape: number[] }[]): void {
  try {
    for (const { id, shape } of outputs) {
      assert(shape.every((length) => length >= 0), `shape ${shape}`);
      binding.tensorDataSync(id);
    }
  } finally {
    for (const { id } of outputs) binding.deleteTensor(id);
  }
}

const operationCall: fc.Arbitrary<FuzzCall> = operation.map(({ operation, asItWas }) => ({
  kind: "operation",
  shown: operation,
  run(binding) {
    const { name, attributes, inputs, outputCount } = operation;
    let refusal: unknown;
    withInputs(binding, inputs, (ids) => {
      try {
        const outputs = binding.executeOp(name, [...attributes], ids, outputCount);
        assertEquals(outputs.length, outputCount);
        useOutputs(binding, outputs);
      } catch (error) {
        refusal = error;
      }
    });
    if (asItWas) assertEquals(refusal, undefined);
    if (refusal) throw refusal;
  },
}));

let functions = 0;

/** Captures an operation and runs it; then runs it wrongly, on this thread or another, and removes it, twice. */
const functionCall: fc.Arbitrary<FuzzCall> = fc.record({
  operation,
  forged: fc.record({
    outputCount: fc.option(oddNumber, { nil: undefined }),
    inputs: fc.option(fc.array(fc.oneof(fc.constant("own" as const), oddNumber), { maxLength: 4 }), { nil: undefined }),
    /** Which of the function's own inputs is of another shape; all else is right then. */
    otherShape: fc.option(place, { nil: undefined, freq: 2 }),
    graphConfiguration: fc.option(fc.uint8Array({ maxLength: 12 }), { nil: undefined }),
    name: fc.option(fc.string({ maxLength: 5 }), { nil: undefined }),
  }),
  background: fc.boolean(),
  removeEarly: fc.boolean(),
}).map(({ operation: { operation }, forged, background, removeEarly }) => ({
  kind: background ? "background" : "function",
  shown: { operation, forged, removeEarly },
  async run(binding) {
    const { name, attributes, inputs, outputCount } = operation;
    const made: number[] = [];
    const ids = inputs.map(({ shape, dtype, values }) => binding.createTensor([...shape], dtype, [...values]));
    try {
      const captured = binding.captureFunction(`fuzz_${functions++}`, ids, () => {
        const outputs = binding.executeOp(name, [...attributes], ids, outputCount).map(({ id }) => id);
        const constant = binding.createTensor([1], DataType.FLOAT, [1]);
        made.push(constant);
        return [...outputs, ...ids, constant];
      });
      let removed = false;
      const remove = () => {
        binding.removeFunction(captured);
        removed = true;
      };
      try {
        useOutputs(binding, binding.runFunction(captured, captured.inputs));
        const wrong = forged.otherShape !== undefined ? captured : {
          ...captured,
          outputCount: forged.outputCount ?? captured.outputCount,
          name: forged.name ?? captured.name,
        };
        const other = binding.createTensor([1, 1, 1, 1, 1, 2], DataType.FLOAT, [1, 1]);
        made.push(other);
        const given = forged.otherShape === undefined
          ? forged.inputs?.map((id) => id === "own" ? captured.inputs[0] : id) ?? captured.inputs
          : changeAt(captured.inputs, forged.otherShape, () => other);
        const graphConfiguration = wrong === captured ? undefined : forged.graphConfiguration;
        const options = { graphConfiguration: graphConfiguration as Uint8Array<ArrayBuffer> | undefined };
        if (!background) {
          useOutputs(binding, binding.runFunction(wrong, given, options));
        } else {
          const running = binding.startFunction(wrong, given, options);
          for (const id of ids) binding.deleteTensor(id); // while it runs
          if (removeEarly) remove();
          useOutputs(binding, await running);
        }
        assert(!given.includes(other), "an input of another shape was not refused");
      } finally {
        if (!removed) remove();
      }
      binding.removeFunction(captured); // there is no longer one
    } finally {
      for (const id of [...ids, ...made]) binding.deleteTensor(id);
      assert(!binding.isCapturing());
    }
  },
}));

/** Outputs of more elements than there are numbers for. What fits a number and no memory is {@linkcode exhaust}'s. */
const hugeCall: fc.Arbitrary<FuzzCall> = fc.record({
  length: fc.constantFrom(2 ** 22, 2 ** 24, 2 ** 31 - 1),
  axes: fc.integer({ min: 3, max: 5 }),
  name: fc.constantFrom("Fill", "StatelessRandomUniform", "BroadcastTo", "Tile", "PadV2"),
}).map(({ length, axes, name }) => {
  const lengths: TensorRecipe = { shape: [axes], dtype: DataType.INT32, values: Array(axes).fill(length) };
  const one: TensorRecipe = { shape: Array(axes).fill(1), dtype: DataType.FLOAT, values: [1] };
  const scalar: TensorRecipe = { shape: [], dtype: DataType.FLOAT, values: [1] };
  const seed: TensorRecipe = { shape: [2], dtype: DataType.INT32, values: [1, 2] };
  const paddings: TensorRecipe = { shape: [axes, 2], dtype: DataType.INT32, values: Array(2 * axes).fill(length) };
  const inputs: Record<typeof name, TensorRecipe[]> = {
    Fill: [lengths, scalar],
    StatelessRandomUniform: [lengths, seed],
    BroadcastTo: [one, lengths],
    Tile: [one, lengths],
    PadV2: [one, paddings, scalar],
  };
  const type = name === "StatelessRandomUniform" ? "dtype" : "T";
  return {
    kind: "huge",
    shown: { name, length, axes },
    wrong: true,
    run(binding) {
      withInputs(binding, inputs[name], (ids) => {
        const attributes = [{ name: type, type: AttributeType.TYPE, value: DataType.FLOAT }];
        useOutputs(binding, binding.executeOp(name, attributes, ids, 1));
      });
    },
  };
});

const anyCall = fc.oneof(
  { weight: 1, arbitrary: hugeCall },
  { weight: 3, arbitrary: createCall },
  { weight: 2, arbitrary: idCall },
  { weight: 8, arbitrary: operationCall },
  { weight: 4, arbitrary: functionCall },
);

/** What TypeScript says of itself in place of what was wrong with the call. */
const UNTOLD = /is not a function|is not iterable|Cannot read properties|undefined \(|is not defined|null \(/;

async function refusalOf(call: FuzzCall, binding: TensorFlowBinding): Promise<Error | undefined> {
  try {
    await call.run(binding);
  } catch (error) {
    assert(error instanceof Error);
    return error;
  }
}

async function fuzz(seed: number, numRuns: number): Promise<FuzzReport> {
  await useBackend("tensorflow");
  const { binding } = nodeBackend()!;
  tf.scalar(1).dispose();
  const calls: Record<string, number> = {};
  let [count, refused, atHalf] = [0, 0, 0];
  const tensors = binding.getNumOfTensors();
  const encoder = new TextEncoder();
  const property = fc.asyncProperty(anyCall, async (call) => {
    Deno.stderr.writeSync(
      encoder.encode(`${call.kind} ${Deno.inspect(call.shown, { depth: 6, breakLength: Infinity })}\n`),
    );
    calls[call.kind] = (calls[call.kind] ?? 0) + 1;
    const refusal = await refusalOf(call, binding);
    assert(!call.wrong || refusal, "a wrong call was not refused");
    if (refusal) {
      if (refusal.name === "AssertionError") throw refusal;
      assert(/^Cannot .+: ./s.test(refusal.message) && !UNTOLD.test(refusal.message), `it says: ${refusal.stack}`);
      refused++;
    }
    assertEquals(binding.getNumOfTensors(), tensors, "a tensor was left");
    if (++count === numRuns >> 1) atHalf = Deno.memoryUsage().rss;
  });
  await fc.assert(property, { seed, numRuns });
  return {
    calls,
    refused,
    tensorsLeft: binding.getNumOfTensors() - tensors,
    growth: Deno.memoryUsage().rss - atHalf,
  };
}

/** Asks for more than any address space has; TensorFlow waits ten seconds for memory before it refuses. */
async function exhaust(): Promise<string> {
  await useBackend("tensorflow");
  const { binding } = nodeBackend()!;
  const lengths = binding.createTensor([2], DataType.INT32, [2 ** 30, 2 ** 30]);
  const value = binding.createTensor([], DataType.FLOAT, [1]);
  const attributes = [{ name: "T", type: AttributeType.TYPE, value: DataType.FLOAT }];
  const refusal = (() => {
    try {
      binding.executeOp("Fill", attributes, [lengths, value], 1);
    } catch (error) {
      return (error as Error).message;
    }
  })();
  assertEquals(binding.getNumOfTensors(), 2);
  useOutputs(binding, binding.executeOp("Identity", [], [value], 1)); // it goes on after that
  return refusal ?? "nothing was refused";
}

if (import.meta.main) {
  const [seed, numRuns] = Deno.args.map(Number);
  console.log(JSON.stringify(Deno.args[0] === "exhaust" ? await exhaust() : await fuzz(seed, numRuns)));
}
