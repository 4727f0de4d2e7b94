/**
 * A process that runs MC Dropout once and prints the most memory that it has held, in bytes. Argument: N.
 *
 * @module
 */
import { useBackend } from "../../lib/backend/use_backend.ts";
import { syntheticDataset } from "../../lib/data/synthetic_dataset.ts";
import { unetLayers } from "../../lib/model/unet_layers.ts";
import { initializeWeights } from "../../lib/model/unet_weights.ts";
import { createEstimateUncertainty, measureDifficulties } from "../../lib/training/estimate_uncertainty.ts";

await useBackend();
const network = { baseWidth: 32, depth: 4 };
const weights = initializeWeights(network, 1);
const dataset = syntheticDataset({ count: 8, size: 128, seed: 1 });
await measureDifficulties(
  createEstimateUncertainty(unetLayers(network), 0.5),
  weights,
  { dataset, indices: [0, 1, 2, 3, 4, 5, 6, 7], batchSize: 8 },
  { count: Number(Deno.args[0]), seed: 1, labels: ["mc", 1] },
);
// Deno itself reads /proc with every permission only.
const { stdout } = await new Deno.Command("cat", { args: [`/proc/${Deno.pid}/status`] }).output();
console.log(Number(new TextDecoder().decode(stdout).match(/VmHWM:\s+(\d+)/)![1]) * 1024);
Deno.exit();
