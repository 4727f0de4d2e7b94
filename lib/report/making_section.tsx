/** @jsxImportSource preact */
/**
 * What the numbers depend on: runs, data, settings, versions, time.
 *
 * @module
 */
import type { VNode } from "preact";
import { type Column, table } from "../notebook/tables.ts";
import type { MethodRun } from "../training/train_method.ts";
import { DataTable } from "./data_table.tsx";
import { Section } from "./document.tsx";
import type { ReportContent } from "./report_content.ts";
import { datasetTitle, unbroken } from "./wording.ts";

/** The section that says how the numbers were made. */
export function MakingSection({ content: { results, dataset } }: { content: ReportContent }): VNode {
  const { counts } = dataset;
  return (
    <Section id="making" title="How it was made">
      <p>
        {datasetTitle(dataset.name)}, {dataset.size} × {dataset.size} pixels, {dataset.split} split: {counts.train}{" "}
        images for training, {counts.validation} for validation, {counts.test} for the test. {dataset.notes.join(" ")}
      </p>
      {results.length > 0 && (
        <>
          <DataTable table={runTable(results)} label="Runs" />
          <details>
            <summary>Settings of all runs</summary>
            <DataTable table={settingsTable(results)} label="Settings of all runs" />
          </details>
        </>
      )}
    </Section>
  );
}

function runTable(results: readonly MethodRun[]) {
  const rows = results.map(({ method, run, candidates }) => ({
    method: unbroken(method.title),
    seed: run.experiment.seed,
    epochs: `${run.bestEpoch} of ${run.history.length}`,
    // The runs that ε was chosen from cost their time as well.
    seconds: new Map([run, ...candidates].map(({ hash, seconds }) => [hash, seconds])).values().reduce((a, b) => a + b),
    run: run.hash,
    environment: environmentOf(run),
    finished: run.environment.finishedAt.slice(0, 16).replace("T", "\u00a0"),
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
    caption: "Seconds are of training and validation, of all runs that an ε was chosen from." +
      (environments.length === 1 ? ` Computed with ${environments[0]}.` : ""),
  });
}

function environmentOf({ environment: { backend, device, deno, platform } }: MethodRun["run"]): string {
  return `${backend}, ${device}; Deno ${deno}, ${platform}`;
}

/** One line a setting; one column where all runs agree on everything, else one column a run. */
function settingsTable(results: readonly MethodRun[]) {
  const names = Object.keys(results[0].run.experiment) as (keyof MethodRun["run"]["experiment"] & string)[];
  type Row = { setting: string } & Record<string, string>;
  const rows = names.map((name): Row => ({
    setting: name,
    ...Object.fromEntries(results.map(({ run }, column) => [`run${column}`, String(run.experiment[name])])),
  }));
  return table(rows, [
    { field: "setting", heading: "setting" } as Column<Row>,
    ...results.map(({ method }, column): Column<Row> => ({ field: `run${column}`, heading: method.title })),
  ]);
}
