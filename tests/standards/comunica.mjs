// Asks Comunica: reads [{"query": ..., "sources": [...], "follow": n}] from standard input and prints the bindings of each query
// as JSON, in the order of the queries. With "follow", the IRIs that a query finds are sources of the same query again, so often.
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

const require = createRequire(new URL("../../editor/package.json", import.meta.url));
const { QueryEngine } = require("@comunica/query-sparql");

const engine = new QueryEngine();

async function rows(query, sources) {
  const found = await (await engine.queryBindings(query, { sources })).toArray();
  return found.map((row) => Object.fromEntries([...row].map(([name, term]) => [name.value, term.value])));
}

async function answer({ query, sources, follow = 0 }) {
  const known = new Set(sources);
  for (let step = 0; step < follow; step++) {
    for (const row of await rows(query, [...known])) {
      for (const value of Object.values(row)) {
        if (value.startsWith("http")) known.add(value);
      }
    }
  }
  return rows(query, [...known]);
}

const answers = [];
for (const asked of JSON.parse(await text(process.stdin))) answers.push(await answer(asked));
console.log(JSON.stringify(answers));
