// The query editor in a copy of the site as files: it writes into the field from which the query is read there.
"use strict";

const copied = document.querySelector("form.sparql[data-engine]");
if (copied) {
  const field = copied.querySelector("textarea");
  const editor = makeEditor(copied, field, () => copied.requestSubmit());
  if (editor) copied.addEventListener("submit", () => { field.value = editor.getValue(); }, { capture: true });
  copied.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
    event.preventDefault();
    copied.requestSubmit();
  });
}
