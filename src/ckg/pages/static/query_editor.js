// The query editor: completion from this release alone, prefixes declared as they are used.
"use strict";

// Puts the query editor in the place of the form's text field, where it was built, and returns it; else null.
function makeEditor(form, field, run) {
  const bundle = globalThis.Yasqe;
  if (!bundle) return null;
  const Yasqe = bundle.Yasqe ?? bundle.default ?? bundle;
  const address = form.dataset.completions; // none in a copy of the site as files
  const offered = new Map(); // what was offered last, by the text that is written
  let prefixes = {};
  const known = address ? fetch(address).then((answer) => answer.json()) : Promise.resolve(JSON.parse(form.dataset.prefixes));
  const ready = known.then((found) => { prefixes = found; });

  const terms = {
    name: "own-terms",
    bulk: false,
    autoShow: false,
    persistenceId: null,
    isValidCompletionPosition: (yasqe) => placeAt(yasqe) !== null,
    // A blank before the cursor stays: what is chosen is written at the cursor.
    preProcessToken: (yasqe, token) => {
      if (token.string.trim()) return { ...token, autocompletionString: token.string };
      const cursor = yasqe.getDoc().getCursor();
      return { ...token, string: "", autocompletionString: "", from: cursor, to: cursor };
    },
    get: async (yasqe, token) => {
      const place = placeAt(yasqe);
      if (place === null || !address) return [];
      const query = new URLSearchParams({ q: (token?.autocompletionString ?? "").trim(), at: place.at });
      if (place.of) query.set("of", place.of);
      const rows = await fetch(`${address}?${query}`).then((answer) => (answer.ok ? answer.json() : []));
      offered.clear();
      for (const row of rows) offered.set(row.text, row);
      return rows.map((row) => row.text);
    },
    postProcessSuggestion: (yasqe, token, text) => text,
    postprocessHints: (yasqe, hints) => hints.map((hint) => ({
      ...hint,
      displayText: shownAs(offered.get(hint.text), hint.text),
      hint: (document_, data, chosen) => {
        document_.replaceRange(chosen.text, chosen.from ?? data.from, chosen.to ?? data.to, "complete");
        declare();
      },
    })),
  };
  const shownAs = (row, text) => {
    if (!row) return text;
    const more = [row.label, row.count === null ? row.definition : `${row.count}`].filter(Boolean).join(", ");
    return more ? `${text}  (${more})` : text;
  };

  // The editor's own completions ask services elsewhere; these ask this release.
  Yasqe.registerAutocompleter(terms, false);
  Yasqe.defaults.autocompleters = ["variables", terms.name]; // a list in the options is merged with this one

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
    screenReaderLabel: message("A SPARQL 1.1 query"),
    extraKeys: { "Ctrl-Enter": run, "Cmd-Enter": run, Tab: false, "Shift-Tab": false },
  });
  editor.setValue(field.value);

  // A prefix that this release knows is declared as soon as it is used, and so is no error for the editor.
  function declare() {
    const declared = editor.getPrefixesFromQuery();
    const text = editor.getValue().replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<[^<>\s]*>|#[^\n]*/g, " ");
    const missing = {};
    for (const [, prefix] of text.matchAll(/(?<![\w:?$@])([A-Za-z][\w.-]*):(?=[\w%\\])/g)) {
      if (prefix in prefixes && !(prefix in declared)) missing[prefix] = prefixes[prefix];
    }
    if (Object.keys(missing).length) editor.addPrefixes(missing);
  }
  // Not while somebody types: lines that move would take the list of completions away.
  editor.on("blur", () => setTimeout(() => { if (!editor.state.completionActive) declare(); }, 500));
  editor.on("inputRead", (_, change) => { if (change.origin === "paste") declare(); });
  ready.then(declare);
  field.classList.add("behind");
  field.tabIndex = -1;
  field.setAttribute("aria-hidden", "true");
  field.required = false;
  form.querySelector("label").removeAttribute("for");
  new ResizeObserver(() => editor.refresh()).observe(editor.getWrapperElement());
  editor.declareUsed = declare;
  return editor;
}

// What can stand at the cursor: a class, a property (with the class of its subject), or a thing; null where none can.
function placeAt(yasqe) {
  const cursor = yasqe.getDoc().getCursor();
  const before = withoutTexts(yasqe.getDoc().getRange({ line: 0, ch: 0 }, cursor));
  if (before === null || !before.includes("{") || /(?:^|[\s{(])[?$]\w*$/.test(before)) return null;
  const pattern = before.slice(Math.max(before.lastIndexOf("{"), before.lastIndexOf("}"), lastEnd(before)) + 1);
  const parts = pattern.split(";");
  const words = parts[parts.length - 1].trimStart().split(/[\s,]+/);
  const complete = words.slice(0, -1);
  const subject = parts[0].trim().split(/\s+/)[0] ?? "";
  const inList = parts.length > 1 ? complete : complete.slice(1);
  if (parts.length === 1 && complete.length === 0) return { at: "thing" };
  if (inList.length === 0) return { at: "property", of: classOf(subject, yasqe.getValue()) };
  return { at: inList[0] === "a" || inList[0] === "rdf:type" ? "class" : "thing" };
}

// The class that a subject is said to be of, as it is written; empty where none is.
function classOf(subject, query) {
  if (!/^[?$]\w+$/.test(subject)) return "";
  const name = subject.slice(1);
  const type = `[?$]${name}\\s+(?:[^.{}]*;\\s*)?(?:a|rdf:type)\\s+([\\w.-]+:[\\w.-]+|<[^<>\\s]+>)`;
  const found = query.match(new RegExp(type));
  return found ? found[1].replace(/^<|>$/g, "") : "";
}

// The text before the cursor without strings, comments and what stands in angle brackets; null inside of one of them.
function withoutTexts(text) {
  const left = text
    .replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, " _ ")
    .replace(/<[^<>\s]*>/g, "_")
    .replace(/#[^\n]*\n/g, "\n");
  return /["'#]/.test(left.split("\n").pop()) ? null : left;
}

function lastEnd(text) {
  const ends = [...text.matchAll(/\.(?=\s|$)/g)];
  return ends.length ? ends[ends.length - 1].index : -1;
}
