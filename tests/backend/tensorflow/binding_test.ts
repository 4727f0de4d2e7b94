import { backend } from "../../backend.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { tf } from "../../../lib/backend/tf.ts";
import { AttributeType, DataType } from "../../../lib/backend/tensorflow/c_api.ts";
import { nodeBackend } from "../../../lib/backend/tensorflow/node_backend.ts";

// A wrong handle, size or type in TensorFlow's C interface ends the process: each of these must be an exception instead.
const ignore = backend.name !== "tensorflow";
const FLOAT_TYPE = { name: "T", type: AttributeType.TYPE, value: DataType.FLOAT };

const FAULTS: [claim: string, fault: () => unknown, message: string][] = [
  ["a tensor id that never was", () => binding().executeOp("Relu", [FLOAT_TYPE], [999_999_999], 1), "never was one"],
  ["a tensor id that is no number", () => binding().tensorDataSync(NaN), "never was one"],
  ["too few values", () => binding().createTensor([2, 2], DataType.FLOAT, [1, 2, 3]), "it has 4 values, found 3"],
  ["no values", () => binding().createTensor([1], DataType.FLOAT, null as unknown as number[]), "found none"],
  ["a negative axis", () => binding().createTensor([-1], DataType.FLOAT, []), "[-1] is not a shape"],
  ["a fractional axis", () => binding().createTensor([1.5], DataType.FLOAT, [1]), "[1.5] is not a shape"],
  ["a huge tensor", () => binding().createTensor([2 ** 40], DataType.FLOAT, { length: 2 ** 40 }), "too many for one"],
  ["an unknown data type", () => binding().createTensor([1], 99, [1]), "data type 99 is not supported"],
  ["an unknown operation", () => binding().executeOp("NoSuchOperation", [], [], 1), "NoSuchOperation"],
  ["a missing input", () => binding().executeOp("MatMul", [FLOAT_TYPE], [], 1), "MatMul"],
  [
    "an attribute of another type",
    () => binding().executeOp("Relu", [{ ...FLOAT_TYPE, value: "float" }], [one()], 1),
    'attribute "T" may be',
  ],
  [
    "a fractional integer attribute",
    () => binding().executeOp("Pack", [{ name: "N", type: AttributeType.INT, value: 0.5 }], [one()], 1),
    "it takes 0.5 inputs",
  ],
  [
    "an attribute type that is none",
    () => binding().executeOp("Relu", [{ ...FLOAT_TYPE, type: 77 }], [one()], 1),
    "has type 77",
  ],
  ["shapes that do not fit", () => binding().executeOp("AddN", addTwo(), [one(), two()], 1), "Cannot run AddN"],
];

for (const [claim, fault, message] of FAULTS) {
  Deno.test({
    name: `the binding refuses ${claim} with an exception`,
    ignore,
    fn: () => void assertThrows(fault, Error, message),
  });
}

Deno.test({
  name: "the binding refuses a tensor that was deleted",
  ignore,
  fn() {
    const id = one();
    binding().deleteTensor(id);
    binding().deleteTensor(id); // twice does no harm
    assertThrows(() => binding().tensorDataSync(id), Error, "it was disposed");
  },
});

Deno.test({
  name: "the binding runs a captured function on inputs of no other number, shape or type than it was captured with",
  ignore,
  fn() {
    const [x, longer] = [one(), two()];
    const integer = binding().createTensor([1], DataType.INT32, [1]);
    const captured = binding().captureFunction(
      "inputs_of_one_kind",
      [x],
      () => binding().executeOp("Relu", [FLOAT_TYPE], [x], 1).map(({ id }) => id),
    );
    for (
      const [inputs, message] of [
        [[], "it takes 1 inputs, found 0"],
        [[x, x], "it takes 1 inputs, found 2"],
        [[longer], "input 0 is [1] of type 1, found [2] of type 1"],
        [[integer], "input 0 is [1] of type 1, found [1] of type 3"],
      ] as const
    ) {
      assertThrows(() => binding().runFunction(captured, inputs), Error, message);
    }
    binding().removeFunction(captured);
    for (const id of [x, longer, integer]) binding().deleteTensor(id);
  },
});

Deno.test({
  name: "the binding leaks no tensor when operations fail",
  ignore,
  fn() {
    const x = one();
    const before = binding().getNumOfTensors();
    for (let attempt = 0; attempt < 50; attempt++) {
      assertThrows(() => binding().executeOp("MatMul", [FLOAT_TYPE], [x, x], 1));
    }
    assertEquals(binding().getNumOfTensors(), before);
  },
});

Deno.test({
  name: "the binding carries every data type there and back",
  ignore,
  fn() {
    const cases: [number, number[]][] = [
      [DataType.FLOAT, [0.5, -1]],
      [DataType.INT32, [-3, 7]],
      [DataType.BOOL, [0, 1]],
      [DataType.UINT8, [0, 255]],
      [DataType.INT64, [-5, 2 ** 40]],
    ];
    for (const [dtype, values] of cases) {
      const id = binding().createTensor([2], dtype, values);
      assertEquals(Array.from(binding().tensorDataSync(id) as ArrayLike<number | bigint>, Number), values);
    }
  },
});

Deno.test("a disposed tensor is an error of tfjs, not a crash", () => {
  const x = tf.tensor1d([1]);
  tf.square(x).dispose();
  x.dispose();
  assertThrows(() => x.dataSync(), Error, "disposed");
  assertThrows(() => tf.square(x));
});

function binding() {
  return nodeBackend()!.binding;
}

function one(): number {
  return binding().createTensor([1], DataType.FLOAT, [1]);
}

function two(): number {
  return binding().createTensor([2], DataType.FLOAT, [1, 2]);
}

function addTwo() {
  return [FLOAT_TYPE, { name: "N", type: AttributeType.INT, value: 2 }];
}
