import "../backend.ts";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { tf } from "../../lib/backend/tf.ts";
import { decodeSafetensors, encodeSafetensors } from "../../lib/model/safetensors.ts";

Deno.test("decodeSafetensors() gives back what encodeSafetensors() was given, to the bit", async () => {
  const tensors = { a: tf.tensor2d([[1, -0.1], [1e-38, 3e38]]), "block.bias": tf.tensor1d([]), c: tf.scalar(7) };
  const decoded = decodeSafetensors(await encodeSafetensors(tensors, { note: "grüße" }));
  assertEquals(decoded.metadata, { note: "grüße" });
  for (const [name, tensor] of Object.entries(tensors)) {
    assertEquals(decoded.tensors[name].shape, tensor.shape);
    assertEquals(decoded.tensors[name].dataSync(), tensor.dataSync());
  }
});

Deno.test("encodeSafetensors() writes the layout that the format prescribes", async () => {
  const bytes = await encodeSafetensors({ x: tf.tensor1d([1]) });
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  assertEquals(length % 8, 0);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  assertEquals(header.x, { dtype: "F32", shape: [1], data_offsets: [0, 4] });
  assertEquals(bytes.length, 8 + length + 4);
});

Deno.test("encodeSafetensors() refuses what is not float32", async () => {
  await assertRejects(
    () => encodeSafetensors({ x: tf.tensor1d([1], "int32") }),
    TypeError,
    "expected float32, found int32",
  );
});

const header = (entry: unknown) => file(JSON.stringify({ x: entry }));

const file = (text: string) => {
  const bytes = new Uint8Array(8 + text.length + 8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(new TextEncoder().encode(text), 8);
  return bytes;
};

const DAMAGED: [claim: string, bytes: Uint8Array<ArrayBuffer>, message: string][] = [
  ["an empty file", new Uint8Array(0), "too few"],
  ["a header longer than the file", new Uint8Array([255, 0, 0, 0, 0, 0, 0, 0]), "longer than the file"],
  ["a header of absurd length", new Uint8Array(8).fill(255), "longer than the file"],
  ["a header that is not JSON", new Uint8Array([2, 0, 0, 0, 0, 0, 0, 0, 123, 33]), "not JSON"],
  ["a header that is null", file("null"), "not a JSON object"],
  ["a header that is a list", file("[]"), "not a JSON object"],
  ["metadata that are no texts", file('{"__metadata__":{"a":1}}'), "metadata are not texts"],
  [
    "a tensor whose name would change every object",
    file('{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'),
    'no tensor may be called "__proto__"',
  ],
  [
    "tensors that share their bytes",
    file(JSON.stringify({
      x: { dtype: "F32", shape: [2], data_offsets: [0, 8] },
      y: { dtype: "F32", shape: [2], data_offsets: [0, 8] },
    })),
    "tensors share bytes",
  ],
  ["another data type", header({ dtype: "I64", shape: [1], data_offsets: [0, 8] }), "of type I64"],
  ["a negative axis", header({ dtype: "F32", shape: [-1], data_offsets: [0, 4] }), "has no shape"],
  ["offsets past the end", header({ dtype: "F32", shape: [4], data_offsets: [0, 16] }), "past the end"],
  ["offsets that do not fit the shape", header({ dtype: "F32", shape: [1], data_offsets: [0, 8] }), "expected 4"],
];

for (const [claim, bytes, message] of DAMAGED) {
  Deno.test(`decodeSafetensors() refuses ${claim}`, () => {
    assertThrows(() => decodeSafetensors(bytes), Error, message);
  });
}

Deno.test("decodeSafetensors() frees the tensors before the one that it refuses", () => {
  const before = tf.memory().numTensors;
  const entry = (type: string) => `{"dtype":"${type}","shape":[2],"data_offsets":[0,8]}`;
  for (const refused of [`"__proto__":${entry("F32")}`, `"y":${entry("F32")}`, `"y":${entry("I64")}`]) {
    assertThrows(() => decodeSafetensors(file(`{"x":${entry("F32")},${refused}}`)));
  }
  assertEquals(tf.memory().numTensors, before);
});
