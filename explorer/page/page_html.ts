/**
 * The two pages before their scripts run.
 *
 * @module
 */

/** What one page has of its own. */
export interface ExplorerPage {
  readonly file: string;
  /** Name of its script, without the ending. */
  readonly script: string;
  /** What the other page's link to it says. */
  readonly link: string;
  readonly title: string;
  /** For search engines. */
  readonly description: string;
  readonly lead: string;
  /** What its scripts need beside themselves, in the words of a content security policy. */
  readonly needs?: string;
  readonly footer: string;
}

/** The pages in the order of their links. */
export const PAGES: readonly ExplorerPage[] = [
  {
    file: "index.html",
    script: "explorer",
    link: "Uncertainty",
    title: "How sure is the network?",
    description:
      "A U-Net runs in this browser: its mask, its MC Dropout passes, its uncertainty, and the ε that follows.",
    lead:
      "A U-Net looks for a polyp, again and again with other neurons dropped. Where its answers differ, it is unsure, " +
      "and the controller of the thesis turns that into the ε of a steeper or gentler loss. All of it runs in this " +
      "browser; your image stays here.",
    needs: "'wasm-unsafe-eval'",
    footer:
      "This is research software and no medical device: what it says of a real image means nothing for a patient.",
  },
  {
    file: "geometry.html",
    script: "geometry",
    link: "Loss geometry",
    title: "Drag a prediction, watch the losses",
    description: "Prediction and mask as vectors: drag them, and scale, angle and every loss follow.",
    lead:
      "An image of two pixels is a vector in the plane. The Dice loss is one minus the scale s times the cosine of the " +
      "angle θ between prediction and mask; the PolyDice losses put a polynomial of θ² in the cosine's place, and ε makes " +
      "it steeper.",
    footer:
      "Every number on this page comes from the library's own loss functions, gradients by automatic differentiation.",
  },
];

/** A page as HTML. Its content security policy lets it ask its own host only. */
export function pageHtml({ file, script, title, description, lead, needs = "", footer }: ExplorerPage): string {
  const policy = `default-src 'none'; script-src 'self' ${needs}; style-src 'self'; img-src 'self' blob:; ` +
    "connect-src 'self'; base-uri 'none'; form-action 'none'";
  const links = PAGES.map((page) =>
    `<li><a href="${page.file === "index.html" ? "./" : page.file}"${
      page.file === file ? ' aria-current="page"' : ""
    }>${page.link}</a></li>`
  );
  const themes = ["auto", "light", "dark"].map((theme) =>
    `<label><input type="radio" name="theme" value="${theme}"${
      theme === "auto" ? " checked" : ""
    }> <span>${theme}</span></label>`
  );
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="description" content="${description}">
    <title>${title} · Adaptive PolyDice</title>
    <link rel="icon" href="icon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="style.css">
    <link rel="stylesheet" href="explorer.css">
    <script src="theme.js"></script>
    <script type="module" src="${script}.js"></script>
  </head>
  <body>
    <a class="skip" href="#content">Skip to the content</a>
    <nav class="bar" aria-label="Pages">
      <ul>${links.join(" ")}</ul>
      <fieldset class="theme"><legend class="hidden">Colours of the page</legend> ${themes.join(" ")}</fieldset>
    </nav>
    <header><h1>${title}</h1><p class="lead">${lead}</p></header>
    <main id="content">
      <p class="facts">
        Loading … From a file on the disk a browser does not run this page: it needs a web host, as
        <code>deno task explore</code> is one.
      </p>
      <noscript><p class="notice">This page computes in its scripts: please allow them.</p></noscript>
    </main>
    <footer><p>${footer}</p></footer>
  </body>
</html>
`;
}
