// The reception desk: looks for what it may repeat while one types, Ctrl+Enter saves, a question picks the kind.
"use strict";
(() => {
  const desk = document.getElementById("desk");
  let timer = 0;
  let asked = "";
  const look = () => {
    const typed = ["name_0", "phone_0", "id_number_0", "title", "area"].map((name) => desk.elements[name]?.value ?? "").join("\n");
    if (typed === asked) return;
    asked = typed;
    desk.dispatchEvent(new CustomEvent("look", { bubbles: true }));
  };
  desk?.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, 400); });
  desk?.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); desk.requestSubmit(); }
    // From the person's fields down to whoever came before.
    const known = event.key === "ArrowDown" && event.target.closest("[data-looks-alike]") && desk.querySelector("[data-fills]");
    if (known) { event.preventDefault(); known.focus(); }
  });
  desk?.addEventListener("submit", () => { for (const button of desk.querySelectorAll("button:not([type=button])")) button.disabled = true; });
  document.addEventListener("click", (event) => {
    const pick = event.target.closest("[data-picks]");
    if (pick) {
      const radio = desk.querySelector(`input[name=kind][value="${pick.dataset.picks}"]`);
      if (radio) { radio.checked = true; radio.focus(); }
    }
    const person = event.target.closest("[data-fills]");
    if (person) {
      for (const name of ["name", "phone", "id_number", "address"]) desk.elements[`${name}_0`].value = person.dataset[name];
      desk.elements.title.focus();
    }
    if (event.target.closest("[data-prints]")) window.print();
  });
})();
