/**
 * A page to look through a user's own images before training: outlines over the images, and what was understood.
 *
 * @module
 */
import sharp from "sharp";
import { htmlAttribute, htmlText } from "../text/escape.ts";
import type { Check, ImageList } from "./check_images.ts";
import { drawOutline } from "./outline.ts";
import { inOrder, nativeImage, nativeMask } from "./read_pairs.ts";
import { type Fit, fitImage, fitMask } from "./resize_image.ts";

/** Most pictures of a page; of more images some are shown, evenly spread. */
export const MOST_PICTURES = 300;

/** Height = width of a picture, pixels. */
const SIZE = 192;

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1a1a1a;
background:#fff}h1{font-size:1.5rem}table{border-collapse:collapse}th{text-align:left;font-weight:600;padding:.1rem 1.5rem
.1rem 0;vertical-align:top}.pictures{display:grid;grid-template-columns:repeat(auto-fill,minmax(11rem,1fr));gap:1rem}
figure{margin:0}img{width:100%;display:block}figcaption{font-size:.8rem;overflow-wrap:anywhere}.wrong{border-left:.3rem
solid #b00020;padding-left:1rem}@media(prefers-color-scheme:dark){body{background:#161616;color:#eee}}`;

/** What a page is made of. */
export interface CheckPageOptions {
  /** Nothing where none could be read. */
  readonly images?: ImageList;
  /** How images become square. */
  readonly fit?: Fit;
}

/**
 * The page as one HTML file that needs no other: findings first, then notes and numbers, then the pictures, which are
 * read from the files again.
 */
export async function checkPage(title: string, check: Check, options: CheckPageOptions = {}): Promise<string> {
  const { images, fit = "stretch" } = options;
  const count = images?.ids.length ?? 0, shown = Math.min(count, MOST_PICTURES);
  const chosen = Array.from({ length: shown }, (_, picture) => Math.floor(picture * count / shown));
  const figures: string[] = [];
  const drawn = (index: number) =>
    figure(images!, index, check, fit).catch(({ message }: Error) =>
      `<figure><figcaption>${htmlText(`${images!.ids[index]}: ${message}`)}</figcaption></figure>`
    );
  await inOrder(chosen, drawn, (_, made) => figures.push(made));
  const list = (items: readonly string[]) => `<ul>${items.map((item) => `<li>${htmlText(item)}</li>`).join("\n")}</ul>`;
  const rows = checkRows(check).map(([name, value]) =>
    `<tr><th scope="row">${name}</th><td>${htmlText(value)}</td></tr>`
  );
  const wrong = list(check.findings.map(({ message }) => message));
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${htmlText(title)}</title><style>${STYLE}</style></head><body><main>
<h1>${htmlText(title)}</h1>
${
    check.findings.length === 0
      ? "<p>Nothing is wrong: training would read the images as they are shown here.</p>"
      : `<section class="wrong"><h2>Training refuses these images</h2>${wrong}</section>`
  }
<table>${rows.join("\n")}</table>
${check.notes.length === 0 ? "" : `<h2>Notes</h2>${list(check.notes)}`}
<h2>Images with the outline of the lesion${shown < count ? `, ${shown} of ${count}` : ""}</h2>
<div class="pictures">${figures.join("\n")}</div>
</main></body></html>
`;
}

/** What was understood as rows of name and value, for pages and terminals. */
export function checkRows(check: Check): [string, string][] {
  const { pairs, lesionShare: { mean, min, max }, maskRule, sizes, formats, emptyMasks, groups, split } = check;
  const percent = (share: number | null) => share === null ? "unknown" : `${(100 * share).toFixed(1)} %`;
  const kinds = Object.entries(formats).map(([kind, count]) => `${count} × ${kind}`).join("; ");
  return [
    ["pairs", String(pairs)],
    ["files", kinds],
    ["sizes", sizes.different < 2 ? sizes.least : `${sizes.different}, ${sizes.least} to ${sizes.most}`],
    ["mask rule", maskRule],
    ["lesion", `${percent(mean)} of an image on average, ${percent(min)} to ${percent(max)}`],
    ["empty masks", String(emptyMasks.length)],
    ["near-duplicates", String(check.nearDuplicates)],
    ["groups", String(groups)],
    ["split", `${split.kind}: ${split.train} training, ${split.validation} validation, ${split.test} test`],
  ];
}

async function figure(
  { ids, groups, native, maskRule }: ImageList,
  index: number,
  { emptyMasks }: Check,
  fit: Fit,
): Promise<string> {
  const id = ids[index], one = native![index], { width, height } = one;
  const image = await fitImage({ width, height, pixels: await nativeImage(one) }, SIZE, fit);
  if (maskRule) drawOutline(image, fitMask(await nativeMask(one, maskRule), width, height, SIZE, fit), SIZE);
  const picture = await sharp(image, { raw: { width: SIZE, height: SIZE, channels: 3 } }).jpeg({ quality: 85 })
    .toBuffer();
  const group = groups[index] === id ? [] : [`group ${groups[index]}`];
  const parts = [id, `${width} × ${height}`, ...group, ...(emptyMasks.includes(id) ? ["empty mask"] : [])];
  const source = `data:image/jpeg;base64,${picture.toString("base64")}`;
  return `<figure><img loading="lazy" alt="${htmlAttribute(id)} with the outline of its mask" src="${source}">` +
    `<figcaption>${htmlText(parts.join(" · "))}</figcaption></figure>`;
}
