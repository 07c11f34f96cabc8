// What every page of the desk does by itself: the summary of errors takes the focus; the menu folds on a small screen.
"use strict";
(() => {
  const focusOn = (root) => root.querySelector("[data-focus]")?.focus();
  document.addEventListener("DOMContentLoaded", () => {
    focusOn(document);
    const wide = matchMedia("(min-width: 62rem)");
    const menu = document.querySelector(".rail-menu");
    const fold = () => menu?.toggleAttribute("open", wide.matches);
    wide.addEventListener("change", fold);
    fold();
  });
  document.addEventListener("htmx:afterSwap", (event) => focusOn(event.target));
})();
