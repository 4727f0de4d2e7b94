import { backend } from "../../backend.ts";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import sharp from "sharp";
import { nodeBackend } from "../../../lib/backend/tensorflow/node_backend.ts";
import { openSummaries } from "../../../lib/backend/tensorflow/summary_writer.ts";
import { useBackend } from "../../../lib/backend/use_backend.ts";

const ignore = backend.name !== "tensorflow";

interface SummaryEvent {
  readonly step: number;
  readonly tag: string;
  readonly value?: number;
  readonly png?: Uint8Array;
}

// TensorBoard 2.21.0's own EventAccumulator was seen to read such a file as eventsIn() does: tags, steps, values, pictures.
Deno.test("openSummaries() writes scalars and pictures as TensorBoard reads them, and leaves no tensor behind", {
  ignore,
}, async () => {
  const folder = join(await Deno.makeTempDir(), "new ε", "run");
  const tensors = nodeBackend()!.binding.getNumOfTensors();
  const rgb = Uint8Array.from({ length: 5 * 3 * 3 }, (_, index) => 5 * index);
  {
    using summaries = openSummaries(folder);
    summaries.scalar(0, "loss/train", 0.25);
    summaries.scalar(7, "loss/train", -0.125);
    summaries.image(7, "pictures/first", rgb, 5, 3);
    summaries.scalar(2 ** 40, "ε 🙂", NaN);
    assertThrows(() => summaries.scalar(-1, "loss", 1), RangeError, "expected a step that is a whole number, found -1");
    assertThrows(() => summaries.image(1, "a", rgb, 5, 5), Error, "75 values, found 45");
    summaries.close();
    assertThrows(() => summaries.scalar(8, "loss/train", 1), Error, `into ${folder}: the file is closed`);
  }
  const events = await eventsIn(folder);
  assertEquals(events.map(({ step, tag, value }) => [step, tag, value]), [
    [0, "loss/train", 0.25],
    [7, "loss/train", -0.125],
    [7, "pictures/first/image", undefined],
    [2 ** 40, "ε 🙂", NaN],
  ]);
  const { data, info } = await sharp(events[2].png).raw().toBuffer({ resolveWithObject: true });
  assertEquals([info.width, info.height, info.channels], [5, 3, 3]);
  assertEquals(Uint8Array.from(data), rgb);
  assertEquals(nodeBackend()!.binding.getNumOfTensors(), tensors);
});

Deno.test("two writers in one folder have a file each, and flush() brings what was written to the disk", {
  ignore,
}, async () => {
  const folder = await Deno.makeTempDir();
  using first = openSummaries(folder);
  using second = openSummaries(folder);
  first.scalar(1, "a", 1);
  second.scalar(2, "b", 2);
  first.flush();
  second.flush();
  assertEquals((await eventsIn(folder)).map(({ step, tag }) => [step, tag]), [[1, "a"], [2, "b"]]);
});

Deno.test("openSummaries() of a folder that can't be made is an error, and leaves no tensor behind", {
  ignore,
}, async () => {
  const file = await Deno.makeTempFile();
  const tensors = nodeBackend()!.binding.getNumOfTensors();
  assertThrows(() => openSummaries(join(file, "run")), Error, `Cannot write for TensorBoard into ${file}/run: `);
  assertEquals(nodeBackend()!.binding.getNumOfTensors(), tensors);
});

Deno.test("openSummaries() says that it needs TensorFlow where another backend computes", async () => {
  await useBackend("cpu");
  try {
    assertThrows(() => openSummaries("anywhere"), Error, 'Use the backend "tensorflow".');
  } finally {
    await useBackend(backend.name);
  }
});

/** The summaries of a folder's event files in the order of the steps. */
async function eventsIn(folder: string): Promise<SummaryEvent[]> {
  const events: SummaryEvent[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    const file = await Deno.readFile(join(folder, name));
    const view = new DataView(file.buffer);
    // A record: its length in 8 bytes, a checksum of 4, the event, a checksum of 4.
    for (let position = 0; position < file.length;) {
      const length = Number(view.getBigUint64(position, true));
      events.push(...summariesOf(fieldsOf(file.subarray(position + 12, position + 12 + length))));
      position += 12 + length + 4;
    }
  }
  return events.sort((a, b) => a.step - b.step);
}

function summariesOf(event: Map<number, unknown>): SummaryEvent[] {
  const summary = event.get(5) as Uint8Array | undefined;
  if (!summary) return [];
  const value = fieldsOf(fieldsOf(summary).get(1) as Uint8Array);
  const image = value.get(4) as Uint8Array | undefined;
  return [{
    step: event.get(2) as number ?? 0,
    tag: new TextDecoder().decode(value.get(1) as Uint8Array),
    value: value.get(2) as number | undefined,
    png: image && fieldsOf(image).get(4) as Uint8Array,
  }];
}

/** A message's fields by number: integers, floats, and bytes of texts and messages. */
function fieldsOf(bytes: Uint8Array): Map<number, unknown> {
  const reader = new BinaryReader(bytes);
  const fields = new Map<number, unknown>();
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    if (type === WireType.Varint) fields.set(number, Number(reader.int64()));
    else if (type === WireType.Bit32) fields.set(number, reader.float());
    else if (type === WireType.LengthDelimited) fields.set(number, reader.bytes());
    else reader.skip(type, number);
  }
  return fields;
}
