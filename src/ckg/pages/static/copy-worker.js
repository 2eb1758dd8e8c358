// Answers queries in the browser, for a copy of the site as files: Oxigraph over the data of the release, in a worker.
// Messages in: { index, root } once, then { query }; messages out: progress, result, or problem.

const MAX_ROWS = 1000;
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

async function answer(query) {
  const words = bare(query);
  const form = (words.match(/\b(SELECT|ASK|CONSTRUCT|DESCRIBE)\b/i) ?? ["", ""])[1].toUpperCase();
  if (form === "DESCRIBE") throw new Error("DESCRIBE is not answered by a copy: the page of a thing has all of it, in every format.");
  if (/\bSERVICE\b/i.test(words)) throw new Error("SERVICE is not answered: no other endpoint is asked from here.");
  const [data] = await Promise.all([store(/\b(GRAPH|FROM)\b/i.test(words)), loadNames()]);
  const whole = declared(query);
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
  return { form, columns: found.head.vars, rows, count: all.length, json, milliseconds };
}

async function written(query, format) {
  const data = await store(/\b(GRAPH|FROM)\b/i.test(bare(query)));
  return data.query(declared(query), { results_format: format });
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
