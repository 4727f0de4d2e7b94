/**
 * What some of TensorFlow's kernels take for granted. Where it is otherwise they end the process in place of refusing,
 * and eager execution does not ask the operation's own shape function first. Found with `tests/backend/tensorflow/fuzz_test.ts`.
 *
 * @module
 */
import type { Operation } from "./eager_execution.ts";

/** An operation's inputs and attributes, as a rule looks at them. */
interface KernelCall {
  readonly shapes: readonly (readonly number[])[];
  /** Values of an input, or undefined where a captured function computes them. */
  readonly values: (index: number) => ArrayLike<number | bigint> | undefined;
  readonly attribute: (name: string) => unknown;
}

/** What is wrong with a call, or undefined. */
type Rule = (call: KernelCall) => string | undefined;

/** Images have batch, height, width and channels. */
const IMAGE_AXES = 4;

const CONVOLUTION = [listOfImageAxes("strides"), listOfImageAxes("dilations")];
const POOLING = [listOfImageAxes("ksize"), listOfImageAxes("strides")];

const RULES: Readonly<Record<string, readonly Rule[]>> = {
  Conv2D: [imageIn(0), imageIn(1), ...CONVOLUTION],
  Conv2DBackpropInput: [sizesIn(0), imageIn(1), imageIn(2), ...CONVOLUTION],
  Conv2DBackpropFilter: [imageIn(0), sizesIn(1), imageIn(2), ...CONVOLUTION],
  DepthwiseConv2dNative: [imageIn(0), imageIn(1), ...CONVOLUTION],
  DepthwiseConv2dNativeBackpropInput: [sizesIn(0), imageIn(1), imageIn(2), ...CONVOLUTION],
  DepthwiseConv2dNativeBackpropFilter: [imageIn(0), sizesIn(1), imageIn(2), ...CONVOLUTION],
  AvgPool: [imageIn(0), ...POOLING],
  AvgPoolGrad: [sizesIn(0), imageIn(1), ...POOLING],
  MaxPool: [imageIn(0), ...POOLING],
  MaxPoolGrad: [imageIn(0), imageIn(1), imageIn(2), ...POOLING],
  GatherV2: [batchAxesExist],
};

/**
 * Checks what a kernel would not.
 *
 * @param shapes Shapes of the inputs.
 * @param values Reads an input's values; undefined where there are none yet.
 * @throws {RangeError} When something does not fit.
 */
export function checkKernel(
  { name, attributes }: Pick<Operation, "name" | "attributes">,
  shapes: KernelCall["shapes"],
  values: KernelCall["values"],
): void {
  if (!Object.hasOwn(RULES, name)) return;
  const attribute = (wanted: string) => attributes.find((one) => one.name === wanted)?.value;
  for (const rule of RULES[name]) {
    const fault = rule({ shapes, values, attribute });
    if (fault) throw new RangeError(`Cannot run ${name}: ${fault}.`);
  }
}

function imageIn(index: number): Rule {
  return ({ shapes }) =>
    shapes[index].length === IMAGE_AXES ? undefined : `input ${index} must have four axes, found [${shapes[index]}]`;
}

/** The sizes of an image, as a tensor. */
function sizesIn(index: number): Rule {
  return ({ shapes, values }) => {
    const [length] = shapes[index];
    if (shapes[index].length !== 1 || length !== IMAGE_AXES) {
      return `input ${index} must be four sizes, found a tensor of shape [${shapes[index]}]`;
    }
    const sizes = Array.from(values(index) ?? [], Number);
    if (sizes.some((size) => size < 0)) return `input ${index} must be sizes, found ${sizes}`;
  };
}

function listOfImageAxes(name: string): Rule {
  return ({ attribute }) => {
    const list = attribute(name);
    if (list === undefined || (list as unknown[]).length === IMAGE_AXES) return;
    return `attribute "${name}" must have four entries, found ${Deno.inspect(list)}`;
  };
}

function batchAxesExist({ shapes: [values, indices], attribute }: KernelCall): string | undefined {
  const axes = Number(attribute("batch_dims") ?? 0);
  if (Math.abs(axes) <= Math.min(values.length, indices.length)) return;
  return `attribute "batch_dims" is ${axes}, its inputs have ${values.length} and ${indices.length} axes`;
}
