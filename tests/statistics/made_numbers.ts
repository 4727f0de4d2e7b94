/**
 * `count` numbers in (−0.4, 0.6) that Python makes as well: Lehmer's generator with factor 16807 modulo 2³¹ − 1.
 */
export function madeNumbers(count: number, seed: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (16807 * state) % 2147483647;
    return state / 2147483647 - 0.4;
  });
}
