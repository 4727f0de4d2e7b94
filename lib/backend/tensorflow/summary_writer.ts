/**
 * Event files for TensorBoard, written by TensorFlow's own summary operations.
 *
 * @module
 */
import { AttributeType, DataType } from "./c_api.ts";
import type { TensorFlowBinding } from "./binding.ts";
import { nodeBackend } from "./node_backend.ts";
import type { OperationAttribute } from "./operation_attributes.ts";

/** An event file that is being written, until it is closed or disposed of. */
export interface Summaries extends Disposable {
  /** A number at a step, such as `(120, "loss/train", 0.25)`; a `/` in the name makes a group of charts. */
  scalar(step: number, name: string, value: number): void;
  /** A picture at a step: red, green and blue of each pixel, `[height, width, 3]`. Its tag is the name and `/image`. */
  image(step: number, name: string, rgb: Uint8Array, width: number, height: number): void;
  /** Writes what was given so far to the disk. */
  flush(): void;
  /** Writes the rest and ends the file; called again it does nothing. */
  close(): void;
}

/** Events that wait at most to be written, and milliseconds that they wait at most: TensorFlow's own defaults. */
const [MOST_WAITING, LONGEST_WAIT] = [10, 120_000];
/** End of the files' names, as TensorFlow 2 gives it. */
const SUFFIX = ".v2";
/** Colour of pixels that are not finite, red; bytes always are. */
const BAD_COLOUR = [255, 0, 0, 255];

let opened = 0;

/**
 * Begins an event file in a folder, which is made where it is missing; `tensorboard --logdir` shows all files of a folder
 * and of those in it together.
 *
 * @throws {Error} if another backend than TensorFlow computes, or the folder can't be written into
 *
 * @example
 * ```ts ignore
 * using summaries = openSummaries("runs/tensorboard");
 * summaries.scalar(120, "loss/train", 0.25);
 * ```
 */
export function openSummaries(folder: string): Summaries {
  const binding = nodeBackend()?.binding;
  if (!binding) {
    throw new Error(
      `Cannot write for TensorBoard into ${folder}: TensorFlow itself writes the files, and another backend computes. ` +
        'Use the backend "tensorflow".',
    );
  }
  // The name tells writers apart: TensorFlow gives two of one name the same file.
  const names = { shared_name: `polydice_summaries_${opened++}`, container: "" };
  const attributes = Object.entries(names).map(([name, value]) => ({ name, type: AttributeType.STRING, value }));
  let writer: number | undefined = binding.executeOp("SummaryWriter", attributes, [], 1)[0].id;

  /** Runs an operation of the writer on tensors that are only made for it. */
  function run(
    name: string,
    attributes: OperationAttribute[],
    makeInputs: (make: TensorMakers) => number[] = () => [],
  ) {
    if (writer === undefined) throw new Error(`Cannot write a summary into ${folder}: the file is closed.`);
    const made: number[] = [];
    try {
      binding!.executeOp(name, attributes, [writer, ...makeInputs(tensorMakers(binding!, made))], 0);
    } finally {
      made.forEach(binding!.deleteTensor);
    }
  }

  function scalar(step: number, name: string, value: number): void {
    requireStep(step);
    run("WriteScalarSummary", [typeAttribute("T", DataType.FLOAT)], ({ numbers, text }) => [
      numbers(DataType.INT64, [step]),
      text(name),
      numbers(DataType.FLOAT, [value]),
    ]);
  }

  function image(step: number, name: string, rgb: Uint8Array, width: number, height: number): void {
    requireStep(step);
    const attributes = [{ name: "max_images", type: AttributeType.INT, value: 1 }, typeAttribute("T", DataType.UINT8)];
    run("WriteImageSummary", attributes, ({ numbers, text }) => [
      numbers(DataType.INT64, [step]),
      text(name),
      numbers(DataType.UINT8, rgb, [1, height, width, 3]),
      numbers(DataType.UINT8, BAD_COLOUR, [BAD_COLOUR.length]),
    ]);
  }

  function close(): void {
    if (writer === undefined) return;
    try {
      run("CloseSummaryWriter", []);
    } finally {
      binding!.deleteTensor(writer);
      writer = undefined;
    }
  }

  try {
    Deno.mkdirSync(folder, { recursive: true }); // TensorFlow could as well, but prints why it can't
    run("CreateSummaryFileWriter", [], ({ numbers, text }) => [
      text(folder),
      numbers(DataType.INT32, [MOST_WAITING]),
      numbers(DataType.INT32, [LONGEST_WAIT]),
      text(SUFFIX),
    ]);
  } catch (error) {
    binding.deleteTensor(writer);
    throw new Error(`Cannot write for TensorBoard into ${folder}: ${(error as Error).message}`, { cause: error });
  }
  return { scalar, image, flush: () => run("FlushSummaryWriter", []), close, [Symbol.dispose]: close };
}

/** What makes tensors for an operation's inputs. */
interface TensorMakers {
  /** Numbers, a scalar where no shape is given. */
  numbers(dtype: number, values: ArrayLike<number>, shape?: number[]): number;
  /** A scalar of text. */
  text(value: string): number;
}

/** Makers of tensors that note in a list what they made. */
function tensorMakers({ createTensor, executeOp }: TensorFlowBinding, made: number[]): TensorMakers {
  const note = (id: number) => (made.push(id), id);
  const numbers: TensorMakers["numbers"] = (dtype, values, shape = []) => note(createTensor(shape, dtype, values));
  /** From its characters' numbers: only numbers are copied to TensorFlow. */
  const text = (value: string) => {
    const characters = Array.from(value.toWellFormed(), (character) => character.codePointAt(0)!);
    const encoding = { name: "output_encoding", type: AttributeType.STRING, value: "UTF-8" };
    const [list] = executeOp("UnicodeEncode", [encoding, typeAttribute("Tsplits", DataType.INT64)], [
      numbers(DataType.INT32, characters, [characters.length]),
      numbers(DataType.INT64, [0, characters.length], [2]),
    ], 1);
    const attributes = [typeAttribute("T", DataType.STRING), typeAttribute("Tshape", DataType.INT32)];
    const [scalar] = executeOp("Reshape", attributes, [note(list.id), numbers(DataType.INT32, [], [0])], 1);
    return note(scalar.id);
  };
  return { numbers, text };
}

function typeAttribute(name: string, value: number): OperationAttribute {
  return { name, type: AttributeType.TYPE, value };
}

function requireStep(step: number): void {
  if (Number.isSafeInteger(step) && step >= 0) return;
  throw new RangeError(`Cannot write a summary: expected a step that is a whole number, found ${step}`);
}
