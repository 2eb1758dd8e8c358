// The query page as an application: it runs queries without leaving the page, and keeps texts and history in the browser.
"use strict";

const form = document.querySelector("form.sparql");
const field = form.querySelector("textarea");
const endpoint = new URL(form.getAttribute("action"), location.href);
endpoint.hash = "";
const [runButton, stopButton, formatButton, shareButton] = ["run", "stop", "format", "share"].map((name) => form.querySelector(`button.${name}`));
const progress = form.querySelector(".progress");
progress.hidden = false;
const startText = field.value;
const maxAddress = 6_000, maxPacked = 1_900, maxHistory = 50, maxRawCharacters = 200_000;

const editor = makeEditor(form, field, () => run());
const text = () => (editor ? editor.getValue() : field.value);
const setText = (value) => { if (editor) editor.setValue(value); field.value = value; };

// What is kept in this browser: the queries that are open, which of them is in sight, and what was run.
const storageKey = `ckg queries ${form.dataset.site}`;
const kept = { tabs: [], active: 0, history: [], ...stored() };

function stored() {
  try {
    const found = JSON.parse(localStorage.getItem(storageKey) ?? "{}");
    return Array.isArray(found.tabs) && Array.isArray(found.history) ? found : {};
  } catch { return {}; }
}

function keep() {
  if (kept.tabs.length) kept.tabs[kept.active].text = text();
  try { localStorage.setItem(storageKey, JSON.stringify(kept)); } catch { /* a browser that keeps nothing */ }
}

// Opens a text in a tab: in the one that has it, in one that was not touched, else in a new one.
function open(value, name = "") {
  keep();
  const same = kept.tabs.findIndex((tab) => tab.text.trim() === value.trim());
  const untouched = kept.tabs.findIndex((tab) => !tab.text.trim() || (tab.text === tab.start && !tab.ran));
  const place = same >= 0 ? same : untouched >= 0 ? untouched : kept.tabs.length;
  if (same < 0) kept.tabs[place] = { text: value, name, start: name ? "" : value, ran: false };
  show(place);
}

function show(place) {
  kept.active = Math.min(place, kept.tabs.length - 1);
  setText(kept.tabs[kept.active].text);
  keep();
  drawTabs();
}

function nameOf(tab, place) {
  const said = tab.name || tab.text.match(/^#\s*(\S.*)$/m)?.[1] || message("Query %(number)s", { number: place + 1 });
  return said.length > 28 ? `${said.slice(0, 27)}…` : said;
}

function drawTabs() {
  const box = form.querySelector(".query-tabs");
  const shown = kept.tabs.flatMap((tab, place) => {
    const pick = button(nameOf(tab, place), () => { keep(); show(place); });
    pick.setAttribute("aria-pressed", String(place === kept.active));
    const close = button("×", () => {
      keep();
      kept.tabs.splice(place, 1);
      if (!kept.tabs.length) kept.tabs.push({ text: startText, name: "", start: startText, ran: false });
      show(kept.active > place || kept.active >= kept.tabs.length ? kept.active - 1 : kept.active);
    });
    close.setAttribute("aria-label", message("Close %(name)s", { name: nameOf(tab, place) }));
    const both = document.createElement("span");
    both.append(pick, close);
    return [both];
  });
  const more = button(message("New query"), () => { keep(); kept.tabs.push({ text: "", name: "", start: "", ran: false }); show(kept.tabs.length - 1); editor?.focus(); });
  box.replaceChildren(...shown, more);
  box.hidden = false;
}

function button(words, pressed) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "quiet";
  made.textContent = words;
  made.addEventListener("click", pressed);
  return made;
}

function drawHistory() {
  const box = form.querySelector(".history");
  box.hidden = !kept.history.length;
  box.querySelector("ol").replaceChildren(...kept.history.map((row) => {
    const item = document.createElement("li");
    const pick = button(row.text.replace(/^PREFIX [^\n]*\n/gim, "").trim().split("\n")[0].slice(0, 60), () => open(row.text));
    const said = document.createElement("small");
    said.className = "muted";
    said.textContent = ` ${row.said}, ${new Date(row.at).toLocaleString(document.documentElement.lang)}`;
    item.append(pick, said);
    return item;
  }));
}

form.querySelector(".history > p > button").addEventListener("click", () => { kept.history = []; keep(); drawHistory(); });

// Runs the query. Whoever stops it closes the connection, and the server ends the process that evaluates it.
let running = null;

