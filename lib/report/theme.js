// Chooses light or dark before the page is drawn, and follows the switch. Runs in the browser, in the page's head.
{
  const KEY = "polydice-theme";

  /** @returns {string} what was chosen before, where the browser lets a page from the disk keep something */
  const stored = () => {
    try {
      return localStorage.getItem(KEY) ?? "auto";
    } catch {
      return "auto";
    }
  };

  /** @param {string} theme "light", "dark", or "auto" for what the system prefers */
  const apply = (theme) => {
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
  };

  apply(stored());
  document.addEventListener("DOMContentLoaded", () => {
    for (const input of /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("input[name=theme]"))) {
      input.checked = input.value === stored();
      input.addEventListener("change", () => {
        try {
          localStorage.setItem(KEY, input.value);
        } catch {
          // not kept; it holds for this page
        }
        apply(input.value);
        document.dispatchEvent(new Event("themechange"));
      });
    }
  });
}
