import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { createHash } from "node:crypto";
import { readPageAssets } from "../../lib/report/document.tsx";
import { reportPage } from "../../lib/report/report_page.tsx";
import { inspectionOf } from "../../lib/report/inspection_pictures.ts";
import { knownResults } from "../../lib/results/few_seeds.ts";
import type { RunRecord } from "../../lib/results/run_record.ts";
import { madeIds, madeInspection, type MadeParts, madeReport } from "./made_report.ts";

const assets = await readPageAssets();

const WHOLE = reportPage(await madeReport(), assets);

/** The page without scripts and style: what a reader gets. */
function visible(html: string): string {
  return html.replaceAll(/<(script|style)\b[^]*?<\/\1>/g, "").replaceAll(/<[^>]+>/g, " ").replaceAll(/\s+/g, " ");
}

/** What a reader gets of a report; pictures are drawn only where they are asked for. */
async function textOf(parts: MadeParts): Promise<string> {
  return visible(reportPage(await madeReport({ inspection: undefined, ...parts }), assets));
}

/** Links of a page's navigation that lead nowhere. */
function brokenLinks(html: string): string[] {
  return [...html.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id).filter((id) => !html.includes(`id="${id}"`));
}

Deno.test("reportPage() has every part, and each link of its navigation leads to one", () => {
  for (const part of ["Question", "Table 2", "Training", "Learning curves", "ε of every image", "Highest Dice"]) {
    assertStringIncludes(visible(WHOLE), part);
  }
  assert(WHOLE.match(/href="#([^"]+)"/g)!.length >= 7);
  assertEquals(brokenLinks(WHOLE), []);
  assertStringIncludes(WHOLE, 'href="notebooks/1_made.html"');
});

/** Only runs whose loss and ε control are these. */
const only = (keep: (experiment: RunRecord["experiment"]) => boolean) => (records: RunRecord[]) =>
  records.filter(({ experiment }) => keep(experiment));

Deno.test("reportPage() states means with intervals, and the thesis' values for its data set only", async () => {
  const synthetic = visible(WHOLE);
  const kvasir = await textOf({ dataset: "kvasir-seg" });
  assertMatch(kvasir, /Dice – 0\.\d{4} \[0\.\d\d, 0\.\d\d\] thesis 0\.7895/);
  assertStringIncludes(synthetic, "The thesis has no table for these images.");
  assert(!/thesis 0\.7895/.test(synthetic));
  assertStringIncludes(synthetic, "The thesis' own Table 2, of Kvasir-SEG");
  const own = await textOf({ dataset: "./kvasir-seg" }); // images of one's own, under their name
  assertStringIncludes(own, "kvasir-seg · profile quick");
  assert(!/Kvasir-SEG|0\.7895/.test(own));
});

/** Runs in which ε = 0 or the adaptive method is ahead by so much on every image, or neither. */
const ahead = (gain: number) => (records: RunRecord[]) =>
  records.map((record) => {
    const { loss, epsilonControl, epsilon } = record.experiment;
    if (loss !== "polydice1" || epsilon !== 0) return record;
    const mine = epsilonControl === "adaptive" ? gain : 0;
    return { ...record, test: record.test.map((row, index) => ({ ...row, dice: 0.5 + mine + 0.001 * (index % 12) })) };
  });

Deno.test("reportPage() answers from three seeds: ahead, behind, or undecided", async () => {
  const answer = (gain: number) => textOf({ seeds: [1, 2, 3], change: ahead(gain) });
  assertStringIncludes(await answer(0.3), "Yes, on these images: the adaptive method is ahead.");
  assertStringIncludes(await answer(-0.3), "No: on these images the adaptive method is behind.");
  const undecided = await answer(0);
  assertStringIncludes(undecided, "Undecided: these runs can't tell the two apart.");
  assertStringIncludes(undecided, "12 test images and 3 seeds");
  assertStringIncludes(undecided, "Means over 12 test images");
  assertStringIncludes(undecided, "Means over 3 seeds (1, 2, 3).");
});

Deno.test("reportPage() has no verdict from one or two seeds, and cites the study that has more", async () => {
  const known = await knownResults();
  for (const seeds of [[1], [1, 2]]) {
    const made = await madeReport({ seeds, change: ahead(0.3), known, inspection: undefined });
    const html = reportPage(made, assets);
    assert(!/<p class="verdict"><strong>/.test(html));
    const text = visible(html);
    assert(!/is ahead\.|is behind\./.test(text.replace(/There Adaptive.*?apart\./, "")), text);
    assertStringIncludes(text, "+0.300 in mean Dice over 12 test images");
    assertStringIncludes(text, seeds.length === 1 ? "One seed is no verdict" : "Two seeds are no verdict");
    assertMatch(text, /differs from seed to seed by a standard deviation of 0\.002 to 0\.023\./);
    assertMatch(text, /There Adaptive PolyDice-1 minus PolyDice-1 \(ε\s=\s0\) is −0\.016 over 5 seeds/);
  }
});