async function run() {
  running?.abort();
  const mine = running = new AbortController();
  editor?.declareUsed();
  const query = text(), began = performance.now();
  field.value = query;
  if (!query.trim()) { field.required = true; field.reportValidity(); return; }
  const took = (digits) => ({ seconds: ((performance.now() - began) / 1000).toFixed(digits) });
  const ticking = setInterval(() => { progress.textContent = message("Running, %(seconds)s s", took(1)); }, 200);
  runButton.disabled = true;
  stopButton.hidden = false;
  let said = "";
  try {
    const address = new URL(endpoint);
    address.searchParams.set("query", query);
    const isShort = address.href.length < maxAddress;
    const asked = { headers: { Accept: "text/html" }, signal: mine.signal };
    const answer = await fetch(isShort ? address : endpoint, isShort ? asked : { ...asked, method: "POST", body: new URLSearchParams({ query }) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.getElementById("answer");
    if (!found) throw new Error(message("The server answered %(status)s.", { status: answer.status }));
    document.getElementById("answer").replaceWith(document.adoptNode(found));
    history.replaceState(null, "", isShort ? address : endpoint);
    said = answer.ok ? done(found.dataset, took(2)) : message("Error after %(seconds)s s", took(2));
    equip();
  } catch (error) {
    said = mine.signal.aborted ? message("Stopped after %(seconds)s s", took(2)) : message("No answer: %(reason)s", { reason: error.message });
  } finally {
    clearInterval(ticking);
  }
  if (running !== mine) return;
  running = null;
  runButton.disabled = false;
  stopButton.hidden = true;
  progress.textContent = said;
  kept.tabs[kept.active].ran = true;
  kept.history = [{ text: query, at: Date.now(), said }, ...kept.history.filter((row) => row.text !== query)].slice(0, maxHistory);
  keep();
  drawHistory();
}

form.addEventListener("submit", (event) => { event.preventDefault(); run(); });
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.defaultPrevented) { event.preventDefault(); run(); }
});
stopButton.addEventListener("click", () => running?.abort());
addEventListener("pagehide", keep);

if (editor) {
  formatButton.hidden = false;
  formatButton.addEventListener("click", () => {
    editor.autoformat();
    editor.focus();
  });
  editor.on("changes", () => clearMark());
}

function done({ rows, more }, values) {
  if (rows === undefined) return message("Done in %(seconds)s s", values);
  if (more) return message("%(rows)s or more rows in %(seconds)s s", { rows, ...values });
  return rows === "1" ? message("1 row in %(seconds)s s", values) : message("%(rows)s rows in %(seconds)s s", { rows, ...values });
}

// A link that holds the text of the query, compressed: no server keeps it, and every release opens it. What is too long
// for a path stands behind the `#`, and the page opens it.
shareButton.hidden = !navigator.clipboard || !globalThis.CompressionStream;
shareButton.addEventListener("click", async () => {
  const query = text(), short = await packed(query);
  const isShort = short.length <= maxPacked && encodeURIComponent(query).length <= maxAddress;
  const link = new URL(isShort ? form.dataset.short + short : endpoint, location.href);
  const view = document.querySelector("#answer .view:not([hidden])");
  link.hash = isShort ? (view?.id ?? "") : `z=${short}`;
  await navigator.clipboard.writeText(link.href);
  progress.textContent = message("Link copied, %(number)s characters", { number: link.href.length });
});

async function packed(value) {
  const stream = new Blob([value]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

async function unpacked(value) {
  const bytes = Uint8Array.from(atob(value.replace(/-/g, "+").replace(/_/g, "/")), (character) => character.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).text();
}

// Gives the result at hand its tabs, its sorting, its rows beyond the first thousand, and marks an error in the editor.
function equip() {
  const answer = document.getElementById("answer");
  for (const copy of answer.querySelectorAll("[data-copy-link]")) {
    copy.hidden = !navigator.clipboard;
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(copy.dataset.copyLink).href);
      copy.textContent = message("Copied");
    });
  }
  const views = [...answer.querySelectorAll(".view")];
  const table = views.find((view) => view.id === "table");
  if (table) {
    equipTable(table);
    if (answer.dataset.more && !answer.querySelector("#raw:not([data-raw])")) offerAllRows(answer, table);
  }
  offerPictures(answer);
  if (views.length > 1) drawViews(answer.querySelector(".views"), views);
  markError(Number(answer.dataset.line ?? 0), Number(answer.dataset.column ?? 0));
  drawCode();
}

function offerAllRows(answer, table) {
  const all = button(message("Show all rows here"), async () => {
    all.disabled = true;
    const found = await ask("json");
    if (!found.ok) { all.textContent = message("The server answered %(status)s.", { status: found.status }); return; }
    const results = await found.json();
    showAllRows(table, results, form.dataset.labels);
    answer.querySelector(".counted").textContent = message("All %(rows)s rows.", { rows: results.results.bindings.length });
  });
  answer.querySelector(".counted").append(" ", all);
}

// Asks the query of the result in sight again, in a format.
const ask = (format) => fetch(`${endpoint}?${new URLSearchParams({ format })}`, { method: "POST", body: new URLSearchParams({ query: field.value }) });

