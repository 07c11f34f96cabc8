// The work list: what one types finds codes; a line opens beside the list; what comes next is known on the case's own page.
"use strict";
(() => {
  const PANE = "work-case";
  const WIDE = matchMedia("(min-width: 75rem)");
  const KEPT = "list-in-view";
  const pane = () => document.getElementById(PANE);
  const rows = () => [...document.querySelectorAll("#rows [data-row]")];

  // --- Codes with suggestions ----------------------------------------------------------------------------------------

  let waiting = 0;
  const suggest = (input) => {
    let list = document.getElementById(`${input.id}-list`);
    if (!list) {
      list = document.createElement("datalist");
      list.id = `${input.id}-list`;
      input.after(list);
      input.setAttribute("list", list.id);
    }
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      htmx.ajax("POST", input.dataset.pick, { target: list, swap: "innerHTML", values: { typed: input.value } });
    }, 200);
  };
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-pick]") && !event.isComposing && event.inputType) suggest(event.target);
  });
  document.addEventListener("compositionend", (event) => {
    if (event.target.matches("[data-pick]")) suggest(event.target);
  });

  // --- One group of filters open at a time ---------------------------------------------------------------------------

  document.addEventListener("click", (event) => {
    for (const facet of document.querySelectorAll(".facet[open]")) {
      if (!facet.contains(event.target)) facet.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    const facet = event.key === "Escape" && event.target.closest(".facet[open]");
    if (!facet) return;
    facet.open = false;
    facet.querySelector("summary").focus();
  });

  // --- What comes next -----------------------------------------------------------------------------------------------

  // The order of the list as it was shown: an act may take a case out of it, and what came next still comes next.
  const remember = () => {
    if (!document.querySelector("[data-list]")) return;
    const after = document.querySelector(".pages [rel=next]");
    const list = { url: location.pathname + location.search, rows: rows().map((row) => row.dataset.row), after: after?.href };
    sessionStorage.setItem(KEPT, JSON.stringify(list));
  };
  const kept = () => JSON.parse(sessionStorage.getItem(KEPT) || "null");
  const addressOf = (reference) => `/cases/${reference}/`;
  const referenceOf = (address) => new URL(address, location.href).pathname.match(/^\/cases\/(\d{4}-[a-z0-9-]+)\/$/)?.[1];

  const lead = (link, address) => {
    link.hidden = !address;
    if (address) link.href = address;
  };
  const showPlace = (root) => {
    const bar = root.querySelector("[data-in-view]");
    const list = kept();
    const reference = bar?.dataset.inView;
    const at = list ? list.rows.indexOf(reference) : -1;
    if (!bar) return;
    const beside = Boolean(bar.closest(`#${PANE}`));
    bar.hidden = at < 0 && !beside;
    lead(bar.querySelector("[data-previous]"), at > 0 && addressOf(list.rows[at - 1]));
    lead(bar.querySelector("[data-next]"), at >= 0 && at + 1 < list.rows.length && addressOf(list.rows[at + 1]));
    lead(bar.querySelector("[data-back]"), !beside && list?.url);
    lead(bar.querySelector("[data-whole]"), beside && addressOf(reference));
    bar.querySelector("[data-close]").hidden = !beside;
    bar.querySelector(".place").textContent = at < 0 ? "" : `${at + 1}/${list.rows.length}`;
  };

  // --- List left, case right -----------------------------------------------------------------------------------------

  const mark = (reference) => {
    for (const row of rows()) row.classList.toggle("here", row.dataset.row === reference);
  };
  const withCase = (reference) => {
    const url = new URL(location.href);
    url.hash = reference ? `case=${reference}` : "";
    history.replaceState(history.state, "", url);
  };
  const swap = { target: `#${PANE}`, select: "#main > *", swap: "innerHTML" };
  const open = (reference, event) => {
    if (!pane() || !WIDE.matches) return false;
    event?.preventDefault();
    pane().hidden = false;
    document.getElementById("work").classList.add("split");
    mark(reference);
    pane().setAttribute("aria-busy", "true");
    pane().dataset.reference = reference;
    withCase(reference);
    htmx.ajax("GET", addressOf(reference), { source: pane(), ...swap });
    return true;
  };
  const close = () => {
    const reference = pane().dataset.reference;
    pane().hidden = true;
    pane().replaceChildren();
    document.getElementById("work").classList.remove("split");
    mark("");
    withCase("");
    document.querySelector(`[data-row="${reference}"] [data-open]`)?.focus();
  };
  const plain = (event) => event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

  document.addEventListener("click", (event) => {
    if (!plain(event) || !pane()) return;
    if (event.target.closest("[data-close]")) return close();
    const link = event.target.closest("a[href]");
    if (link && link.target) return;
    const reference = link && referenceOf(link.href);
    if (reference && link.dataset.whole === undefined && (link.dataset.open !== undefined || pane().contains(link))) open(reference, event);
    // Anywhere on a line that is not something to press itself.
    else if (!link && !event.target.closest("input, button, label, summary")) {
      const row = event.target.closest("[data-row]");
      if (row && !String(getSelection())) open(row.dataset.row, event);
    }
  });

  // A form of the case sent from beside the list answers there; what the list shows of the case is asked anew.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!pane()?.contains(form) || form.hasAttribute("hx-post") || event.defaultPrevented) return;
    const by = event.submitter;
    const method = (by?.formMethod || form.method).toUpperCase();
    event.preventDefault();
    const values = by?.name ? { [by.name]: by.value } : {};
    htmx.ajax(method, by?.hasAttribute("formaction") ? by.formAction : form.action, { source: form, values, ...swap });
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target?.id !== PANE) return;
    const { xhr } = event.detail;
    if (xhr.status < 400 && !referenceOf(xhr.responseURL)) {
      // The case went out of sight, or the session ended: there the page itself goes.
      event.detail.shouldSwap = false;
      location.assign(xhr.responseURL);
    }
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const at = event.detail.target;
    if (at?.id === PANE) {
      at.removeAttribute("aria-busy");
      showPlace(at);
      at.scrollIntoView({ block: "nearest" });
      const heading = at.querySelector("[data-focus]") || at.querySelector("h1");
      heading?.setAttribute("tabindex", "-1");
      heading?.focus({ preventScroll: true });
      if (event.detail.requestConfig.verb !== "get") refresh();
    } else if (at?.id === "rows") {
      mark(pane()?.dataset.reference);
    }
  });
  const refresh = () => htmx.ajax("GET", location.pathname + location.search, { target: "#rows", select: "#rows", swap: "outerHTML" });

  // --- Start ---------------------------------------------------------------------------------------------------------

  document.addEventListener("DOMContentLoaded", () => {
    remember();
    showPlace(document);
    const chosen = location.hash.match(/^#case=(\d{4}-[a-z0-9-]+)$/)?.[1];
    if (chosen && rows().some((row) => row.dataset.row === chosen)) open(chosen);
  });
})();
