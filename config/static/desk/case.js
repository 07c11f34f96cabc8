// The page of a case: what stands in a form is kept on the server as it is typed, and is never sent into a void.
"use strict";
(() => {
  const QUIET = 1200;
  const waiting = new WeakMap();
  const state = new WeakMap();

  const cookie = (name) => document.cookie.split("; ").find((each) => each.startsWith(`${name}=`))?.split("=")[1];
  const say = (form, text, lost) => {
    const line = form.querySelector(".draft-said");
    if (!line) return;
    line.classList.toggle("draft-lost", lost);
    line.textContent = text;
    if (!lost) return;
    const link = document.createElement("a");
    link.href = form.dataset.signIn;
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = form.dataset.signInLabel;
    line.append(" ", link);
  };
  const typed = (form) => {
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") data.append(name, value);
    return data;
  };
  // True when the server has it; false when nobody is signed in any more; null when it cannot be reached.
  const send = async (form) => {
    clearTimeout(waiting.get(form));
    // Who signs in anew has a new token.
    const token = cookie("csrftoken");
    if (token && form.elements.csrfmiddlewaretoken) form.elements.csrfmiddlewaretoken.value = token;
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body: typed(form), redirect: "manual", headers: { "X-CSRFToken": token || "" } });
      if (answer.status === 204) {
        const now = new Date().toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" });
        say(form, `${form.dataset.kept} ${now}`, false);
        return true;
      }
      if (answer.type === "opaqueredirect" || answer.status === 403) {
        say(form, form.dataset.lost, true);
        return false;
      }
    } catch {
      // The network: the browser says so itself when the form is sent.
    }
    return null;
  };

  // One after the other: an older text that travels slowly never arrives after a newer one.
  const inOrder = new WeakMap();
  const keep = (form) => {
    const next = (inOrder.get(form) ?? Promise.resolve()).then(() => send(form));
    inOrder.set(form, next);
    return next;
  };

  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-draft]");
    if (!form) return;
    clearTimeout(waiting.get(form));
    waiting.set(form, setTimeout(() => keep(form), QUIET));
  });
  // Before anybody else hears of it: a form whose writer was signed out meanwhile would be sent for nothing.
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-draft]");
    if (!form || event.submitter?.name === "discard" || state.get(form) === "kept") {
      if (form) state.delete(form);
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (state.get(form) === "asking") return;
    state.set(form, "asking");
    const answer = await keep(form);
    state.delete(form);
    if (answer === false) return;
    state.set(form, "kept");
    form.requestSubmit(event.submitter);
  }, true);

  // A form that was opened in place: whoever does not see it is led to it.
  document.addEventListener("htmx:afterSettle", () => {
    const slot = document.getElementById("act-slot");
    if (slot?.firstElementChild && document.activeElement?.dataset?.act && !slot.contains(document.activeElement)) {
      document.getElementById("act-title")?.focus();
    }
  });
  // The session ended: the sign-in page is no part of this one.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (new URL(xhr.responseURL || location.href, location.href).pathname.startsWith("/accounts/login")) {
      event.detail.shouldSwap = false;
      location.assign(xhr.responseURL);
    }
  });
})();
