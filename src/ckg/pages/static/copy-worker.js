// Answers queries in the browser, for a copy of the site as files: Oxigraph over the data of the release, in a worker.
// Messages in: { index, root } once, then { query }; messages out: progress, result, or problem.

const MAX_ROWS = 1000;
const NEEDS_GRAPHS = /(?<![\w:?$.-])(GRAPH|FROM)\b/i;
let root = "", index = null, engine = null, small = null, whole = null, names = null;

// Files have their digest in their name, so what is kept is never an old one.
async function kept(name) {
  const address = root + name;
  try {
    const cache = await caches.open("ckg-copy");
    const known = await cache.match(address);
    if (known) return known;
    const answer = await fetch(address);
    if (answer.ok) await cache.put(address, answer.clone());
    return answer;
  } catch {
    return fetch(address); // no cache here: an address without TLS, or no room
  }
}

// The bytes of a file that was compressed with gzip, whether or not the host has said so and the browser has undone it.
async function unpacked(file, what) {
  const answer = await kept(file.name);
  if (!answer.ok) throw new Error(`${file.name} cannot be loaded (${answer.status}).`);
  const reader = answer.body.getReader();
  const pieces = [];
  let done = 0;
  for (;;) {
    const { done: ended, value } = await reader.read();
    if (ended) break;
    pieces.push(value);
    done += value.length;
    postMessage({ progress: what, done: Math.min(done, file.bytes), total: file.bytes });
  }
  const blob = new Blob(pieces);
  const head = new Uint8Array(await blob.slice(0, 2).arrayBuffer());
  const stream = head[0] === 0x1f && head[1] === 0x8b ? blob.stream().pipeThrough(new DecompressionStream("gzip")) : blob.stream();
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function loadEngine() {
  if (engine) return;
  const [module, bytes] = await Promise.all([import(root + index.module.name), unpacked(index.engine, "the query engine")]);
  await module.default({ module_or_path: bytes });
  engine = module;
}

async function loadNames() {
  if (names) return;
  const rows = JSON.parse(new TextDecoder().decode(await unpacked(index.names, "names")));
  names = new Map(rows.map(([iri, label, lang, file]) => [iri, { label, lang, file }]));
}

// What needs no named graph is asked of the union alone, which loads in half of the time.
async function store(needsGraphs) {
  await loadEngine();
  if (whole) return whole;
  if (!needsGraphs) {
    if (!small) {
      const bytes = await unpacked(index.data, "the data");
      small = new engine.Store();
      small.load(bytes, { format: "text/turtle", no_transaction: true });
    }
    return small;
  }
  const bytes = await unpacked(index.graphs, "the named graphs");
  const made = new engine.Store();
  made.load(bytes, { format: "application/n-quads", no_transaction: true });
  for (const graph of index.graphs.union) made.update(`ADD GRAPH <${graph}> TO DEFAULT`);
  whole = made;
  return whole;
}

// The keywords of a query: without comments, strings and IRIs.
const bare = (query) => query.replace(/<[^<>"{}|^`\\\s]*>|"""[^]*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|#[^\n]*/g, " ");

function declared(query) {
  const there = new Set([...bare(query).matchAll(/\bPREFIX\s+([^\s:]*):/gi)].map((found) => found[1]));
  const missing = Object.entries(index.prefixes).filter(([prefix]) => !there.has(prefix));
  return missing.map(([prefix, namespace]) => `PREFIX ${prefix}: <${namespace}> `).join("") + query;
}

// A query in words that the engine understands as SPARQL 1.1 does, as `ckg.backends.oxigraph.standard_query` has them on
// a server; what is not said so easily is refused.
function standard(query) {
  // Of the same length as the query, so that places are the same.
  const hidden = query.replace(/<[^<>"{}|^`\\\s]*>|"""[^]*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|#[^\n]*/g,
    (text) => (text[0] === "#" ? " " : "_").repeat(text.length));
  if (/[0-9]{19}/.test(hidden)) throw new Error("A number of 19 digits or more is beyond what the engine in the browser computes with.");
  if ((hidden.match(/(?<![\w:?$.-])FROM\b(?!\s+NAMED)/gi) ?? []).length > 1) throw new Error("Several FROM are not merged by the engine in the browser: ask one graph at a time, or use GRAPH.");
  for (const found of hidden.matchAll(/(?<![\w:?$.-])GRAPH\s+([?$]\w+)\s*\{/gi)) {
    const group = hidden.slice(found.index + found[0].length, closing(hidden, found.index + found[0].length - 1, "{", "}"));
    const name = new RegExp(`[?$]${found[1].slice(1)}\\b`);
    if (/(?<![\w:?$.-])(SELECT|VALUES|MINUS)\b/i.test(group) || (/(?<![\w:?$.-])(FILTER|BIND)\b/i.test(group) && name.test(group))) {
      throw new Error(`SELECT, VALUES, MINUS, and FILTER or BIND with ${found[1]}, inside of GRAPH ${found[1]} { … } are evaluated by the engine in the browser in another way than SPARQL 1.1: write them outside of it.`);
    }
  }
  for (const property of index.text_numbers) {
    if (query.includes(property) || Object.entries(index.prefixes).some(([prefix, namespace]) => property.startsWith(namespace) && hidden.includes(`${prefix}:${property.slice(namespace.length)}`))) {
      throw new Error(`<${property}> has numbers that are beyond what the engine in the browser computes with.`);
    }
  }
  const edits = [];
  for (const found of hidden.matchAll(/(?<![\w:?$.-])GROUP_CONCAT\s*\(/gi)) {
    edits.push([found.index, 0, "STR("], [closing(hidden, found.index + found[0].length - 1, "(", ")") + 1, 0, ")"]);
  }
  for (const found of hidden.matchAll(/(?<![\w:?$.-])(true|false)(?![\w:.-]*[\w:])/gi)) edits.push([found.index, found[0].length, found[0].toLowerCase()]);
  edits.sort((a, b) => b[0] - a[0]);
  return edits.reduce((text, [at, length, put]) => text.slice(0, at) + put + text.slice(at + length), query);
}

function closing(text, opening, left, right) {
  for (let depth = 0, at = opening; at < text.length; at++) {
    depth += (text[at] === left) - (text[at] === right);
    if (depth === 0) return at;
  }
  return text.length;
}

// The engine counts what two alternatives of a path both lead to once, SPARQL 1.1 twice: so nothing may do that.
function refuseAlternatives(query, data) {
  let text = query.replace(/"""[^]*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|(?<![<\w/:.-])#[^\n]*/g, (string) => " ".repeat(string.length));
  // How often something exists does not matter, nor how often a row is there before all but one of it are left out.
  const counts = /(?<![\w:?$.-])(COUNT|SUM|AVG|SAMPLE|GROUP_CONCAT|MIN|MAX)\s*\(/i.test(text);
  const selects = text.match(/(?<![\w:?$.-])SELECT\b/gi) ?? [];
  if (!counts && selects.length < 2 && /(?<![\w:?$.-])(SELECT\s+DISTINCT|ASK)\b/i.test(text)) return;
  for (let found; (found = /(?<![\w:?$.-])EXISTS\s*\{/i.exec(text));) {
    text = text.slice(0, found.index) + " " + text.slice(closing(text, found.index + found[0].length - 1, "{", "}") + 1);
  }
  const name = "(?:<[^<>\\s]*>|[A-Za-z][\\w.-]*:[\\w.-]*\\w|:[\\w.-]*\\w|a(?![\\w:]))";
  const simple = new RegExp(`(?<![/^!|]\\s*)(?<![\\w:>.*+?$-])(${name}(?:\\s*[|](?![|])\\s*${name})+)(?!\\s*[/|*+?])`, "g");
  const left = text.replace(simple, (group) => {
    const paths = group.replace(/<[^<>\s]*>/g, (iri) => iri.replaceAll("|", "%7C")).split("|").map((path) => path.trim());
    for (let first = 0; first < paths.length; first++) {
      for (let second = first + 1; second < paths.length; second++) {
        if (data.query(declared(`${(query.match(/^\s*(?:PREFIX\s+\S+\s*<[^>]*>\s*)+/i) ?? [""])[0]} ASK { ?s ${paths[first]} ?o ; ${paths[second]} ?o }`))) {
          throw new Error(`Some things are connected by both ${paths[first]} and ${paths[second]}, and the engine in the browser counts them once where SPARQL 1.1 counts them twice: write UNION in the place of the path.`);
        }
      }
    }
    return "_";
  });
  if (/(?<![|])[|](?![|])/.test(left.replace(/<[^<>\s]*>/g, "_"))) throw new Error("A path with | between other paths is counted by the engine in the browser in another way than SPARQL 1.1: write UNION in its place.");
}

// A path of length zero from or to a term that is nowhere in the data: the engine does not find it, SPARQL 1.1 does.
function refuseNowhere(query, data) {
  if (!/[>)\w]\s*[*?][\s;,<$?)/.]/.test(bare(query).replace(/\b(SELECT(?:\s+(?:DISTINCT|REDUCED))?)\s*\*/gi, "$1").replace(/[?$]\w+/g, "?v ")) && !/[>]\s*[*?][\s;,<$?)/.]/.test(query)) return;
  const prefixes = { ...index.prefixes, ...Object.fromEntries([...query.matchAll(/\bPREFIX\s+([^\s:]*):\s*<([^>]*)>/gi)].map((found) => [found[1], found[2]])) };
  const text = query.replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\bPREFIX\s+\S*\s*<[^>]*>/gi, " ");
  const iris = new Set([...text.matchAll(/<([^<>"{}|^`\\\s]*)>/g)].map((found) => found[1]));
  for (const [, prefix, local] of text.replace(/<[^<>\s]*>/g, " ").matchAll(/(?<![\w:?$])([A-Za-z][\w.-]*|):([\w%.-]*[\w%])/g)) if (prefix in prefixes) iris.add(prefixes[prefix] + local);
  for (const iri of iris) {
    if (!data.query(`ASK { { <${iri}> ?p ?o } UNION { ?s <${iri}> ?o } UNION { ?s ?p <${iri}> } }`)) {
      throw new Error(`<${iri}> is nowhere in the data, and the engine in the browser then answers a path with * or ? in another way than SPARQL 1.1.`);
    }
  }
}

async function answer(query) {
  const words = bare(query);
  const form = (words.match(/(?<![\w:?$.-])(SELECT|ASK|CONSTRUCT|DESCRIBE)\b/i) ?? ["", ""])[1].toUpperCase();
  if (form === "DESCRIBE") throw new Error("DESCRIBE is not answered by a copy: the page of a thing has all of it, in every format.");
  if (/(?<![\w:?$.-])SERVICE\b/i.test(words)) throw new Error("SERVICE is not answered: no other endpoint is asked from here.");
  const [data] = await Promise.all([store(NEEDS_GRAPHS.test(words)), loadNames()]);
  const whole = declared(standard(query));
  refuseAlternatives(query, data);
  refuseNowhere(query, data);
  const begun = performance.now();
  if (form === "CONSTRUCT") {
    const text = data.query(whole, { results_format: "text/turtle" });
    return { form, text, milliseconds: performance.now() - begun };
  }
  const json = data.query(whole, { results_format: "json" });
  const milliseconds = performance.now() - begun;
  const found = JSON.parse(json);
  if (form === "ASK") return { form, truth: found.boolean, json, milliseconds };
  const all = found.results.bindings;
  const rows = all.slice(0, MAX_ROWS).map((row) => found.head.vars.map((name) => {
    const term = row[name];
    if (!term) return null;
    return term.type === "uri" ? { ...term, ...names.get(term.value) } : term;
  }));
  return { form, columns: found.head.vars, rows, count: all.length, units: unitColumns(data, found.head.vars, rows), json, milliseconds };
}

// The places of the columns in which every term is a unit of measure or a currency, as the data say.
function unitColumns(data, columns, rows) {
  return columns.map((_, place) => place).filter((place) => {
    const terms = rows.map((row) => row[place]).filter((term) => term);
    const iris = new Set(terms.map((term) => (term.type === "uri" ? term.value : "")));
    if (!iris.size || iris.size > 50 || iris.has("")) return false;
    const values = [...iris].map((iri) => `<${iri}>`).join(" ");
    const kinds = "<http://qudt.org/schema/qudt/Unit> <http://qudt.org/schema/qudt/CurrencyUnit>";
    const known = data.query(`SELECT DISTINCT ?unit { VALUES ?unit { ${values} } VALUES ?kind { ${kinds} } ?unit a ?kind }`, { results_format: "json" });
    return JSON.parse(known).results.bindings.length === iris.size;
  });
}

async function written(query, format) {
  const data = await store(NEEDS_GRAPHS.test(bare(query)));
  return data.query(declared(standard(query)), { results_format: format });
}

addEventListener("message", async ({ data: message }) => {
  try {
    if (message.index) {
      root = message.root;
      index = message.index;
    } else if (message.format) {
      postMessage({ download: await written(message.query, message.format), name: message.name, type: message.format });
    } else {
      postMessage({ result: await answer(message.query) });
    }
  } catch (error) {
    postMessage({ problem: String(error?.message ?? error) });
  }
});
