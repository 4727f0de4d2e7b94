/**
 * Profiles: how much of the thesis a run does, from a test of seconds to the thesis' own settings.
 *
 * @module
 */
import type { Experiment } from "./experiment.ts";

/** A profile: named sizes that all methods share. */
export interface Profile {
  /** What it is for and what it costs, for help texts. */
  readonly description: string;
  /** What its experiments change of the thesis' settings. */
  readonly set: Partial<Experiment>;
}

const SMALL = { imageCount: 1000, imageSize: 96, baseWidth: 16, epochs: 40, batchSize: 32, interval: 5 } as const;

/** The profiles by name, smallest first. */
export const PROFILES = {
  smoke: {
    description: "seconds, for tests, learns nothing",
    set: { imageCount: 30, imageSize: 32, baseWidth: 2, depth: 2, epochs: 2, batchSize: 8, interval: 1, passes: 2 },
  },
  quick: {
    description: "minutes on two cores, 64 pixels, width 8, 12 epochs",
    set: { imageCount: 320, imageSize: 64, baseWidth: 8, epochs: 12, batchSize: 16, interval: 3, passes: 10 },
  },
  small: {
    description: "hours on two cores, 96 pixels, width 16, 40 epochs",
    set: SMALL,
  },
  long: { description: "small with 80 epochs", set: { ...SMALL, epochs: 80 } },
  thesis: { description: "the thesis' settings exactly, for a GPU", set: { imageCount: 1000 } },
} satisfies Record<string, Profile>;

/** Name of a profile. */
export type ProfileName = keyof typeof PROFILES;

/** All names, smallest first. */
export const PROFILE_NAMES = Object.keys(PROFILES) as ProfileName[];
