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
export { approximationError, decompositionResidual } from "./plots/equation_errors.ts";
export { controllerCurve } from "./plots/controller_curve.ts";
export { diceByGroup } from "./plots/dice_by_group.ts";
export {
  diceApproximations,
  gradientAgainstAngle,
  gradientAgainstEpsilon,
  lossAgainstAngle,
} from "./plots/loss_geometry.ts";
export { difficultyDistribution, difficultyVsError, difficultyVsTruth } from "./plots/difficulty.ts";
export { epsilonDistribution, epsilonTrajectories } from "./plots/epsilon.ts";
export { epsilonResponse } from "./plots/epsilon_response.ts";
export { errorKept } from "./plots/error_kept.ts";
export { forest } from "./plots/forest.ts";
export { frameworkPicture } from "./plots/framework_diagram.ts";
export { learningCurves } from "./plots/learning_curves.ts";
export { methodResults } from "./plots/method_results.ts";
export { pairedDifferences } from "./plots/paired_differences.ts";
export { perImageComparison } from "./plots/per_image_comparison.ts";
export { reliability } from "./plots/reliability.ts";
export { resultsComparison } from "./plots/results_comparison.ts";
export { signalError } from "./plots/signal_error.ts";
