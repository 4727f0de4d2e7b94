import { assertEquals } from "@std/assert";
import { countLine, outcomesOf } from "../../tasks/run_tests.ts";

const REPORT = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="deno test" tests="5" failures="2" errors="0" time="0.011">
    <testsuite name="./a_test.ts" tests="5" disabled="1" errors="0" failures="2">
        <testcase name="reads" classname="./a_test.ts" time="0.002" line="1" col="6">
        </testcase>
        <testcase name="steps" classname="./a_test.ts" time="0.002" line="2" col="6">
            <failure message="1 test step failed">1 test step failed.</failure>
        </testcase>
        <testcase name="ignored" classname="./a_test.ts" time="0.000" line="3" col="6">
            <skipped/>
        </testcase>
        <testcase name="steps &gt; a" classname="./a_test.ts" time="0.000" line="2" col="43">
        </testcase>
        <testcase name="steps &gt; b" classname="./a_test.ts" time="0.001" line="2" col="72">
            <failure message="Uncaught Error: x">Error: x</failure>
        </testcase>
    </testsuite>
</testsuites>`;

Deno.test("outcomesOf() tells what deno test reports, steps not apart from their test, and a run without a report as a failure", () => {
  assertEquals(outcomesOf(REPORT), ["passed", "failed", "skipped"]);
  assertEquals(outcomesOf(undefined), ["failed"]);
});

Deno.test("countLine() ends a run as CI reads it", () => {
  assertEquals(countLine(["passed", "failed", "passed", "skipped"]), "2 passed, 1 failed, 1 skipped");
});
