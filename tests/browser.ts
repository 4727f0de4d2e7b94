/**
 * Pages in a real browser: headless Chromium, driven by Playwright (playwright-core: Microsoft's, well kept, without a
 * browser of its own). Tests that need it are skipped where no Chromium is found; `deno task test` installs it where it
 * can.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { findChromium } from "../tasks/setup/debian_programs.ts";

// One of Playwright's parts looks into /proc when it is loaded, to tell Windows' Linux, which the tests' permissions do
// not allow (Deno asks for all of them there). This switch of that part, is-wsl, makes it wait until it is asked.
Deno.env.set("__IS_WSL_TEST__", "1");
const { chromium } = await import("playwright-core");

/** Where screenshots are kept; git ignores it. */
export const SCREENSHOTS = fromFileUrl(new URL("../.cache/screenshots", import.meta.url));

/** Width and height of the window, pixels: a small laptop and a phone. */
export const DESKTOP = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };

/** How the browser is started and what a page may do. */
export interface BrowserOptions {
  /** Window, colour scheme and so on, as Playwright names them. */
  readonly context?: BrowserContextOptions;
  /** More of Chromium's own switches. */
  readonly args?: readonly string[];
  /** Console errors that are not the page's fault; say why where you name them. */
  readonly expected?: readonly RegExp[];
}

/** A page, and what a test does with it beside what Playwright offers. */
export interface Visit {
  readonly page: Page;
  readonly browser: Browser;
  /** Console errors, uncaught errors, failed requests and requests to other hosts so far. */
  readonly problems: readonly string[];
  /** Keeps a picture of the page as `.cache/screenshots/NAME.png`. */
  readonly screenshot: (name: string, options?: { readonly fullPage?: boolean }) => Promise<void>;
}

/**
 * A test in a fresh browser. It fails, too, where the page writes an error to the console, throws, or asks another host
 * than the loopback for anything.
 *
 * @example
 * ```ts ignore
 * Deno.test(browserTest("the report shows a table", async ({ page, screenshot }) => {
 *   await page.goto(address);
 *   assertEquals(await page.locator("table").count(), 1);
 *   await screenshot("report");
 * }, { context: { viewport: PHONE, colorScheme: "dark" } }));
 * ```
 */
export function browserTest(
  name: string,
  run: (visit: Visit) => Promise<void>,
  options: BrowserOptions = {},
): Deno.TestDefinition {
  const executablePath = findChromium();
  if (!executablePath) return { name: `${name} (skipped: no Chromium found)`, ignore: true, fn: () => {} };
  return { name, fn: () => visitPage(name, executablePath, run, options) };
}

/** What axe-core finds on a page by WCAG 2.2 A and AA and by its own best practices. */
export async function axeFindings(page: Page): Promise<unknown[]> {
  await page.evaluate(await Deno.readTextFile(new URL("axe.min.js", import.meta.resolve("axe-core"))));
  return await page.evaluate(
    `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html.slice(0, 200))]))`,
  );
}

async function visitPage(
  name: string,
  executablePath: string,
  run: (visit: Visit) => Promise<void>,
  { context: contextOptions, args = [], expected = [] }: BrowserOptions,
): Promise<void> {
  // Chromium's sandbox does not work for root, as whom containers and CI run.
  const sandbox = Deno.build.os === "linux" && Deno.uid() === 0 ? ["--no-sandbox"] : [];
  const browser = await chromium.launch({ executablePath, args: [...sandbox, ...args] });
  try {
    const context = await browser.newContext({ viewport: DESKTOP, reducedMotion: "reduce", ...contextOptions });
    const page = await context.newPage();
    const problems = watchForProblems(page, expected);
    const screenshot: Visit["screenshot"] = async (name, { fullPage = true } = {}) => {
      await Deno.mkdir(SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage });
    };
    try {
      await run({ page, browser, problems, screenshot });
      assertEquals(problems, [], "the page wrote errors or asked other hosts");
    } catch (error) {
      // What was to be seen tells more than the stack; where the page is gone, the error has to do.
      await screenshot(`failed_${name.replaceAll(/[^\w]+/g, "_")}`, { fullPage: false }).catch(() => {});
      if (problems.length) console.error(problems.join("\n"));
      throw error;
    }
  } finally {
    await browser.close();
  }
}

/** A list that grows with everything that a page does wrong. */
function watchForProblems(page: Page, expected: readonly RegExp[]): string[] {
  const problems: string[] = [];
  const report = (problem: string) => {
    if (!expected.some((pattern) => pattern.test(problem))) problems.push(problem);
  };
  page.on("console", (message) => {
    if (message.type() === "error") report(`console: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => report(`uncaught: ${error.stack ?? error.message}`));
  page.on("crash", () => report("the page crashed"));
  page.on("request", (request) => {
    if (!staysHere(request.url())) report(`request to another host: ${request.url()}`);
  });
  page.on("websocket", (socket) => {
    if (!staysHere(socket.url())) report(`connection to another host: ${socket.url()}`);
  });
  return problems;
}

/** Whether an address is on this machine or made by the page itself. */
function staysHere(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return ["file:", "data:", "blob:", "about:"].includes(protocol) || ["127.0.0.1", "localhost"].includes(hostname);
}