function drawViews(box, views) {
  const list = document.createElement("div");
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", message("Views of the result"));
  const tabs = views.map((view) => {
    const tab = button(view.dataset.view, () => choose(view));
    tab.id = `${view.id}-tab`;
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", view.id);
    view.setAttribute("role", "tabpanel");
    view.removeAttribute("aria-label");
    view.setAttribute("aria-labelledby", tab.id);
    return tab;
  });
  const choose = (chosen) => {
    views.forEach((view, place) => {
      view.hidden = view !== chosen;
      tabs[place].setAttribute("aria-selected", String(view === chosen));
      tabs[place].tabIndex = view === chosen ? 0 : -1;
    });
    if (chosen.dataset.raw) fillRaw(chosen);
  };
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const place = (tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length;
    tabs[place].focus();
    choose(views[place]);
  });
  list.append(...tabs);
  box.prepend(list);
  choose(views.find((view) => `#${view.id}` === location.hash) ?? views[0]);
}

async function fillRaw(view) {
  const format = new URL(view.dataset.raw, location.href).searchParams.get("format");
  delete view.dataset.raw;
  const written = await ask(format).then((found) => found.text()).catch((error) => message("No answer: %(reason)s", { reason: error.message }));
  view.querySelector("pre").textContent = written.length > maxRawCharacters
    ? `${written.slice(0, maxRawCharacters)}\n${message("… and %(number)s more characters; the download has all of it.", { number: written.length - maxRawCharacters })}` : written;
}

let errorMark = null;

function markError(line, column) {
  clearMark();
  if (!editor || !line) return;
  const at = { line: line - 1, ch: Math.max(0, column - 1) };
  const end = editor.getTokenAt({ line: at.line, ch: at.ch + 1 }).end;
  errorMark = editor.getDoc().markText(at, { line: at.line, ch: Math.max(end, at.ch + 1) }, { className: "query-error" });
  editor.scrollIntoView(at, 60);
}

function clearMark() {
  errorMark?.clear();
  errorMark = null;
}

const code = document.querySelector("details.code");
code.addEventListener("toggle", drawCode);

function drawCode() {
  code.hidden = !field.value.trim();
  if (!code.open) return;
  const isGraph = /^\s*(?:(?:#[^\n]*|PREFIX\s+\S*\s*<[^>]*>|BASE\s*<[^>]*>)\s*)*(?:CONSTRUCT|DESCRIBE)\b/i.test(field.value);
  code.querySelector(".code-views").replaceChildren(...codeFor(field.value, endpoint.href, isGraph).map(([name, written]) => {
    const section = document.createElement("section"), head = document.createElement("h3"), pre = document.createElement("pre");
    const copy = button(message("Copy"), async () => { await navigator.clipboard.writeText(written); copy.textContent = message("Copied"); });
    copy.hidden = !navigator.clipboard;
    copy.setAttribute("aria-label", message("Copy the code for %(name)s", { name }));
    head.append(name, " ", copy);
    pre.tabIndex = 0;
    pre.setAttribute("role", "region");
    pre.setAttribute("aria-label", message("Code for %(name)s", { name }));
    pre.textContent = written;
    section.append(head, pre);
    return section;
  }));
}

// Examples run in a tab of their own, and are found by the words of their question and comment.
const examples = document.querySelector(".examples");
examples.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-words]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  open(new URL(link.href).searchParams.get("query"), link.textContent);
  run();
  form.scrollIntoView({ block: "start" });
});
const finder = document.getElementById("find-example");
if (finder) {
  finder.parentElement.hidden = false;
  finder.addEventListener("input", () => {
    const words = finder.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const item of examples.querySelectorAll(".themes li")) {
      const link = item.querySelector("a"), said = `${link.textContent} ${link.dataset.words} ${link.search}`.toLowerCase();
      item.hidden = !words.every((word) => said.includes(word));
    }
    for (const list of examples.querySelectorAll(".themes ul")) {
      list.hidden = !list.querySelector("li:not([hidden])");
      if (list.previousElementSibling?.tagName === "H3") list.previousElementSibling.hidden = list.hidden;
    }
    examples.querySelector(".none").hidden = Boolean(examples.querySelector(".themes li:not([hidden])"));
  });
}

// The query of the address comes first; else what was in sight when the page was left.
async function begin() {
  const given = new URLSearchParams(location.search).get("query");
  const link = location.hash.match(/^#z=([\w-]+)$/);
  const asked = link ? await unpacked(link[1]).catch(() => null) : given === null ? null : startText;
  if (!kept.tabs.length) kept.tabs.push({ text: asked ?? startText, name: "", start: asked === null ? startText : "", ran: asked !== null });
  kept.active = Math.min(kept.active, kept.tabs.length - 1);
  setText(kept.tabs[kept.active].text);
  if (asked !== null) open(asked);
  else show(kept.active);
  drawHistory();
  equip();
  if (link && asked !== null) run();
}

begin();
