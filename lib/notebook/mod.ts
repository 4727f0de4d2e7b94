/**
 * What the notebooks show with: plots, pictures, tables, progress.
 *
 * @module
 */
export { ownImages } from "./own_images.ts";
export { readSettings } from "./settings.ts";
export { show } from "./show.ts";
export { watch } from "./watch.ts";
export { table } from "./tables.ts";
export { sampleGrid, sampleTable } from "./pictures.ts";
export { difficultyDistribution, difficultyVsError, difficultyVsTruth } from "./plots/difficulty.ts";
export { forest, pairedDifferences, perImageComparison } from "./plots/differences.ts";
export { controllerCurve, epsilonDistribution, epsilonTrajectories } from "./plots/epsilon.ts";
export { frameworkPicture } from "./plots/framework_diagram.ts";
export { learningCurves } from "./plots/learning_curves.ts";
export {
  approximationError,
  decompositionResidual,
  diceApproximations,
  gradientAgainstAngle,
  gradientAgainstEpsilon,
  lossAgainstAngle,
} from "./plots/loss_geometry.ts";
export { methodResults, resultsComparison } from "./plots/method_results.ts";
export { epsilonResponse, signalError } from "./plots/signal.ts";
