// The question above the figures: a named period and two days of one's own take turns.
"use strict";
for (const field of document.querySelectorAll("[data-clears]")) {
  field.addEventListener("input", () => {
    if (field.value) for (const id of field.dataset.clears.split(" ")) document.getElementById(id).value = "";
  });
}
