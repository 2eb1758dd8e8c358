// The search page of a copy of the site as files: looks in the parts of an index that what is typed needs.
// Parts are scripts that call `ckgSearch`, because a page from a disk may load nothing else.
"use strict";

const SHOWN = 20;
const WHERE = ["a name", "another name", "quoted words", "a definition", "the IRI"];
const arrived = new Map();
globalThis.ckgSearch = (name, value) => arrived.set(name, value);

const place = document.querySelector("[data-search]");
const parts = place ? new URL(".", new URL(place.dataset.search, document.baseURI)).href : "";
if (place) searchHere(place);

function load(name) {
  if (arrived.has(name)) return Promise.resolve(arrived.get(name));
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `${parts}${name}.js`;
    script.onload = () => resolve(arrived.get(name));
    script.onerror = () => reject(new Error(message("%(file)s cannot be loaded.", { file: script.src })));
    document.head.append(script);
  });
}

// As `folded` and `starts` in ckg.export.search_parts and ckg.release.search.folding.
const APOSTROPHES = /[\u02bb\u02bc\u02b9\u2018\u2019\u0060\u00b4]/g;
const fold = (text) => text.toLowerCase().replaceAll("ß", "ss").replace(APOSTROPHES, "'").normalize("NFKD")
  .replace(/(?![\u3099\u309a])\p{Mn}/gu, "").normalize("NFC");
const START = /[\u0e00-\u0e7f\u3005-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\u{20000}-\u{3ffff}\p{L}\p{N}]/u;

function keyOf(word) {
  const begin = word.search(START);
  return begin < 0 ? "" : [...word.slice(begin)].slice(0, 3).join("");
}

async function numbersOf(key, index) {
  const part = index.parts.filter((prefix) => key.startsWith(prefix)).sort((a, b) => b.length - a.length)[0];
  if (part === undefined) return [];
  const lists = await load("k" + [...part].map((character) => character.codePointAt(0).toString(16)).join("-"));
  return lists[key] ?? [];
}

async function find(typed) {
  const index = await load("index");
  const words = fold(typed).split(/\s+/).filter((word) => keyOf(word));
  if (!words.length) return [];
  let numbers = null;
  for (const word of words) {
    const found = await numbersOf(keyOf(word), index);
    const among = new Set(found);
    numbers = numbers === null ? found : numbers.filter((number) => among.has(number));
  }
  const files = [...new Set(numbers.map((number) => Math.floor(number / index.texts)))];
  const loaded = new Map(await Promise.all(files.map(async (file) => [file, await load(`t${file}`)])));
  const best = new Map();
  for (const number of numbers) {
    const { things, texts } = loaded.get(Math.floor(number / index.texts));
    const [thing, field, language, text] = texts[number % index.texts];
    const plain = fold(text);
    if (!words.every((word) => plain.includes(word))) continue;
    const whole = words.join(" ");
    const rank = [field, plain === whole ? 0 : plain.startsWith(whole) ? 1 : 2, language === place.dataset.language ? 0 : 1, text.length, number];
    const known = best.get(thing);
    if (!known || compare(rank, known.rank) < 0) best.set(thing, { rank, field, language, text, words, of: things[thing] });
  }
  return [...best.values()].sort((a, b) => compare(a.rank, b.rank));
}

function compare(a, b) {
  for (let place = 0; place < a.length; place++) if (a[place] !== b[place]) return a[place] - b[place];
  return 0;
}

// Where a word of what was typed stands in a text, whose letters may be others than in its folded form.
function marked(text, words) {
  const plain = fold(text);
  const at = plain.indexOf(words[0]);
  if (plain.length !== text.length || at < 0) return [text.slice(0, 240), "", ""];
  const from = Math.max(0, at - 80), to = Math.min(text.length, at + words[0].length + 80);
  return [(from ? "…" : "") + text.slice(from, at), text.slice(at, at + words[0].length), text.slice(at + words[0].length, to) + (to < text.length ? "…" : "")];
}

function searchHere(around) {
  const form = around.querySelector("form");
  const status = around.querySelector("[role=status]");
  const list = around.querySelector("[data-hits]");
  const more = around.querySelector("[data-more]");
  const site = new URL("../", parts).href;
  let found = [], shown = 0;
  form.hidden = false;
  around.querySelector("[data-without]").hidden = true;

  function show() {
    for (const hit of found.slice(shown, shown + SHOWN)) list.append(article(hit));
    shown = Math.min(found.length, shown + SHOWN);
    more.hidden = shown >= found.length;
  }

  function article({ field, language, text, words, of: [href, label, labelLanguage, kind] }) {
    const made = document.createElement("article");
    made.className = "hit";
    const name = document.createElement("h2");
    name.className = "hit-name";
    const link = document.createElement("a");
    link.href = site + href;
    const bdi = document.createElement("bdi");
    bdi.textContent = label;
    if (labelLanguage) bdi.lang = labelLanguage;
    link.append(bdi);
    const small = document.createElement("span");
    small.className = "muted small";
    small.textContent = ` ${kind}`;
    name.append(link, small);
    const [before, match, after] = marked(text, words);
    const excerpt = document.createElement("p");
    const words_ = document.createElement("bdi");
    if (language) words_.lang = language;
    const mark = document.createElement("mark");
    mark.textContent = match;
    words_.append(before, ...(match ? [mark] : []), after);
    const where = document.createElement("span");
    where.className = "muted small";
    where.textContent = ` ${WHERE[field]}${language ? `, ${language}` : ""}`;
    excerpt.append(words_, where);
    made.append(name, excerpt);
    return made;
  }

  function counted(number) {
    if (!number) return message("Nothing found. Every word, from its beginning, must occur in one and the same name, quotation or definition; try fewer.");
    return number === 1 ? message("1 thing found") : message("%(number)s things found", { number });
  }

  async function search(typed) {
    list.replaceChildren();
    more.hidden = true;
    found = [];
    shown = 0;
    if (!typed.trim()) return;
    status.textContent = message("Searching");
    try {
      found = await find(typed);
      status.textContent = counted(found.length);
      show();
    } catch (error) {
      status.textContent = String(error.message ?? error);
    }
  }

  more.addEventListener("click", show);
  const typed = new URLSearchParams(location.search).get("q") ?? "";
  form.querySelector("input").value = typed;
  search(typed);
}
