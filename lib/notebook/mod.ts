/**
 * What the notebooks show with: plots, pictures, tables, progress.
 *
 * @module
 */
export { readSettings } from "./settings.ts";
export { show } from "./show.ts";
export { watch } from "./watch.ts";
export { table } from "./tables.ts";
export { sampleGrid, sampleTable } from "./pictures.ts";
export { approximationError } from "./plots/approximation_error.ts";
export { controllerCurve } from "./plots/controller_curve.ts";
export { decompositionResidual } from "./plots/decomposition_residual.ts";
export { diceByGroup } from "./plots/dice_by_group.ts";
export { diceApproximations } from "./plots/dice_approximations.ts";
export { difficultyDistribution } from "./plots/difficulty_distribution.ts";
export { difficultyVsError } from "./plots/difficulty_vs_error.ts";
export { difficultyVsTruth } from "./plots/difficulty_vs_truth.ts";
export { epsilonDistribution } from "./plots/epsilon_distribution.ts";
export { epsilonTrajectories } from "./plots/epsilon_trajectories.ts";
export { errorKept } from "./plots/error_kept.ts";
export { frameworkPicture } from "./plots/framework_diagram.ts";
export { gradientAgainstAngle } from "./plots/gradient_against_angle.ts";
export { gradientAgainstEpsilon } from "./plots/gradient_against_epsilon.ts";
export { learningCurves } from "./plots/learning_curves.ts";
export { lossAgainstAngle } from "./plots/loss_against_angle.ts";
export { methodResults } from "./plots/method_results.ts";
export { pairedDifferences } from "./plots/paired_differences.ts";
export { perImageComparison } from "./plots/per_image_comparison.ts";
export { reliability } from "./plots/reliability.ts";
export { resultsComparison } from "./plots/results_comparison.ts";
