/* Small comforts of every page. Each page works without them. */
(() => {
  "use strict";

  /* A page that answered a form, with problems to mend, is found again by going back: as a page that is asked for. */
  history.replaceState(history.state, "", location.href);

  /* After a submit with problems the summary takes the focus; its links go to the control itself. */
  function focusSummary(root) {
    const summary = root.querySelector("[data-summary]");
    if (summary) summary.focus();
  }
  document.addEventListener("DOMContentLoaded", () => focusSummary(document));
  document.addEventListener("htmx:afterSettle", (event) => focusSummary(event.detail.elt));
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-summary] a[href^='#']");
    const control = link && document.getElementById(link.hash.slice(1));
    if (!control) return;
    event.preventDefault();
    control.focus();
    control.closest(".field")?.scrollIntoView({ block: "center" });
  });

  /* A busy button keeps its width, says what it does, and does not send twice. */
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button || event.defaultPrevented) return;
    if (button.getAttribute("aria-busy") === "true") {
      event.preventDefault();
      return;
    }
    const words = button.dataset.busy;
    if (!words) return;
    button.style.minInlineSize = `${button.offsetWidth}px`;
    button.dataset.words = button.textContent;
    button.textContent = words;
    button.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("[data-words]")) {
      button.textContent = button.dataset.words;
      button.removeAttribute("aria-busy");
    }
  });

  /* "/" goes to the search box; Escape and a click elsewhere shut the menu. */
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    const find = document.querySelector("[data-find]");
    if (event.key === "/" && !typing && find) {
      event.preventDefault();
      find.focus();
    }
    if (event.key === "Escape") shutMenus(null);
  });
  function shutMenus(except) {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== except) menu.open = false;
  }
  document.addEventListener("click", (event) => shutMenus(event.target.closest("details.menu")));

  /* 插入数字: the name in braces goes where the cursor stands in the form's text. */
  for (const button of document.querySelectorAll("[data-insert]")) button.hidden = false;
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    const text = button && button.closest("form").querySelector("textarea");
    if (!text) return;
    text.setRangeText(button.dataset.insert, text.selectionStart, text.selectionEnd, "end");
    text.focus();
    text.dispatchEvent(new Event("input", { bubbles: true }));
  });

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
})();
