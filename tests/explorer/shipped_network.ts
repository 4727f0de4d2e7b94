/**
 * The network that comes with the explorer's pages, and an image for it.
 *
 * @module
 */
import { fromFileUrl, join } from "@std/path";
import { type ModelRecord, type Network, openNetwork } from "../../explorer/compute/network.ts";
import { syntheticImage } from "../../lib/data/synthetic_dataset.ts";

/** The folder of the network's files. */
export const MODEL_FOLDER = fromFileUrl(new URL("../../explorer/model", import.meta.url));

/** The network as its files hold it. The caller disposes the weights. */
export async function shippedNetwork(): Promise<Network> {
  const record: ModelRecord = JSON.parse(await Deno.readTextFile(join(MODEL_FOLDER, "model.json")));
  return openNetwork(await Deno.readFile(join(MODEL_FOLDER, "weights.safetensors")), record);
}

/** An image that is in no training set: `[size, size, 3]` RGB, 0..255. */
export function unseenImage(size: number): Uint8Array {
  return syntheticImage(7, 14, size).image;
}
