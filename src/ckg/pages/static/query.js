// Puts the query editor in the place of the plain form's text field, where it was built; the form stays what it is.
"use strict";

const form = document.querySelector("form.sparql");
const field = form.querySelector("textarea");

form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit();
  }
});

for (const button of document.querySelectorAll("[data-copy-link]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copyLink).href);
    button.textContent = "Copied";
  });
}

const bundle = globalThis.Yasqe;
if (bundle) edit(bundle.Yasqe ?? bundle.default ?? bundle);

function edit(Yasqe) {
  let known = null;
  const terms = async () => {
    known ??= fetch(form.dataset.completions).then((answer) => answer.json());
    return known;
  };
  // The editor's own completions ask services elsewhere; these ask this release.
  Yasqe.forkAutocompleter("class", { name: "own-classes", get: async () => (await terms()).classes, persistenceId: null }, false);
  Yasqe.forkAutocompleter("property", { name: "own-properties", get: async () => (await terms()).properties, persistenceId: null }, false);
  Yasqe.forkAutocompleter("prefixes", {
    name: "own-prefixes",
    get: async () => Object.entries((await terms()).prefixes).map(([prefix, iri]) => `${prefix}: <${iri}>`),
    persistenceId: null,
  }, false);

  const place = document.createElement("div");
  field.before(place);
  const editor = new Yasqe(place, {
    value: field.value,
    persistenceId: null,
    showQueryButton: false,
    createShareableLink: null,
    createShortLink: undefined,
    consumeShareLink: null,
    resizeable: false,
    collapsePrefixesOnLoad: false,
    prefixCcApi: null,
    autocompleters: ["variables", "own-classes", "own-properties", "own-prefixes"],
    screenReaderLabel: "A SPARQL 1.1 query",
    extraKeys: { "Ctrl-Enter": () => form.requestSubmit(), "Cmd-Enter": () => form.requestSubmit(), Tab: false, "Shift-Tab": false },
  });
  editor.setValue(field.value);
  field.classList.add("behind");
  field.tabIndex = -1;
  field.setAttribute("aria-hidden", "true");
  field.required = false;
  form.querySelector("label").removeAttribute("for");
  form.addEventListener("submit", () => { field.value = editor.getValue(); });
}
