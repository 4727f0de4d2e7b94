import { backend } from "../backend.ts";
import { assert, assertAlmostEquals, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { buildSite, RECORD_FILE, type Site, WEIGHTS_FILE } from "../../explorer/build_site.ts";
import { difficultiesOver, imageEpsilon, thresholdMask } from "../../explorer/compute/difficulty.ts";
import { referenceAt, segmentImage } from "../../explorer/compute/network.ts";
import { stochasticPasses } from "../../explorer/compute/stochastic_passes.ts";
import type { ResultFile } from "../../explorer/page/uncertainty/results.tsx";
import { hostUniform } from "../../lib/backend/stateless_uniform.ts";
import { tf } from "../../lib/backend/tf.ts";
import { populationStandardDeviation } from "../../lib/statistics/mean.ts";
import { polyDice1Loss } from "../../lib/loss/polydice_loss.ts";
import { axeFindings, type BrowserOptions, browserTest, DESKTOP, PHONE, type Visit } from "../browser.ts";
import { shippedNetwork as shippedFiles } from "../../explorer/shown_network.ts";
import { ownNetworkFile, shippedNetwork, unseenImage } from "./networks.ts";

// The files lie deep in a plain host that knows nothing of them: no headers but the type, no address of its own.
const PATH = "/some/where/deep/";
const TYPES: Readonly<Record<string, string>> = { html: "text/html", css: "text/css", js: "text/javascript" };
const site = await buildSite(await shippedFiles());

const SIZE = 128;
const IMAGE = unseenImage(SIZE);
const PNG = await sharp(IMAGE, { raw: { width: SIZE, height: SIZE, channels: 3 } }).png().toBuffer();
const FILE = { name: "unseen.png", mimeType: "image/png", buffer: PNG };

for (const [device, viewport] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
  for (const colorScheme of ["light", "dark"] as const) {
    pageTest(`shows an image's uncertainty and two pixels' losses (${device}, ${colorScheme})`, "", async (visit) => {
      const { page, screenshot } = visit;
      const assertFitsAndReads = async () => {
        assertEquals(await page.evaluate("document.documentElement.scrollWidth"), viewport.width);
        assertEquals(await axeFindings(page), []);
      };
      await settled(page);
      await page.locator(".example:enabled").nth(5).waitFor();
      await assertFitsAndReads();
      for (const canvas of await page.locator(".tile canvas").all()) {
        assert(await colourCount(canvas) > 20, "a map is not drawn");
      }
      assertMatch(await page.locator("#value-epsilon").innerText(), /^0\.\d{3}$/);
      assertEquals(await page.locator(".example:enabled").count(), 6);
      await screenshot(`explorer_${device}_${colorScheme}`);

      await page.getByRole("link", { name: "Loss geometry" }).click();
      await page.getByText("Over the angle").waitFor();
      assertMatch(await whenItChanges(page, "#loss-polydice1", "–"), /^\d\.\d{3}$/);
      await assertFitsAndReads();
      assert(await colourCount(page.locator(".plane canvas")) > 20, "the landscape is not drawn");
      assertEquals(await page.locator(".loss-line").count(), 4);
      await screenshot(`explorer_geometry_${device}_${colorScheme}`);
    }, { viewport, colorScheme });
  }
}

pageTest(
  "gives the native backend's numbers to 1e-3 for a chosen file",
  "?backend=wasm",
  async ({ page, screenshot }) => {
    await settled(page);
    await choose(page, FILE);
    const result = await savedResult(page);
    assertEquals([result.backend, result.image, result.settings.passes], ["wasm", FILE.name, 10]);

    await assertNative(result);
    assertEquals(await page.locator("#value-epsilon").innerText(), result.epsilon!.toFixed(3));
    await screenshot("explorer_file");
  },
);

pageTest("gives them with other settings too, in plain JavaScript", "?backend=cpu", async ({ page }) => {
  await slide(page, "setting-passes", 3);
  await slide(page, "setting-rate", 0.3);
  await slide(page, "setting-threshold", 0.7);
  await slide(page, "setting-percentile", 60);
  await slide(page, "setting-slope", 1);
  await settled(page);
  await choose(page, FILE);
  const result = await savedResult(page);
  assertEquals(result.settings, { passes: 3, rate: 0.3, threshold: 0.7, percentile: 60, slope: 1, seed: 1 });
  assertEquals([result.backend, result.difficulties.length], ["cpu", 3]);
  await assertNative(result);
});

pageTest("follows every slider, and other dropout masks", "", async ({ page }) => {
  await settled(page);
  const numbers = async () => {
    await settled(page);
    return await page.locator("#value-difficulty, #value-normalized, #value-epsilon").allInnerTexts();
  };
  let before = await numbers();
  await slide(page, "setting-slope", 0);
  assertEquals(await numbers(), [before[0], before[1], "0.250"]); // k = 0: the middle of the range
  before = await numbers();
  await slide(page, "setting-percentile", 80);
  let after = await numbers();
  assertEquals([after[0], after[2]], [before[0], "0.250"]);
  assertNotEquals(after[1], before[1]);
  for (const [id, value] of [["setting-threshold", 0.9], ["setting-passes", 4], ["setting-rate", 0.2]] as const) {
    before = after;
    await slide(page, id, value);
    after = await numbers();
    assertNotEquals(after[0], before[0], id);
  }
  await page.getByRole("button", { name: "Other dropout masks" }).click();
  assertNotEquals((await numbers())[0], after[0]);
  await page.getByRole("button", { name: "As trained" }).click();
  await settled(page);
  assertEquals(await page.locator("#setting-passes").inputValue(), "10");
});

pageTest("walks through the passes: one pass alone has no uncertainty", "", async ({ page }) => {
  await settled(page);
  const tile = page.locator(".tile canvas").nth(1);
  assert(await colourCount(tile) > 20);
  await page.locator("#pass").focus();
  await page.keyboard.press("Home");
  assertEquals(await whenItChanges(page, "#value-difficulty", "", "0.0000"), "0.0000");
  assertEquals(await colourCount(tile), 1);
  assertMatch(await page.locator(".tile figcaption").nth(1).innerText(), /after 1 pass$/);
});

pageTest("takes a dropped image, and says what is wrong with a file that is none", "", async ({ page }) => {
  await settled(page);
  const pressed = page.locator(".example[aria-pressed=true]");
  assertEquals(await pressed.count(), 1);
  await drop(page, "dropped.png", "image/png", PNG);
  await pressed.waitFor({ state: "detached" });
  await settled(page);
  assertMatch(await page.locator(".tile canvas").first().getAttribute("aria-label") ?? "", /^dropped\.png/);
  await drop(page, "notes.txt", "text/plain", new TextEncoder().encode("no image"));
  const alert = page.getByRole("alert");
  await alert.waitFor();
  assertMatch(await alert.innerText(), /^Cannot read "notes.txt": .*Choose a PNG or a JPEG file/);
  await page.locator(".example").nth(1).click();
  await alert.waitFor({ state: "detached" });
  assertMatch(await page.locator("#against-truth").innerText(), /Dice 0\.\d{3}/);
});

pageTest("says so where the image has nothing above the threshold", "", async ({ page }) => {
  const black = await sharp({ create: { width: 40, height: 30, channels: 3, background: "#000" } }).jpeg().toBuffer();
  await settled(page);
  await choose(page, { name: "black.jpg", mimeType: "image/jpeg", buffer: black });
  assertMatch(await page.locator(".results").innerText(), /No pixel is above the threshold.*D is 0/s);
  assertEquals(await page.locator("#value-difficulty").innerText(), "0.0000");
});

pageTest(
  "tells what is missing where the weights do not come",
  "?no-weights",
  async ({ page }) => {
    const alert = page.getByRole("alert");
    await alert.waitFor();
    assertMatch(
      await alert.innerText(),
      /Cannot load the network: weights\.safetensors is missing beside the page \(404\)/,
    );
  },
  {},
  [/404/],
);

pageTest("changes its theme by the switch and keeps it on the other page", "", async ({ page }) => {
  await settled(page);
  const ground = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
  const light = await ground();
  await page.locator("input[name=theme][value=auto]").focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  const dark = await ground();
  assertNotEquals(dark, light);
  await page.getByRole("link", { name: "Loss geometry" }).click();
  await page.getByText("Over the angle").waitFor();
  assertEquals(await ground(), dark);
  await page.getByRole("link", { name: "Uncertainty" }).click();
  await settled(page);
  assertEquals(await ground(), dark);
});

pageTest(
  "lets the arrows be dragged and moved by keys, and the library's losses follow",
  "geometry.html",
  async ({ page, screenshot }) => {
    const loss = page.locator("#loss-polydice1");
    const first = await whenItChanges(page, "#loss-polydice1", "–");
    const handle = page.getByRole("slider", { name: "Prediction ŷ" });
    const box = (await page.locator(".plane > svg").boundingBox())!;
    await handle.hover();
    await page.mouse.down();
    await page.mouse.move(box.x + 0.3 * box.width, box.y + 0.25 * box.height, { steps: 8 });
    await page.mouse.up();
    await whenItChanges(page, "#loss-polydice1", first);
    await handle.focus();
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowRight");
    await slide(page, "parameter-epsilon", 0.75);
    const at = async (name: string) => {
      const text = await page.getByRole("slider", { name }).getAttribute("aria-valuetext");
      return text!.match(/\d\.\d+/g)!.map(Number);
    };
    const [prediction, mask] = [await at("Prediction ŷ"), await at("Mask y")];
    assertNotEquals(prediction, [0.55, 0.4]);
    const expected = tf.tidy(() =>
      polyDice1Loss(tf.tensor3d(prediction, [1, 1, 2]), tf.tensor3d(mask, [1, 1, 2]), 0.75).dataSync()[0]
    );
    for (let tries = 0; tries < 100 && Math.abs(Number(await loss.innerText()) - expected) > 0.03; tries++) {
      await page.waitForTimeout(50);
    }
    // The words tell two digits of each pixel.
    assertAlmostEquals(Number(await loss.innerText()), expected, 0.03);
    const angle = Math.atan2(prediction[1], prediction[0]) * 180 / Math.PI;
    assertAlmostEquals(parseFloat(await page.locator("#value-angle").innerText()), angle, 1);

    await page.getByRole("button", { name: "Nothing in common" }).click();
    await page.getByLabel("slope dL/dθ").check();
    await page.getByRole("radio", { name: /^Focal/ }).check();
    await whenItChanges(page, "#value-angle", await page.locator("#value-angle").innerText(), "90.0°");
    assertEquals(await page.locator("#value-angle").innerText(), "90.0°");
    await screenshot("explorer_geometry_dragged");
  },
);

const own = await ownNetworkFile({ experiment: { dataset: "my polyps", imageSize: 64, dropoutRate: 0.3, passes: 4 } });
const ownFiles = new Map(site);
ownFiles.set(WEIGHTS_FILE, own.weights);
ownFiles.set(RECORD_FILE, new TextEncoder().encode(JSON.stringify(own.record)));

pageTest(
  "shows the user's own network, which has no difficulties to compare with",
  "?backend=wasm",
  async ({ page, screenshot }) => {
    await settled(page);
    assertMatch(
      await page.locator("main > p").first().innerText(),
      /^This is your network: run 0f0f, trained on my polyps/,
    );
    const text = await page.locator("main").innerText();
    assertMatch(text, /no D\s*norm\s* and no ε/);
    assertMatch(text, /Your own network, run 0f0f: the thesis' U-Net with 4 channels/);
    assertMatch(text, /Its file does not tell percentile, slope, epsilonMin, epsilonMax/);
    for (const shippedOnly of ["0.831", "training images at the same p", "synthetic images only", "NaN", "undefined"]) {
      assertEquals(text.includes(shippedOnly), false, shippedOnly);
    }
    assertEquals(await page.locator("#value-epsilon").innerText(), "–");
    const saved = await savedResult(page);
    assertEquals([saved.network, saved.size, saved.epsilon], ["run 0f0f", 64, undefined]);
    assertEquals([saved.settings.rate, saved.settings.passes, saved.difficulties.length], [0.3, 4, 4]);
    assertEquals(await axeFindings(page), []);
    await screenshot("explorer_own_network");
  },
  { colorScheme: "light" },
  [],
  ownFiles,
);

/** A test of one of the pages, opened from the plain host. */
function pageTest(
  name: string,
  query: string,
  run: (visit: Visit) => Promise<void>,
  context: BrowserOptions["context"] = { colorScheme: "light" },
  expected: readonly RegExp[] = [],
  files: Site = site,
): void {
  Deno.test(browserTest(`the explorer ${name}`, async (visit) => {
    await using host = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
      const { pathname } = new URL(request.url);
      const name = pathname.slice(PATH.length) || "index.html";
      const isMissing = query === "?no-weights" && name === WEIGHTS_FILE;
      const bytes = isMissing || !pathname.startsWith(PATH) ? undefined : files.get(name);
      if (!bytes) return new Response("", { status: 404 });
      return new Response(bytes, { headers: { "content-type": TYPES[name.split(".").at(-1)!] ?? "" } });
    });
    await visit.page.goto(`http://127.0.0.1:${host.addr.port}${PATH}${query}`);
    await run(visit);
    await visit.page.close();
  }, { context, expected }));
}

