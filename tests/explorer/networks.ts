/**
 * Networks for the explorer's tests: the one that comes with its pages, and one as a user has it; and an image for them.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "@std/path";
import { type Network, openNetwork } from "../../explorer/compute/network.ts";
import { ownNetwork, shippedNetwork as shippedFiles, type ShownNetwork } from "../../explorer/shown_network.ts";
import { disposeTree } from "../../lib/backend/tensor_tree.ts";
import { useBackend } from "../../lib/backend/use_backend.ts";
import { syntheticImage } from "../../lib/data/synthetic/image.ts";
import { sealedJson } from "../../lib/files/sealed_json.ts";
import { initializeWeights, type NamedTensors } from "../../lib/model/unet_weights.ts";
import { saveUNetWeights } from "../../lib/model/unet_weights_file.ts";

/** The network as its files hold it. The caller disposes the weights. */
export async function shippedNetwork(): Promise<Network> {
  const { weights, record } = await shippedFiles();
  return openNetwork(weights, record);
}

/** An image that is in no training set: `[size, size, 3]` RGB, 0..255. */
export function unseenImage(size: number): Uint8Array {
  return syntheticImage(7, 14, size).image;
}

/** Bytes of untrained weights of a small U-Net, after a change. */
export async function smallWeights(
  change: (tensors: NamedTensors) => NamedTensors = (tensors) => tensors,
  size = { baseWidth: 4, depth: 2 },
): Promise<Uint8Array<ArrayBuffer>> {
  const weights = initializeWeights(size, 1);
  const changed = { ...weights, statistics: change(weights.statistics) };
  try {
    return await saveUNetWeights(changed, { metadata: { run: "0f0f" } });
  } finally {
    disposeTree(weights);
  }
}

/** A run called `0f0f` of such a network, opened as a user's own, after a change of its run.json. */
export async function ownNetworkFile(
  run: object,
  { source = "0f", change = (text: string) => text } = {},
): Promise<ShownNetwork> {
  const runs = await Deno.makeTempDir({ prefix: "polydice_runs_" });
  try {
    await Deno.mkdir(join(runs, "0f0f"));
    const checksums: Record<string, string> = {};
    for (const [index, which] of ["best", "last"].entries()) {
      const bytes = await smallWeights((tensors) => tensors, { baseWidth: 4, depth: 2 - index });
      await Deno.writeFile(join(runs, "0f0f", `weights_${which}.safetensors`), bytes);
      checksums[which] = createHash("sha256").update(bytes).digest("hex");
    }
    await Deno.writeTextFile(join(runs, "0f0f", "run.json"), change(sealedJson({ checksums, ...run })));
    return await ownNetwork(source, runs, runs);
  } finally {
    await useBackend(); // the tests' own again
    await Deno.remove(runs, { recursive: true });
  }
}
