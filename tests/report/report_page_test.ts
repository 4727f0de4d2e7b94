import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { createHash } from "node:crypto";
import { readPageAssets } from "../../lib/report/page_assets.ts";
import { reportPage } from "../../lib/report/report_page.tsx";
import { madeIds, madeInspection, madeMethod, type MadeParts, madeReport } from "./made_report.ts";
import { inspectionOf } from "../../lib/report/inspection_pictures.ts";

const assets = await readPageAssets();

/** The page without scripts and style: what a reader gets. */
function visible(html: string): string {
  return html.replaceAll(/<(script|style)\b[^]*?<\/\1>/g, "").replaceAll(/<[^>]+>/g, " ").replaceAll(/\s+/g, " ");
}

Deno.test("reportPage() has every part, and each link of its navigation leads to one", async () => {
  const html = reportPage(await madeReport(), assets);
  const text = visible(html);
  for (const part of ["Question", "Table 2", "Training", "Learning curves", "ε of every image", "Highest Dice"]) {
    assertStringIncludes(text, part);
  }
  const targets = [...html.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
  assert(targets.length >= 7);
  assertEquals(targets.filter((id) => !html.includes(`id="${id}"`)), []);
  assertStringIncludes(html, 'href="notebooks/1_made.html"');
});

Deno.test("reportPage() states means with intervals, and the thesis' values for its data set only", async () => {
  const synthetic = visible(reportPage(await madeReport(), assets));
  const kvasir = visible(reportPage(await madeReport({ dataset: "kvasir-seg" }), assets));
  // Mean of 0.4 + 0.5·i/12 over i = 0..11
  assertMatch(kvasir, /Dice – 0\.6292 \[0\.5\d, 0\.7\d\] thesis 0\.7895/);
  assertStringIncludes(synthetic, "The thesis has no table for this data set.");
  assert(!/thesis 0\.7895/.test(synthetic));
});

Deno.test("reportPage() answers from the interval: ahead, behind, or undecided", async () => {
  const ids = madeIds(12);
  const answer = async (better: "adaptive" | "polydice1" | undefined) => {
    const results = (["polydice1", "adaptive"] as const).map((name) => {
      const made = madeMethod(name, ids);
      const test = made.run.test.map((row, index) => ({
        ...row,
        dice: name === better ? 0.9 : better ? 0.5 : 0.5 + (name === "adaptive" ? 0.1 * (-1) ** (index >> 1) : 0),
      }));
      return { ...made, run: { ...made.run, test } };
    });
    return visible(reportPage(await madeReport({ results }), assets));
  };
  assertStringIncludes(await answer("adaptive"), "the adaptive method is ahead");
  assertStringIncludes(await answer("polydice1"), "the adaptive method is behind");
  assertStringIncludes(await answer(undefined), "can't tell the two apart");
});

Deno.test("reportPage() says from the interval whether D goes with the error", async () => {
  const answer = async (dice: (rank: number) => number) => {
    const images = madeInspection(madeIds(20)).map((image, rank) => ({ ...image, dice: dice(rank) })); // D falls by rank
    return visible(
      reportPage(
        await madeReport({ inspection: await inspectionOf(images, { method: "m", passes: 2 }) }),
        assets,
      ),
    );
  };
  assertMatch(await answer((rank) => rank / 20), /Yes, on these images: .* is \+1\.00 over 20 test images, 95 %/);
  assertMatch(await answer((rank) => 1 - rank / 20), /No, the reverse: .* is −1\.00/);
  assertStringIncludes(await answer((rank) => 0.5 + 0.1 * (-1) ** (rank >> 1)), "Undecided: these images show no sure");
  assert(!/rank correlation of D and 1 − Dice is/.test(await answer(() => 0.5)));
});

Deno.test("inspectionOf() does not let single bright pixels dim the maps", async () => {
  const images = madeInspection(madeIds(8));
  const brightest = async () => (await inspectionOf(images, { method: "m", passes: 2 })).mostInformation;
  const before = await brightest();
  images[0].mutualInformation[0] = 0.69;
  assertEquals([before > 0, await brightest()], [true, before]);
});

Deno.test("reportPage() gives each chart words, each picture an alternative text and each table heading a scope", async () => {
  const html = reportPage(await madeReport(), assets);
  const charts = [...html.matchAll(/<script type="application\/json">([^<]*)<\/script>/g)];
  assertEquals(charts.length, 5);
  for (const [, json] of charts) assertMatch(JSON.parse(json).spec.description, /^Chart: .{10,}/);
  const pictures = html.replaceAll(/<script>[^]*?<\/script>/g, "").match(/<img [^>]*>/g)!;
  assertEquals(pictures.length, 4 * 8 + 1);
  for (const picture of pictures) assertMatch(picture, / alt="[^"]{8,}"/);
  const headings = html.match(/<th\b[^>]*>/g)!;
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

Deno.test("reportPage() lets only its own scripts run, and asks nobody for anything", async () => {
  const html = reportPage(await madeReport(), assets);
  const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)![1].replaceAll("&#39;", "'");
  assertMatch(policy, /^default-src 'none'; script-src ('sha256-[^']+' ?){5};/);
  const scripts = [...html.matchAll(/<script>([^]*?)<\/script>/g)].map(([, text]) => text);
  for (const text of scripts) {
    assertStringIncludes(policy, `'sha256-${createHash("sha256").update(text).digest("base64")}'`);
  }
  assertEquals(scripts.length, 5);
  const addresses = [...html.replaceAll(/<script\b[^]*?<\/script>/g, "").matchAll(/ (?:src|href)="([^"]*)"/g)];
  assertEquals(addresses.filter(([, address]) => !/^(data:|#|notebooks\/)/.test(address)), []);
});

const ONE = madeIds(1);
const missing: [part: string, changes: MadeParts, says: string][] = [
  ["any run", { results: [], inspection: undefined, framework: undefined }, "No method has been trained"],
  [
    "the adaptive method",
    { results: [madeMethod("dice", madeIds(12))], framework: undefined },
    "This rerun has no answer",
  ],
  ["all methods but the adaptive one", { results: [madeMethod("adaptive", madeIds(12))] }, "This rerun has no answer"],
  ["some methods", { missing: ["Focal (γ = 2)"] }, "Not trained with these settings yet: Focal (γ = 2)."],
  ["all images but one", { ids: ONE, inspection: undefined }, "over 1 test images"],
  ["notebooks and pictures", { notebooks: [], inspection: undefined }, "How it was made"],
];

for (const [part, changes, says] of missing) {
  Deno.test(`reportPage() of a rerun without ${part} says so and leaves out the rest`, async () => {
    const html = reportPage(await madeReport(changes), assets);
    assertStringIncludes(visible(html), says);
    assert(!/undefined|NaN|\[object/.test(visible(html)));
    const targets = [...html.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    assertEquals(targets.filter((id) => !html.includes(`id="${id}"`)), []);
  });
}

Deno.test("inspectionOf() shows no image as both easy and hard, down to a single one", async () => {
  for (const count of [1, 2, 3, 7, 8, 20]) {
    const { easiest, hardest } = await inspectionOf(madeInspection(madeIds(count)), { method: "m", passes: 2 });
    const ids = [...easiest, ...hardest].map(({ id }) => id);
    assertEquals(new Set(ids).size, ids.length);
    assertEquals(ids.length, Math.min(count, 8));
    assert(hardest.every(({ dice }) => dice <= easiest.at(-1)!.dice));
  }
});

Deno.test("reportPage() averages over seeds before it averages over images", async () => {
  const ids = madeIds(4);
  const results = [1, 2, 3].map((seed) => madeMethod("dice", ids, { seed }));
  const text = visible(reportPage(await madeReport({ results, inspection: undefined, framework: undefined }), assets));
  assertStringIncludes(text, "Means over 4 test images");
  assertStringIncludes(text, "Means over 3 seeds (1, 2, 3).");
});