/** Waits until all passes are done and the numbers are theirs. */
async function settled(page: Page): Promise<void> {
  await page.locator("[role=status][data-state=done]").waitFor({ timeout: 60_000 });
}

async function choose(page: Page, file: { name: string; mimeType: string; buffer: Uint8Array }): Promise<void> {
  await page.locator("input[type=file]").setInputFiles({ ...file, buffer: file.buffer as never });
  await page.locator(".example[aria-pressed=true]").waitFor({ state: "detached" });
  await settled(page);
}

async function drop(page: Page, name: string, type: string, bytes: Uint8Array): Promise<void> {
  await page.evaluate(`{
    const transfer = new DataTransfer();
    transfer.items.add(new File([Uint8Array.from(${JSON.stringify([...bytes])})], "${name}", { type: "${type}" }));
    for (const kind of ["dragover", "drop"]) {
      document.querySelector("main").dispatchEvent(new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }));
    }
  }`);
}

async function slide(page: Page, id: string, value: number): Promise<void> {
  await page.locator(`#${id}`).fill(String(value));
}

async function savedResult(page: Page): Promise<ResultFile> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save the numbers" }).click(),
  ]);
  return JSON.parse(await Deno.readTextFile(await download.path()));
}

/** Asserts that TensorFlow, with the masks that the browser drew, has the same numbers. */
async function assertNative(result: ResultFile): Promise<void> {
  assertEquals(backend.name, "tensorflow");
  const { passes, rate, threshold, percentile, slope, seed } = result.settings;
  const network = await shippedNetwork();
  const segmentation = segmentImage(network, Float32Array.from(IMAGE, (value) => value / 255), SIZE);
  const probability = await segmentation.probability.data<"float32">();
  const drawMask = (shape: readonly number[], keep: number, seed: tf.Tensor1D) =>
    tf.cast(tf.less(hostUniform(shape, seed), keep), "float32");
  const results = await Array.fromAsync(stochasticPasses(network, segmentation, { passes, rate, seed, drawMask }));
  const { information } = results.at(-1)!;
  const [difficulty] = await difficultiesOver([information], thresholdMask(probability, threshold), SIZE);
  const reference = referenceAt(network.record, rate)!.difficulties;
  const deviation = populationStandardDeviation(reference);
  tf.dispose([segmentation.features, segmentation.probability, network.weights.trainable, network.weights.statistics]);
  const native = imageEpsilon(difficulty, reference, { percentile, slope });
  assertClose(result.probability, probability, 1e-3);
  assertClose(result.information, information, 1e-3);
  assertAlmostEquals(result.difficulties.at(-1)!, difficulty, 1e-3);
  assertAlmostEquals(result.normalized!, native.normalized, 1e-3 / deviation);
  assertAlmostEquals(result.epsilon!, native.epsilon, 1e-3);
}

function assertClose(found: readonly number[], expected: Float32Array, tolerance: number): void {
  assertEquals(found.length, expected.length);
  const worst = found.reduce((most, value, index) => Math.max(most, Math.abs(value - expected[index])), 0);
  assert(worst <= tolerance, `differs by ${worst}`);
}

/** How many colours a canvas has. */
async function colourCount(canvas: ReturnType<Page["locator"]>): Promise<number> {
  // deno-lint-ignore no-explicit-any -- runs in the browser
  return await canvas.evaluate((element: any) => {
    const { data } = element.getContext("2d").getImageData(0, 0, element.width, element.height);
    return new Set(new Uint32Array(data.buffer)).size;
  });
}

/** An element's text as soon as it is another one, or the one that is wanted. */
async function whenItChanges(page: Page, selector: string, from: string, to?: string): Promise<string> {
  const deadline = performance.now() + 15_000;
  for (;;) {
    const text = await page.locator(selector).innerText();
    if ((to === undefined ? text !== from : text === to) || performance.now() > deadline) return text;
    await page.waitForTimeout(50);
  }
}
