// The work list: what one types finds codes; a line opens beside the list; what comes next is known on the case's own page.
"use strict";
(() => {
  const PANE = "work-case";
  const WIDE = matchMedia("(min-width: 75rem)");
  const KEPT = "list-in-view";
  const pane = () => document.getElementById(PANE);
  const frame = () => document.getElementById("beside");
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

  // An address says which columns were chosen, not that nothing was chosen.
  document.addEventListener("submit", (event) => {
    const columns = event.target.querySelector("[data-usual]");
    if (!columns) return;
    const chosen = [...columns.querySelectorAll("input:checked")];
    if (chosen.map((box) => box.value).join(" ") === columns.dataset.usual) for (const box of chosen) box.disabled = true;
  });

  // Many cases take a while: whoever waits is told.
  document.addEventListener("submit", (event) => {
    const words = event.target.dataset.busy;
    if (!words || event.target.querySelector(".is-busy")) return;
    const line = document.createElement("p");
    line.className = "is-busy";
    line.setAttribute("role", "status");
    line.textContent = words;
    event.target.append(line);
  });

  // The filters fold where there is little width.
  const fold = () => {
    const list = document.querySelector(".work-list");
    if (list) list.querySelector(".fold")?.toggleAttribute("open", list.clientWidth > 46 * 16);
  };

  // --- Choosing many -------------------------------------------------------------------------------------------------

  const boxes = () => [...document.querySelectorAll("#rows .pick[name=case]")];
  let lastPicked = null;
  const told = () => {
    const bar = document.querySelector(".bulk-bar");
    if (!bar) return;
    const count = boxes().filter((box) => box.checked).length;
    const words = bar.querySelector("[data-chosen]");
    const all = document.querySelector("[data-all]");
    words.hidden = false;
    words.textContent = `${words.dataset.words} ${count}`;
    all.hidden = false;
    all.checked = count > 0 && count === boxes().length;
    all.indeterminate = count > 0 && count < boxes().length;
    bar.classList.toggle("is-waiting", count === 0);
  };
  document.addEventListener("click", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || !box.matches(".pick")) return;
    if (box.dataset.all !== undefined) for (const each of boxes()) each.checked = box.checked;
    else {
      // With Shift, all between this one and the one before.
      const [from, to] = [boxes().indexOf(lastPicked), boxes().indexOf(box)].sort((one, other) => one - other);
      if (event.shiftKey && from >= 0) for (const each of boxes().slice(from, to + 1)) each.checked = box.checked;
      lastPicked = box;
    }
    told();
  });

  // --- What comes next -----------------------------------------------------------------------------------------------

  // The order of the list as it was shown: an act may take a case out of it, and what came next still comes next.
  const remember = () => {
    const work = document.querySelector("[data-list]");
    if (!work) return;
    const after = document.querySelector(".pages [rel=next]");
    const list = { url: work.dataset.list || location.pathname + location.search, rows: rows().map((row) => row.dataset.row), after: after?.href };
    sessionStorage.setItem(KEPT, JSON.stringify(list));
  };
  const kept = () => JSON.parse(sessionStorage.getItem(KEPT) || "null");
  const addressOf = (reference) => `/cases/${reference}/`;
  const REFERENCE = /^\/cases\/(\d{4}-[a-z0-9-]+)\//;
  const referenceOf = (address) => new URL(address, location.href).pathname.match(REFERENCE)?.[1];
  const isWhole = (address) => new URL(address, location.href).pathname === addressOf(referenceOf(address));

  const lead = (link, address) => {
    link.hidden = !address;
    if (address) link.href = address;
  };
  const showPlace = (root) => {
    const bar = root.querySelector("[data-in-view]");
    const list = kept();
    if (!bar) return;
    const beside = Boolean(frame()?.contains(bar));
    const reference = beside ? pane().dataset.reference : bar.dataset.inView;
    const at = list ? list.rows.indexOf(reference) : -1;
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
  const swap = { target: `#${PANE}`, select: "#main > :not([data-in-view]), #case", swap: "innerHTML" };
  // What a link or form of the case means, where it says only what follows the case's own address.
  const meant = (element, name) => {
    const said = element?.getAttribute(name);
    return said && !said.startsWith("?") && !said.startsWith("#") ? said : addressOf(pane().dataset.reference) + (said || "");
  };
  const open = (reference, event) => {
    if (!pane() || !WIDE.matches) return false;
    event?.preventDefault();
    frame().hidden = false;
    document.getElementById("work").classList.add("split");
    fold();
    mark(reference);
    pane().setAttribute("aria-busy", "true");
    pane().dataset.reference = reference;
    withCase(reference);
    htmx.ajax("GET", addressOf(reference), { source: pane(), ...swap });
    return true;
  };
  const close = () => {
    const reference = pane().dataset.reference;
    frame().hidden = true;
    pane().replaceChildren();
    delete pane().dataset.reference;
    document.getElementById("work").classList.remove("split");
    fold();
    mark("");
    withCase("");
    document.querySelector(`[data-row="${reference}"] [data-open]`)?.focus();
  };
  const plain = (event) => event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

  document.addEventListener("click", (event) => {
    if (!plain(event) || !pane()) return;
    if (event.target.closest("[data-close]")) return close();
    const link = event.target.closest("a[href]");
    if (link && (link.target || link.dataset.whole !== undefined || link.hasAttribute("hx-get"))) return;
    const inside = Boolean(link && frame().contains(link));
    const said = link?.getAttribute("href");
    const address = link && (inside ? meant(link, "href") : link.href);
    const reference = address && !said.startsWith("#") && !address.includes("/files/") && referenceOf(address);
    if (reference && isWhole(address) && !said.startsWith("?") && (inside || link.dataset.open !== undefined)) open(reference, event);
    else if (reference && inside) {
      event.preventDefault();
      htmx.ajax("GET", address, { source: pane(), ...swap });
    }
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
    const method = form.method.toUpperCase();
    const address = by?.hasAttribute("formaction") ? by.getAttribute("formaction") : meant(form, "action");
    event.preventDefault();
    const values = by?.name ? { [by.name]: by.value } : {};
    htmx.ajax(method, address, { source: form, values, ...swap });
  });
  document.addEventListener("htmx:configRequest", (event) => {
    const { elt, path } = event.detail;
    if (pane()?.contains(elt) && (!path || path.startsWith("?"))) event.detail.path = addressOf(pane().dataset.reference) + path;
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
      showPlace(frame());
      frame().scrollIntoView({ block: "nearest" });
      const heading = at.querySelector("[data-focus]") || at.querySelector("h1");
      heading?.setAttribute("tabindex", "-1");
      heading?.focus({ preventScroll: true });
      if (event.detail.requestConfig.verb !== "get") refresh();
    }
  });
  const refresh = async () => {
    // What a number led to is in no address: it cannot be asked anew.
    if (document.querySelector("[data-list]").dataset.list) return;
    const chosen = new Set(boxes().filter((box) => box.checked).map((box) => box.value));
    await htmx.ajax("GET", location.pathname + location.search, { target: "#rows", select: "#rows", swap: "outerHTML" });
    for (const box of boxes()) box.checked = chosen.has(box.value);
    mark(pane()?.dataset.reference);
    told();
  };

  // --- Start ---------------------------------------------------------------------------------------------------------

  document.addEventListener("DOMContentLoaded", () => {
    fold();
    told();
    remember();
    showPlace(document);
    const chosen = location.hash.match(/^#case=(\d{4}-[a-z0-9-]+)$/)?.[1];
    if (chosen && rows().some((row) => row.dataset.row === chosen)) open(chosen);
  });
})();
