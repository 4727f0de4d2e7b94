/**
 * A stored run's network as files for others: PyTorch, tfjs, ONNX Runtime, this library.
 *
 * @module
 */
import { disposeTree } from "../backend/tensor_tree.ts";
import { MODEL_JSON, type ModelFiles, saveLayersModel } from "../model/layers_model_files.ts";
import type { StateDictNames } from "../model/state_dict_names.ts";
import { unetLayersModel } from "../model/unet_layers_model.ts";
import { unetOnnx } from "../model/unet_onnx.ts";
import { saveUNetWeights } from "../model/unet_weights_file.ts";
import { MODEL_CARD_FILE, modelCard, type ModelCardFile } from "./model_card.ts";
import type { WeightsName } from "../results/run_record.ts";
import { loadRun, loadWeights, weightsMetadata } from "./run_store.ts";

/** The formats in which a network can be exported. */
export const EXPORT_FORMATS = ["safetensors", "layers-model", "onnx"] as const;

/** Name of a format. */
export type ExportFormat = typeof EXPORT_FORMATS[number];

/** What to export. */
export interface ExportOptions {
  /** Of the best validation epoch (default) or of the last one. */
  readonly weights?: WeightsName;
  /** Default: all. */
  readonly formats?: readonly ExportFormat[];
  /** What the tensors of the safetensors file are called. Default `"named"`. */
  readonly names?: StateDictNames;
}

/** File of the weights, as Hugging Face calls it. */
const SAFETENSORS_FILE = "model.safetensors";
const ONNX_FILE = "model.onnx";
const LAYERS_MODEL_FOLDER = "layers_model";

/**
 * Makes the files of a run's network and its model card, by their names.
 *
 * @param directory The folder that holds the runs.
 * @throws {Deno.errors.NotFound} When there is no such run, or it is not finished.
 * @throws {Error} When its files are damaged.
 */
export async function exportRun(directory: string, hash: string, options: ExportOptions = {}): Promise<ModelFiles> {
  const { weights: which = "best", formats = EXPORT_FORMATS, names } = options;
  const run = await loadRun(directory, hash);
  if (!run) {
    throw new Deno.errors.NotFound(`Cannot export run ${hash}: ${directory} holds no finished run of that name.`);
  }
  const { baseWidth, depth, imageSize: size, dropoutRate } = run.experiment;
  const metadata = weightsMetadata(run, which);
  const weights = await loadWeights(directory, hash, which);
  const files: ModelFiles = {}, onCard: ModelCardFile[] = [];
  try {
    if (formats.includes("safetensors")) {
      files[SAFETENSORS_FILE] = await saveUNetWeights(weights, { names, metadata });
      onCard.push({ name: SAFETENSORS_FILE, kind: "safetensors", weights: which, names });
    }
    if (formats.includes("layers-model")) {
      const model = unetLayersModel(weights, { baseWidth, depth, size, dropoutRate });
      const made = await saveLayersModel(model, metadata).finally(() => model.dispose());
      for (const [name, bytes] of Object.entries(made)) files[`${LAYERS_MODEL_FOLDER}/${name}`] = bytes;
      onCard.push({ name: `${LAYERS_MODEL_FOLDER}/${MODEL_JSON}`, kind: "layers-model", weights: which });
    }
    if (formats.includes("onnx")) {
      files[ONNX_FILE] = await unetOnnx(weights, { baseWidth, depth, metadata });
      onCard.push({ name: ONNX_FILE, kind: "onnx", weights: which });
    }
  } finally {
    disposeTree(weights);
  }
  return { ...files, [MODEL_CARD_FILE]: new TextEncoder().encode(modelCard(run, onCard)) };
}
