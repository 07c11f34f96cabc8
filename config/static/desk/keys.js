// Keys for those who work all day: a sheet of them, a palette, lines of a list. Silent in fields and while a word is composed.
"use strict";
(() => {
  const OFF = "desk-keys-off";
  const isOn = () => localStorage.getItem(OFF) === null;
  const sheet = () => document.getElementById("keys");
  const palette = () => document.getElementById("palette");
  // What is typed in a field, or while an input method puts a letter together, is meant for the field.
  const isTyping = (event) => event.isComposing || event.keyCode === 229 || event.target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog");
  const hasModifier = (event) => event.ctrlKey || event.metaKey || event.altKey;

  // --- Lines of a list -----------------------------------------------------------------------------------------------

  const rows = () => [...document.querySelectorAll("[data-row]")];
  const current = () => document.activeElement.closest?.("[data-row]") || document.querySelector("[data-row].here");
  const step = (by) => {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(current());
    const next = all[Math.min(Math.max(at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by, 0), all.length - 1)];
    next.querySelector("[data-open], a")?.focus();
  };
  const press = (selector) => {
    const found = [...document.querySelectorAll(selector)].find((each) => each.offsetParent !== null);
    found?.click();
    return Boolean(found);
  };
  const KEYS = {
    "?": () => sheet().showModal(),
    "/": () => document.querySelector("#find")?.focus(),
    j: () => step(1),
    k: () => step(-1),
    x: () => current()?.querySelector(".pick")?.click(),
    n: () => press("[data-next]"),
    p: () => press("[data-previous]"),
    a: () => press(".bulk-bar:not(.is-waiting) [value=assign], a[href$='/moves/assign/']"),
    e: () => press("a[href$='/moves/correct/']"),
  };

  let going = 0;
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      return openPalette();
    }
    if (hasModifier(event) || isTyping(event) || !isOn()) return;
    if (Date.now() - going < 1500) {
      going = 0;
      const place = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
      if (place) event.preventDefault();
      place?.click();
      return;
    }
    if (event.key === "g") going = Date.now();
    else if (Object.hasOwn(KEYS, event.key)) {
      event.preventDefault();
      KEYS[event.key]();
    }
  });

  // --- The palette ---------------------------------------------------------------------------------------------------

  const fold = (words) => words.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/g, "d");
  const known = () => [...document.querySelectorAll("[data-go], a[href*='/moves/']")].filter((each) => !each.closest("dialog"));
  const offer = () => {
    const list = document.getElementById("palette-list");
    const typed = fold(palette().querySelector("input[name=typed]").value.trim());
    const fitting = known().filter((link) => typed && fold(link.textContent).includes(typed)).slice(0, 8);
    list.replaceChildren(...fitting.map((link) => {
      const item = document.createElement("li");
      const copy = document.createElement("a");
      copy.href = link.href;
      copy.textContent = link.textContent.trim();
      item.append(copy);
      return item;
    }));
  };
  const openPalette = () => {
    const box = palette()?.querySelector("input[name=typed]");
    if (!box || palette().open) return;
    box.value = "";
    offer();
    palette().showModal();
    box.focus();
  };

  document.addEventListener("DOMContentLoaded", () => {
    if (!sheet()) return;
    const on = document.getElementById("keys-on");
    on.checked = isOn();
    on.addEventListener("change", () => {
      if (on.checked) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "");
    });
    document.querySelector("[data-keys]")?.addEventListener("click", () => sheet().showModal());
    palette().addEventListener("input", offer);
    palette().addEventListener("keydown", (event) => {
      const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!way || event.isComposing) return;
      event.preventDefault();
      const stops = [...palette().querySelectorAll("input[name=typed], #palette-list a")];
      stops[(stops.indexOf(document.activeElement) + way + stops.length) % stops.length].focus();
    });
  });
})();
