/**
 * A tfjs LayersModel as files: `model.json` and its weights in shards, as `tf.loadLayersModel` fetches them.
 *
 * @module
 */
import { tf } from "../backend/tf.ts";

/** Bytes of files by their names. */
export type ModelFiles = Record<string, Uint8Array<ArrayBuffer>>;

/** Name of the file that describes the model and lists the others. */
export const MODEL_JSON = "model.json";

/** Largest shard in bytes, as tfjs' converter makes them: browsers cache files of this size. */
const SHARD_BYTES = 4 * 2 ** 20;

/**
 * The files of a model.
 *
 * @param metadata Facts about the model that `model.json` carries as its `userDefinedMetadata`.
 */
export async function saveLayersModel(
  model: tf.LayersModel,
  metadata: Readonly<Record<string, string>> = {},
): Promise<ModelFiles> {
  const files: ModelFiles = {};
  model.setUserDefinedMetadata({ ...metadata });
  await model.save(tf.io.withSaveHandler((artifacts) => {
    const { weightData, weightSpecs, ...rest } = artifacts;
    const bytes = new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData));
    const count = Math.max(1, Math.ceil(bytes.length / SHARD_BYTES));
    const paths = Array.from({ length: count }, (_, index) => `group1-shard${index + 1}of${count}.bin`);
    paths.forEach((path, index) => files[path] = bytes.slice(index * SHARD_BYTES, (index + 1) * SHARD_BYTES));
    const json = { ...rest, weightsManifest: [{ paths, weights: weightSpecs }] };
    files[MODEL_JSON] = new TextEncoder().encode(JSON.stringify(json));
    return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } });
  }));
  return files;
}

/**
 * Reads a model from files on the disk, where `tf.loadLayersModel` has no handler of its own outside of browsers.
 *
 * @param readFile Gives the bytes of one of the model's files.
 * @throws {Error} When a file can't be read, is cut short, or leads out of the model's folder.
 *
 * @example A model goes to files and comes back
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tf } from "../backend/tf.ts";
 * const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
 * const files = await saveLayersModel(model);
 * assertEquals(Object.keys(files), ["group1-shard1of1.bin", "model.json"]);
 * const loaded = await loadLayersModel((name) => Promise.resolve(files[name]));
 * assertEquals(loaded.getWeights()[0].arraySync(), model.getWeights()[0].arraySync());
 * ```
 */
export async function loadLayersModel(
  readFile: (name: string) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<tf.LayersModel> {
  const text = new TextDecoder().decode(await readFile(MODEL_JSON));
  const { weightsManifest, ...rest } = JSON.parse(text) as tf.io.ModelJSON;
  const paths = weightsManifest.flatMap(({ paths }) => paths);
  const outside = paths.find((path) => /^\/|\\|(^|\/)\.\.(\/|$)|:/.test(path));
  if (outside) {
    throw new Error(`Cannot load the model: ${MODEL_JSON} names weights outside of its folder, "${outside}".`);
  }
  const weightSpecs = weightsManifest.flatMap(({ weights }) => weights);
  const parts = await Promise.all(paths.map((path) => readFile(path)));
  const weightData = tf.io.CompositeArrayBuffer.join(
    parts.map(({ buffer, byteOffset, byteLength }) => buffer.slice(byteOffset, byteOffset + byteLength)),
  );
  return await tf.loadLayersModel({ load: () => Promise.resolve({ ...rest, weightSpecs, weightData }) });
}
