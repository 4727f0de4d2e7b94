/**
 * Words that several parts of a report use.
 *
 * @module
 */

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

/**
 * A difference with its sign, three digits.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals([0.0123, -0.0123, 0.0001].map(signedNumber), ["+0.012", "−0.012", "0.000"]);
 * ```
 */
export function signedNumber(value: number): string {
  const digits = Math.abs(value).toFixed(3);
  return Number(digits) === 0 ? digits : `${value < 0 ? "−" : "+"}${digits}`;
}
