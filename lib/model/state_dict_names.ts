/**
 * What PyTorch's U-Nets of this form call their tensors.
 *
 * @module
 */

/** The names of a state dict that are understood. */
export const STATE_DICT_NAMES = ["named", "sequential"] as const;

/**
 * How the blocks name their layers:
 *
 * - `"named"`, as here and in `bench/pytorch_unet.py`: `down1.conv2.weight`, `down1.bn2.running_mean`, `outc.bias`;
 * - `"sequential"`, as in the widespread implementation github.com/milesial/Pytorch-UNet, which has the form of the thesis'
 *   network: `down1.maxpool_conv.1.double_conv.3.weight`, `down1.maxpool_conv.1.double_conv.4.running_mean`,
 *   `outc.conv.bias`.
 */
export type StateDictNames = typeof STATE_DICT_NAMES[number];

/** Positions in `nn.Sequential(convolution, batch norm, ReLU, convolution, batch norm, ReLU)`. */
const POSITIONS: Readonly<Record<string, string>> = { conv1: "0", bn1: "1", conv2: "3", bn2: "4" };
const LAYERS = Object.fromEntries(Object.entries(POSITIONS).map(([layer, position]) => [position, layer]));

/**
 * The name that a tensor has among others of the given kind.
 *
 * @param name A name of ours, such as `"up1.bn2.weight"`; any other stays as it is.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(toStateDictName("inc.conv1.weight", "sequential"), "inc.double_conv.0.weight");
 * assertEquals(toStateDictName("up1.bn2.weight", "sequential"), "up1.conv.double_conv.4.weight");
 * ```
 */
export function toStateDictName(name: string, names: StateDictNames): string {
  if (names === "named") return name;
  return name
    .replace(/^outc\./, "outc.conv.")
    .replace(/^(inc|down\d+|up\d+)\.(conv1|bn1|conv2|bn2)\./, (_, block: string, layer: string) => {
      const inside = block === "inc" ? "" : block.startsWith("down") ? "maxpool_conv.1." : "conv.";
      return `${block}.${inside}double_conv.${POSITIONS[layer]}.`;
    });
}

/**
 * Our name of a tensor, whichever of the names it has.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(fromStateDictName("down1.maxpool_conv.1.double_conv.3.weight"), "down1.conv2.weight");
 * assertEquals(fromStateDictName("outc.bias"), "outc.bias");
 * ```
 */
export function fromStateDictName(name: string): string {
  return name
    .replace(/^outc\.conv\./, "outc.")
    .replace(
      /^(inc\.|down\d+\.maxpool_conv\.1\.|up\d+\.conv\.)double_conv\.([0134])\./,
      (_, before: string, position: string) => `${before.split(".")[0]}.${LAYERS[position]}.`,
    );
}
