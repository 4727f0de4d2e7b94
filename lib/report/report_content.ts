/**
 * Everything that a report shows, as plain data: the page is a function of it.
 *
 * @module
 */
import type { MethodRun } from "../training/train_method.ts";
import type { PageImage } from "./page_image.ts";

/** What a report shows. Whatever is not there (a method, the controller, pictures) is left out of the page. */
export interface ReportContent {
  readonly profile: string;
  readonly dataset: DatasetFacts;
  /** The methods that have been trained, with the run that stands for each. */
  readonly results: readonly MethodRun[];
  /** Titles of the thesis' methods that have not. */
  readonly missing: readonly string[];
  readonly inspection?: Inspection;
  /** Figure 2 of the thesis, where the controller has been used. */
  readonly framework?: PageImage;
  readonly notebooks: readonly NotebookLink[];
  /** When the report was made, ISO 8601. */
  readonly madeAt: string;
}

/** The data that the runs were made with. */
export interface DatasetFacts {
  readonly name: string;
  /** Height = width, pixels. */
  readonly size: number;
  readonly split: string;
  /** Numbers of images. */
  readonly counts: { readonly train: number; readonly validation: number; readonly test: number };
  /** What a reader should know about the data; mostly nothing. */
  readonly notes: readonly string[];
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
