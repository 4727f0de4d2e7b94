import { assert, assertMatch } from "@std/assert";
import { join } from "@std/path";
import type { Page } from "playwright-core";
import { projectFolder } from "../../tasks/setup/project_folder.ts";
import { browserTest } from "../browser.ts";
import { type LabServer, startLab } from "../lab_server.ts";

const NOTEBOOK = "1_loss_geometry.ipynb";

/** The notebook's cells up to its first chart: prelude, imports and backend, chart. */
const CELLS = 3;

/** How long a slow machine may take for one thing, milliseconds. */
const PATIENCE = 300_000;

Deno.test(browserTest(
  `JupyterLab runs ${NOTEBOOK} on the project's kernel and draws its chart, light and dark`,
  async ({ page, screenshot }) => {
    page.setDefaultTimeout(PATIENCE);
    const file = join(projectFolder().notebooks, NOTEBOOK);
    const before = await Deno.readTextFile(file);
    await using lab = await labOfItsOwn();
    await page.goto(new URL(`/lab/tree/${NOTEBOOK}${lab.address.search}`, lab.address).href);
    await page.locator(".jp-StatusBar-Widget", { hasText: "Deno | Idle" }).waitFor();
    const outputs = page.locator(".jp-CodeCell .jp-OutputArea-output");
    await outputs.first().waitFor(); // those that the notebook was saved with
    await execute(page, "notebook:clear-all-cell-outputs");
    await outputs.first().waitFor({ state: "detached" });
    for (let cell = 1; cell <= CELLS; cell++) {
      const code = page.locator(".jp-CodeCell").nth(cell - 1);
      await code.locator(".cm-content").click();
      await page.keyboard.press("Shift+Enter");
      await code.locator(".jp-InputPrompt", { hasText: `[${cell}]:` }).waitFor();
    }
    assertMatch(await outputs.first().innerText(), /^Computing with \w+ /);
    for (const theme of ["Light", "Dark"]) {
      await execute(page, "apputils:change-theme", { theme: `JupyterLab ${theme}` });
      await page.locator(`body[data-jp-theme-name="JupyterLab ${theme}"]`).waitFor({ state: "attached" });
      const chart = page.locator(".jp-RenderedVegaCommon5 canvas.marks");
      await chart.waitFor();
      await chart.scrollIntoViewIfNeeded();
      const colours = await coloursOf(page);
      assert(colours > 10, `the chart has ${colours} colours`);
      await screenshot(`jupyterlab_${theme.toLowerCase()}`, { fullPage: false });
    }
    assert(await Deno.readTextFile(file) === before, "the notebook on disk was changed");
    await page.close(); // before its server, of which it would complain
  },
));

/** A server with settings, workspaces and checkpoints of its own, so that neither the user's nor the notebooks change. */
async function labOfItsOwn(): Promise<LabServer> {
  const folder = await Deno.makeTempDir({ prefix: "polydice_lab_" });
  const settings = join(folder, "settings");
  const put = async (extension: string, plugin: string, values: Record<string, unknown>) => {
    await Deno.mkdir(join(settings, "@jupyterlab", extension), { recursive: true });
    const file = join(settings, "@jupyterlab", extension, `${plugin}.jupyterlab-settings`);
    await Deno.writeTextFile(file, JSON.stringify(values));
  };
  await put("apputils-extension", "notification", { fetchNews: "false", checkForUpdates: false });
  await put("docmanager-extension", "plugin", { autosave: false });
  const lab = await startLab(
    ["--expose-app-in-browser", `--FileCheckpoints.checkpoint_dir=${join(folder, "checkpoints")}`],
    { JUPYTERLAB_SETTINGS_DIR: settings, JUPYTERLAB_WORKSPACES_DIR: join(folder, "workspaces") },
  );
  return {
    ...lab,
    [Symbol.asyncDispose]: async () => {
      await lab[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Executes a command of JupyterLab, as its menus do. */
async function execute(page: Page, command: string, options: Record<string, string> = {}): Promise<void> {
  await page.evaluate(`window.jupyterapp.commands.execute("${command}", ${JSON.stringify(options)})`);
}

/** How many colours the chart's picture has: an empty one has one. */
async function coloursOf(page: Page): Promise<number> {
  return await page.evaluate(`(() => {
    const chart = document.querySelector(".jp-RenderedVegaCommon5 canvas.marks");
    const { data } = chart.getContext("2d").getImageData(0, 0, chart.width, chart.height);
    return new Set(new Uint32Array(data.buffer)).size;
  })()`);
}