Deno.test("reportPage() says from the interval whether D goes with the error", async () => {
  const answer = async (dice: (rank: number) => number) => {
    const images = madeInspection(madeIds(20)).map((image, rank) => ({ ...image, dice: dice(rank) })); // D falls by rank
    return await textOf({ inspection: await inspectionOf(images, { method: "m", passes: 2 }) });
  };
  assertMatch(
    await answer((rank) => rank / 20),
    /In this one network a higher D goes with a larger error\..* is \+1\.00 over 20 test images, 95 %/,
  );
  assertMatch(await answer((rank) => 1 - rank / 20), /In this one network, the reverse: .* is −1\.00/);
  assertStringIncludes(await answer((rank) => 0.5 + 0.1 * (-1) ** (rank >> 1)), "these images show no sure");
  assert(!/rank correlation of D and 1 − Dice is/.test(await answer(() => 0.5)));
});

Deno.test("inspectionOf() does not let single bright pixels dim the maps", async () => {
  const images = madeInspection(madeIds(8));
  const brightest = async () => (await inspectionOf(images, { method: "m", passes: 2 })).mostInformation;
  const before = await brightest();
  images[0].mutualInformation[0] = 0.69;
  assertEquals([before > 0, await brightest()], [true, before]);
});

Deno.test("reportPage() gives each chart words, each picture an alternative text and each table heading a scope", () => {
  const charts = [...WHOLE.matchAll(/<script type="application\/json">([^<]*)<\/script>/g)];
  assertEquals(charts.length, 5);
  for (const [, json] of charts) assertMatch(JSON.parse(json).spec.description, /^Chart: .{10,}/);
  const pictures = WHOLE.replaceAll(/<script>[^]*?<\/script>/g, "").match(/<img [^>]*>/g)!;
  assertEquals(pictures.length, 4 * 8 + 1);
  for (const picture of pictures) assertMatch(picture, / alt="[^"]{8,}"/);
  const headings = WHOLE.match(/<th\b[^>]*>/g)!;
  assertEquals(headings.filter((heading) => !/ scope="(col|row)"/.test(heading)), []);
});

Deno.test("reportPage() lets no name of the data become markup", async () => {
  const hostile = [
    '<script>alert("id")</script>',
    '"><img src=x onerror=alert(1)>',
    "</script><script>alert(2)</script>",
    "<!--",
    "&lt;b&gt;",
  ];
  const plain = reportPage(await madeReport({ ids: madeIds(hostile.length) }), assets);
  const made = await madeReport({ ids: hostile });
  const html = reportPage({
    ...made,
    dataset: { ...made.dataset, notes: hostile },
    notebooks: hostile.map((title) => ({ href: "notebooks/1_made.html", title, question: title })),
  }, assets);
  for (const element of ["script", "img", "style"]) {
    const count = (page: string) => page.match(new RegExp(`<${element}\\b`, "g"))!.length;
    // Text of Vega's own code holds none of these tags
    assertEquals(count(html), count(plain), element);
  }
  assertStringIncludes(html, "&lt;script>alert(&quot;id&quot;)&lt;/script>");
  assert(!html.includes("<img src=x"));
});

Deno.test("reportPage() lets only its own scripts run, and asks nobody for anything", () => {
  const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(WHOLE)![1].replaceAll("&#39;", "'");
  assertMatch(policy, /^default-src 'none'; script-src ('sha256-[^']+' ?){5};/);
  const scripts = [...WHOLE.matchAll(/<script>([^]*?)<\/script>/g)].map(([, text]) => text);
  for (const text of scripts) {
    assertStringIncludes(policy, `'sha256-${createHash("sha256").update(text).digest("base64")}'`);
  }
  assertEquals(scripts.length, 5);
  const addresses = [...WHOLE.replaceAll(/<script\b[^]*?<\/script>/g, "").matchAll(/ (?:src|href)="([^"]*)"/g)];
  assertEquals(addresses.filter(([, address]) => !/^(data:|#|notebooks\/)/.test(address)), []);
});

const BARE: MadeParts = { inspection: undefined, framework: undefined, controller: undefined };
const MISSING: [part: string, changes: MadeParts, says: string][] = [
  ["any run", { ...BARE, change: () => [] }, "No method has been trained"],
  ["the adaptive method", { ...BARE, change: only(({ loss }) => loss === "dice") }, "This rerun has no answer"],
  [
    "all methods but the adaptive one",
    { change: only(({ epsilonControl }) => epsilonControl === "adaptive") },
    "This rerun has no answer",
  ],
  ["some", { change: only(({ loss }) => loss !== "focal") }, "Not trained with these settings yet: Focal (γ = 2)."],
  ["all images but one", { ids: madeIds(1), inspection: undefined }, "over 1 test images"],
  ["notebooks and pictures", { notebooks: [], inspection: undefined }, "How it was made"],
];

Deno.test("reportPage() of a rerun without some part says so and leaves out the rest", async () => {
  for (const [part, changes, says] of MISSING) {
    const html = reportPage(await madeReport(changes), assets);
    assertStringIncludes(visible(html), says, part);
    assert(!/undefined|NaN|\[object/.test(visible(html)), part);
    assertEquals(brokenLinks(html), [], part);
  }
});

Deno.test("inspectionOf() shows no image as both easy and hard, down to a single one", async () => {
  for (const count of [1, 2, 7, 9]) {
    const { easiest, hardest } = await inspectionOf(madeInspection(madeIds(count)), { method: "m", passes: 2 });
    const ids = [...easiest, ...hardest].map(({ id }) => id);
    assertEquals(new Set(ids).size, ids.length);
    assertEquals(ids.length, Math.min(count, 8));
    assert(hardest.every(({ dice }) => dice <= easiest.at(-1)!.dice));
  }
});
