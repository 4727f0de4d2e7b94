/**
 * Words that several parts of a report use.
 *
 * @module
 */

/** The data sets as people write them. */
const DATASET_TITLES: Readonly<Record<string, string>> = {
  "synthetic": "Synthetic images",
  "kvasir-seg": "Kvasir-SEG",
  "cvc-clinicdb": "CVC-ClinicDB",
};

/** A data set's title; one that is not known goes by its name. */
export function datasetTitle(name: string): string {
  return DATASET_TITLES[name] ?? name;
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
