/* Rows of a <form data-batch>: choose, choose all, count; the batch bar stands in the toolbar's place. */
(() => {
  "use strict";

  function refresh(form) {
    const rows = [...form.querySelectorAll("input[data-row]")];
    const chosen = rows.filter((row) => row.checked);
    for (const row of rows) row.closest("tr")?.toggleAttribute("data-chosen", row.checked);
    const all = form.querySelector("[data-row-all]");
    if (all) {
      all.checked = rows.length > 0 && chosen.length === rows.length;
      all.indeterminate = chosen.length > 0 && chosen.length < rows.length;
    }
    const bar = form.querySelector("[data-batch-bar]");
    const toolbar = form.querySelector(".toolbar");
    if (bar) bar.hidden = chosen.length === 0;
    if (toolbar) toolbar.hidden = chosen.length > 0;
    const count = form.querySelector("[data-batch-count]");
    if (count) count.textContent = `已选 ${chosen.length} 条`;
  }

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-batch]");
    if (!form) return;
    if (event.target.matches("[data-row-all]")) {
      for (const row of form.querySelectorAll("input[data-row]")) row.checked = event.target.checked;
    }
    refresh(form);
  });
  document.addEventListener("reset", (event) => {
    const form = event.target.closest("form[data-batch]");
    if (form) setTimeout(() => refresh(form));
  });
  function begin(root) {
    for (const form of root.querySelectorAll("form[data-batch]")) refresh(form);
  }
  document.addEventListener("DOMContentLoaded", () => begin(document));
  document.addEventListener("htmx:afterSettle", () => begin(document));
})();
