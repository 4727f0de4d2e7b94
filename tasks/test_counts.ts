/**
 * How many tests passed, out of the report that `deno test` writes.
 *
 * @module
 */

/** Numbers of tests or checks. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Counts the tests of a JUnit report. Steps are part of their test and are not counted.
 *
 * @param report XML of `deno test --junit-path`; undefined where the run broke off, which counts as one failure
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const report = `<testcase name="a"></testcase><testcase name="b"><failure message="no">no</failure></testcase>`;
 * assertEquals(countTests(report), { passed: 1, failed: 1, skipped: 0 });
 * ```
 */
export function countTests(report: string | undefined): TestCounts {
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0 };
  let [passed, failed, skipped] = [0, 0, 0];
  for (const [, attributes, content = ""] of report.matchAll(/<testcase\b([^>]*?)(?:\/>|>([^]*?)<\/testcase>)/g)) {
    if (/ name="[^"]* &gt; /.test(attributes)) continue;
    if (/<(failure|error)\b/.test(content)) failed++;
    else if (/<skipped\b/.test(content)) skipped++;
    else passed++;
  }
  return { passed, failed, skipped };
}

/** Adds counts. */
export function addCounts(a: TestCounts, b: TestCounts): TestCounts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** The line that ends a test run: `12 passed, 0 failed, 1 skipped`. */
export function countLine({ passed, failed, skipped }: TestCounts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
