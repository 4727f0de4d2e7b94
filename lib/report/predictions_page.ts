/**
 * A page to look through predictions, the most doubtful first.
 *
 * @module
 */
import { htmlAttribute, htmlText } from "../text/escape.ts";

/** One image on the page. */
export interface PredictionFigure {
  /** What its files are called, without folder and extension. */
  readonly name: string;
  /** The image's own file. */
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly lesionPixels: number;
  readonly components: number;
  /** D, nats; null without stochastic passes. */
  readonly difficulty: number | null;
  /** Mean predictive entropy, nats. */
  readonly entropy: number;
}

/** What the page says. */
export interface PredictionsContent {
  readonly title: string;
  /** How the predictions were made, a sentence each. */
  readonly facts: readonly string[];
  /** Files that could not be read, and why. */
  readonly broken: readonly string[];
  /** In the order of the review. */
  readonly figures: readonly PredictionFigure[];
}

/** Folders of the files beside the page; `uncertainty` exists only where it was computed. */
export const PREDICTION_FOLDERS = {
  masks: "masks",
  probability: "probability",
  uncertainty: "uncertainty",
  thumbnails: "thumbnails",
} as const;

/** What is not seen is neither laid out nor loaded, so that 10,000 images scroll. */
const STYLE = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:76rem;
padding:0 1rem;color:#1a1a1a;background:#fff}h1{font-size:1.5rem}ol{display:grid;list-style:none;padding:0;gap:1.2rem;
grid-template-columns:repeat(auto-fill,minmax(15rem,1fr))}li{content-visibility:auto;contain-intrinsic-size:15rem 19rem}
figure{margin:0}img{width:100%;height:12rem;object-fit:contain;display:block;background:#0001}figcaption{font-size:.82rem;
overflow-wrap:anywhere}.wrong{border-left:.3rem solid #b00020;padding-left:1rem}a{color:#005a8c}
@media(prefers-color-scheme:dark){body{background:#161616;color:#eee}img{background:#fff1}a{color:#7cc4f5}}`;

/** The page as HTML. Its pictures are files beside it, which the browser loads as they come into view. */
export function predictionsPage({ title, facts, broken, figures }: PredictionsContent): string {
  const list = (items: readonly string[]) => `<ul>${items.map((item) => `<li>${htmlText(item)}</li>`).join("\n")}</ul>`;
  const wrong = broken.length === 0
    ? ""
    : `<section class="wrong"><h2>${broken.length} ${broken.length === 1 ? "file" : "files"} could not be read</h2>${
      list(broken)
    }</section>\n`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${htmlText(title)}</title><style>${STYLE}</style></head><body><main>
<h1>${htmlText(title)}</h1>
${list(facts)}
${wrong}<h2>Images, the most doubtful first</h2>
<ol>
${figures.map(figure).join("\n")}
</ol>
</main></body></html>
`;
}

function figure(
  { name, file, width, height, lesionPixels, components, difficulty, entropy }: PredictionFigure,
  index: number,
): string {
  const link = (folder: keyof typeof PREDICTION_FOLDERS, extension = "png") =>
    htmlAttribute(`${PREDICTION_FOLDERS[folder]}/${encodeURIComponent(name)}.${extension}`);
  const share = (100 * lesionPixels / (width * height)).toFixed(1);
  const facts = [
    `${width} × ${height}`,
    lesionPixels === 0 ? "no lesion" : `lesion ${share} % in ${components} ${components === 1 ? "region" : "regions"}`,
    ...(difficulty === null ? [] : [`D ${difficulty.toPrecision(3)}`]),
    `entropy ${entropy.toPrecision(3)}`,
  ];
  const links = [
    ["masks", "mask"],
    ["probability", "probability"],
    ...(difficulty === null ? [] : [["uncertainty", "uncertainty"]]),
  ] as [keyof typeof PREDICTION_FOLDERS, string][];
  return `<li><figure><img loading="lazy" decoding="async" src="${link("thumbnails", "jpg")}" alt="${
    htmlAttribute(`${file} with the outline of the predicted lesion`)
  }"><figcaption><b>${index + 1}. ${htmlText(file)}</b><br>${facts.join(" · ")}<br>${
    links.map(([folder, text]) => `<a href="${link(folder)}">${text}</a>`).join(" ")
  }</figcaption></figure></li>`;
}
