/** @jsxImportSource preact */
/**
 * What the numbers depend on: runs, data, settings, versions, time.
 *
 * @module
 */
import type { VNode } from "preact";
import { type Column, table } from "../notebook/tables.ts";
import type { RunRecord } from "../results/run_record.ts";
import { DataTable } from "./data_table.tsx";
import { Section } from "./document.tsx";
import { type ReportContent, reportGroup } from "./report_content.ts";
import { unbroken } from "./wording.ts";

/** The section that says how the numbers were made. */
export function MakingSection({ content }: { content: ReportContent }): VNode {
  const { size, counts, notes } = content.dataset;
  const { title, note, methods } = reportGroup(content);
  const runs = methods.filter(({ sameAs }) => sameAs === undefined)
    .flatMap(({ title, records }) => records.map((record) => ({ title, record })));
  return (
    <Section id="making" title="How it was made">
      <p>
        {title}, {size} × {size} pixels: {counts.train} images for training, {counts.validation} for validation,{" "}
        {counts.test} for the test. {[note ?? [], notes].flat().join(" ")}
      </p>
      {runs.length > 0 && (
        <>
          <DataTable table={runTable(runs, content)} label="Runs" />
          <details>
            <summary>Settings of all runs</summary>
            <DataTable table={settingsTable(runs)} label="Settings of all runs" />
          </details>
        </>
      )}
    </Section>
  );
}

/** A run and the title of its method. */
interface TitledRun {
  readonly title: string;
  readonly record: RunRecord;
}

function runTable(runs: readonly TitledRun[], { results: { networks, seconds } }: ReportContent) {
  const rows = runs.map(({ title, record }) => ({
    method: unbroken(title),
    seed: record.experiment.seed,
    epochs: `${record.bestEpoch} of ${record.history.length}`,
    seconds: record.seconds,
    run: record.run,
    environment: environmentOf(record),
    finished: record.environment.finishedAt.slice(0, 16).replace("T", "\u00a0"),
  }));
  const environments = [...new Set(rows.map(({ environment }) => environment))];
  return table(rows, [
    { field: "method", heading: "Method" },
    { field: "seed", heading: "seed" },
    { field: "epochs", heading: "best epoch" },
    { field: "seconds", heading: "seconds", format: 0 },
    { field: "run", heading: "run" },
    ...(environments.length > 1 ? [{ field: "environment", heading: "computed with" } as const] : []),
    { field: "finished", heading: "finished (UTC)" },
  ], {
    caption:
      `Seconds are of training and validation; ${networks} networks, with those that an ε was chosen from, took ` +
      `${Math.round(seconds)} s.` + (environments.length === 1 ? ` Computed with ${environments[0]}.` : ""),
  });
}

function environmentOf({ environment: { backend, device, deno, platform } }: RunRecord): string {
  return `${backend}, ${device}; Deno ${deno}, ${platform}`;
}

/** One line a setting, one column a run. */
function settingsTable(runs: readonly TitledRun[]) {
  const names = Object.keys(runs[0].record.experiment) as (keyof RunRecord["experiment"])[];
  type Row = { setting: string } & Record<string, string>;
  const rows = names.map((name): Row => ({
    setting: name,
    ...Object.fromEntries(runs.map(({ record }, column) => [`run${column}`, String(record.experiment[name])])),
  }));
  return table(rows, [
    { field: "setting", heading: "setting" } as Column<Row>,
    ...runs.map(({ title }, column): Column<Row> => ({ field: `run${column}`, heading: title })),
  ]);
}
