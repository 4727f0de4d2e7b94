// Draws the charts of a page with Vega, as wide as there is room and in the colours of the theme. Runs in the browser.
{
  /** Below this width in CSS pixels, panels stand under each other. */
  const NARROW = 560;
  /** What axes, labels and legends take beside a panel, in CSS pixels. */
  const AXES = 64;
  /** What the last label of an axis takes beyond a panel's right edge, in CSS pixels. */
  const EDGE = 16;
  /** Width of an entry of a legend under a chart: the longest name of a method and its symbol, in CSS pixels. */
  const LEGEND_ENTRY = 170;
  const FONT = 'system-ui, -apple-system, "Segoe UI", "Source Sans 3", "Noto Sans", sans-serif';

  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (document.documentElement.dataset.theme ?? (prefersDark.matches ? "dark" : "light")) === "dark";

  /**
   * A specification with some colours replaced; data stay as they are.
   * @param {any} part
   * @param {Record<string, string>} colours
   * @returns {any}
   */
  const recoloured = (part, colours) => {
    if (typeof part === "string") return Object.hasOwn(colours, part) ? colours[part] : part;
    if (Array.isArray(part)) return part.map((item) => recoloured(item, colours));
    if (part === null || typeof part !== "object") return part;
    return Object.fromEntries(
      Object.entries(part).map(([key, value]) => [key, key === "values" ? value : recoloured(value, colours)]),
    );
  };

  /**
   * A specification whose legends have at most so many columns; data stay as they are.
   * @param {any} part
   * @param {number} most
   * @returns {any}
   */
  const withLegends = (part, most) => {
    if (Array.isArray(part)) return part.map((item) => withLegends(item, most));
    if (part === null || typeof part !== "object") return part;
    return Object.fromEntries(
      Object.entries(part).map(([key, value]) => {
        if (key === "legend" && value?.columns > most) return [key, { ...value, columns: most }];
        return [key, key === "values" ? value : withLegends(value, most)];
      }),
    );
  };

  /**
   * A specification for a given width: panels side by side where there is room, else under each other.
   * @param {any} spec
   * @param {number} room
   */
  const fitted = (spec, room) => {
    const narrow = room < NARROW;
    if (spec.hconcat) {
      const width = narrow ? room - AXES - EDGE : (room - spec.spacing) / 2 - AXES;
      const panels = spec.hconcat.map((/** @type {any} */ panel) => ({ ...panel, width }));
      const { hconcat: _, ...rest } = spec;
      return narrow ? { ...rest, vconcat: panels } : { ...rest, hconcat: panels };
    }
    if (spec.facet) {
      const labels = 140; // the longest name of a method
      const width = narrow ? room - labels - 20 : (room - spec.spacing.column - 2 * labels) / 2;
      return { ...spec, columns: narrow ? 1 : spec.columns, spec: { ...spec.spec, width } };
    }
    const square = spec.width === spec.height;
    const width = Math.min(room, square ? spec.width + AXES : 760);
    const shape = square ? { height: width - AXES } : {};
    return { ...spec, ...shape, width, autosize: { type: "fit-x", contains: "padding" } };
  };

  /** @param {HTMLElement} place */
  const draw = async (place) => {
    const { spec, light, dark } = JSON.parse(/** @type {Element} */ (place.nextElementSibling).textContent ?? "");
    const theme = isDark() ? "dark" : "light";
    const columns = Math.max(1, Math.floor((place.clientWidth - AXES) / LEGEND_ENTRY));
    const coloured = recoloured(spec, theme === "dark" ? dark : light);
    const chart = fitted(withLegends(coloured, columns), place.clientWidth);
    chart.config = {
      ...chart.config,
      font: FONT,
      axis: { ...chart.config?.axis, labelOverlap: true, labelSeparation: 6 },
    };
    place.dataset.drawn = "no";
    try {
      // @ts-ignore vegaEmbed is the global of the script before this one
      const { view } = await vegaEmbed(place, chart, {
        mode: "vega-lite",
        renderer: "svg",
        ast: true, // expressions are interpreted: the page's policy allows no code made from text
        actions: false,
        tooltip: { theme: theme === "dark" ? "dark" : undefined },
      });
      await view.runAsync();
      place.dataset.drawn = theme;
    } catch (error) {
      place.textContent = `This chart can't be drawn: ${/** @type {Error} */ (error).message}`;
      throw error;
    }
  };

  const places = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".chart")]);
  /** @type {Map<Element, number>} */
  const widths = new Map();
  const observer = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (widths.get(target) === target.clientWidth) continue;
      widths.set(target, target.clientWidth);
      draw(/** @type {HTMLElement} */ (target));
    }
  });
  for (const place of places) observer.observe(place);
  const redraw = () => places.forEach((place) => draw(place));
  document.addEventListener("themechange", redraw);
  prefersDark.addEventListener("change", redraw);
}
