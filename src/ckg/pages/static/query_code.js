// The query at hand as a program would ask it: curl, Python, R and JavaScript.
"use strict";

// Returns rows of a name and a text; `address` is the endpoint's, with its host.
function codeFor(query, address, isGraph) {
  const accept = isGraph ? "text/turtle" : "text/csv";
  const quoted = query.replace(/'/g, "'\\''");
  const python = query.includes('"""') || query.includes("\\") ? JSON.stringify(query) : `"""\n${query}\n"""`;
  const inR = query.includes(')---"') ? JSON.stringify(query) : `r"---(\n${query}\n)---"`;
  const inJavaScript = `\`\n${query.replace(/[\\`]|\$\{/g, "\\$&")}\n\``;
  const readPython = isGraph
    ? `import urllib.parse, urllib.request\n\nbody = urllib.parse.urlencode({"query": query}).encode()\nasked = urllib.request.Request("${address}", body, {"Accept": "${accept}"})\nprint(urllib.request.urlopen(asked).read().decode())`
    : `import io, urllib.parse, urllib.request\nimport pandas\n\nbody = urllib.parse.urlencode({"query": query}).encode()\nasked = urllib.request.Request("${address}", body, {"Accept": "${accept}"})\nprint(pandas.read_csv(io.BytesIO(urllib.request.urlopen(asked).read())))`;
  const readR = isGraph ? "cat(resp_body_string(answer))" : "print(read.csv(text = resp_body_string(answer)))";
  return [
    ["curl", `curl -sS '${address}' -H 'Accept: ${accept}' --data-urlencode 'query=${quoted}'`],
    ["Python", `query = ${python}\n\n${readPython}`],
    ["R", `library(httr2)\n\nquery <- ${inR}\nanswer <- request("${address}") |>\n  req_headers(Accept = "${accept}") |>\n  req_body_form(query = query) |>\n  req_perform()\n${readR}`],
    ["JavaScript", `const query = ${inJavaScript};\nconst answer = await fetch("${address}", {\n  method: "POST",\n  headers: { Accept: "${isGraph ? accept : "application/sparql-results+json"}" },\n  body: new URLSearchParams({ query }),\n});\nconsole.log(await answer.${isGraph ? "text" : "json"}());`],
  ];
}
