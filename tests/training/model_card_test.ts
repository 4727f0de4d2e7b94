import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { CVC_CLINICDB } from "../../lib/data/cvc_clinicdb.ts";
import { KVASIR_SEG } from "../../lib/data/kvasir_seg.ts";
import { LOSS_NAMES } from "../../lib/loss/losses.ts";
import { modelCard, type ModelCardFile } from "../../lib/training/model_card.ts";
import { madeRun } from "./stored_run.ts";

const FILES: readonly ModelCardFile[] = [
  { name: "weights_best.safetensors", kind: "safetensors", weights: "best" },
  { name: "layers_model/model.json", kind: "layers-model", weights: "best" },
  { name: "model.onnx", kind: "onnx", weights: "best" },
];
const run = madeRun();

Deno.test("a model card says that it is no medical device, and what it was trained, tested and made with", () => {
  const card = modelCard(run, FILES);
  for (
    const part of [
      "not a medical device",
      `run ${run.hash}`,
      "| best (epoch 1) | 2 | 0.7500 ± 0.3536 |",
      "| last (epoch 2) | 2 | 0.5000 ± 0.3536 |",
      "One run with seed 1",
      "Split `grouped`, seed 0: 7 training, 2 validation, 2 test images.",
      "tensorflow 2.21.0 on CPU: some processor, 2 cores, Deno 2.9.6",
      "finished 2026-01-02T03:04:05.000Z",
      "| imageSize | 16 |",
      "`weights_best.safetensors`",
    ]
  ) assertStringIncludes(card, part);
});

Deno.test("a model card has every key of the experiment", () => {
  const card = modelCard(run, FILES);
  for (const [key, value] of Object.entries(run.experiment)) assertStringIncludes(card, `| ${key} | ${value} |`);
});

Deno.test("a model card names the terms of its data, and those of none that it does not know", () => {
  const cardOf = (dataset: string) => modelCard(madeRun({ dataset }), FILES);
  for (const { name: dataset, terms } of [KVASIR_SEG, CVC_CLINICDB]) {
    for (const term of terms) assertStringIncludes(cardOf(dataset), term);
    assertStringIncludes(cardOf(dataset), "license: other");
    assert(!cardOf(dataset).includes("So are these weights"));
  }
  assertStringIncludes(cardOf("synthetic"), "license: mit");
  assertStringIncludes(cardOf("own-images"), "Not known here; ask who provides the data.");
  assertStringIncludes(cardOf("own-images"), "license: other");
});

Deno.test("a model card tells how to load what is there, and nothing else", () => {
  const headings = (files: readonly ModelCardFile[]) =>
    [...modelCard(run, files).matchAll(/^## Load it (.*)$/gm)].map(([, text]) => text);
  assertEquals(headings(FILES), ["in PyTorch", "with the project's library", "in tfjs", "in ONNX Runtime"]);
  assertEquals(headings(FILES.slice(1)), ["in tfjs", "in ONNX Runtime"]);
  assertEquals(headings(FILES.slice(0, 1)), ["in PyTorch", "with the project's library"]);
});

Deno.test("a model card's title names the loss, whichever it is", () => {
  const titles = LOSS_NAMES.map((loss) => modelCard(madeRun({ loss }), FILES).match(/^# (.*)$/m)![1]);
  assertEquals(new Set(titles).size, LOSS_NAMES.length);
  assertStringIncludes(modelCard(madeRun({ epsilonControl: "adaptive" }), FILES), "Adaptive PolyDice-1");
});

Deno.test("what a run's record says is text on the card and nothing else: no markup, no key of its head", () => {
  const text = 'x]\n---\n# Heading\n<img src="a"> [link](http://a.b) | `code` | $1$';
  const { environment, ...record } = madeRun({ dataset: "own-images" });
  const card = modelCard(
    {
      ...record,
      experiment: { ...record.experiment, dataset: text, focalGamma: text as unknown as number },
      environment: { ...environment, device: text },
      data: { ...record.data, pixels: text },
    },
    FILES,
  );
  const plain = modelCard({ ...record, environment }, FILES);
  const lines = (page: string, pattern: RegExp) => page.match(pattern)?.length;
  for (const pattern of [/^#+ /gm, /^---$/gm, /(?<!\\)\|/g, /(?<!\\)`/g, /(?<!\\)\[/g]) {
    assertEquals(lines(card.replace(/^datasets.*$/m, ""), pattern), lines(plain.replace(/^datasets.*$/m, ""), pattern));
  }
  assertEquals(card.match(/<img/g)!.length, 1); // in the head's string
  assertEquals(JSON.parse(card.match(/^datasets: (.*)$/m)![1]), [text]);
});
