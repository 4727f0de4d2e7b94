/**
 * Everything that a report shows, as plain data (the page is a function of it), and words that several parts of it use.
 *
 * @module
 */
import type { GroupResults, Results } from "../results/results_of.ts";
import type { EpsilonRow } from "../training/run.ts";
import type { PageImage } from "./page_image.tsx";

/** What a report shows. Whatever is not there (a method, the controller, pictures) is left out of the page. */
export interface ReportContent {
  readonly dataset: DatasetFacts;
  /** Results of the thesis' methods, on one data set and split; methods without a run are gaps. */
  readonly results: Results;
  /** Results of a study with more seeds, for what one seed can't say. */
  readonly known?: Results;
  /** What the controller did in the first run that it steered. */
  readonly controller?: ControllerFacts;
  readonly inspection?: Inspection;
  /** Figure 2 of the thesis, where the controller has been used. */
  readonly framework?: PageImage;
  readonly notebooks: readonly NotebookLink[];
  /** When the report was made, ISO 8601. */
  readonly madeAt: string;
}

/** The data set and split that a report is about. */
export function reportGroup({ results }: Pick<ReportContent, "results">): GroupResults {
  return results.groups[0];
}

/** The data that the runs were made with. */
export interface DatasetFacts {
  /** Height = width, pixels. */
  readonly size: number;
  /** Numbers of images. */
  readonly counts: { readonly train: number; readonly validation: number; readonly test: number };
  /** What a reader should know about the data; mostly nothing. */
  readonly notes: readonly string[];
}

/** What steered ε, and the ε of each training image at each update. */
export interface ControllerFacts {
  /** τ, epochs. */
  readonly interval: number;
  /** N, stochastic passes. */
  readonly passes: number;
  /** Ends of ε. */
  readonly range: readonly [number, number];
  readonly epsilons: readonly EpsilonRow[];
}

/** Test images as one network sees them. */
export interface Inspection {
  /** Title of the method whose network it is. */
  readonly method: string;
  /** N, stochastic passes. */
  readonly passes: number;
  readonly images: readonly InspectedScore[];
  /** Those with the highest Dice, best first. */
  readonly easiest: readonly PicturedImage[];
  /** Those with the lowest Dice, worst first. */
  readonly hardest: readonly PicturedImage[];
  /** Mutual information in nats from which on a pixel has the brightest colour. */
  readonly mostInformation: number;
}

/** One test image: difficulty D in nats, Dice of its prediction. */
export interface InspectedScore {
  readonly id: string;
  readonly difficulty: number;
  readonly dice: number;
}

/** A test image with its pictures. */
export interface PicturedImage extends InspectedScore {
  /** Place of its D among the test images, 1 for the highest. */
  readonly difficultyRank: number;
  readonly tiles: readonly { readonly heading: string; readonly image: PageImage }[];
}

/** An executed notebook as a page. */
export interface NotebookLink {
  /** From the report's folder. */
  readonly href: string;
  readonly title: string;
  /** What it asks, where it says so. */
  readonly question?: string;
}

/**
 * A method's title that keeps `ε = 0` on one line.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(unbroken("PolyDice-1 (ε = 0)"), "PolyDice-1 (ε\u00a0=\u00a00)");
 * ```
 */
export function unbroken(title: string): string {
  return title.replaceAll(" = ", "\u00a0=\u00a0");
}

/**
 * With which seeds a number was made.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(seedText([1]), "One seed (1).");
 * assertEquals(seedText([1, 2]), "Means over 2 seeds (1, 2).");
 * ```
 */
export function seedText(seeds: readonly number[]): string {
  return seeds.length === 1 ? `One seed (${seeds[0]}).` : `Means over ${seeds.length} seeds (${seeds.join(", ")}).`;
}
