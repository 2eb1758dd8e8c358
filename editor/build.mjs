// Puts the editor, and the query engine of copies, where the pages look for it: src/ckg/pages/static/editor/ and engine/, which git does not keep.
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", "src", "ckg", "pages", "static", "editor");
const build = join(here, "node_modules", "@zazuko", "yasqe", "build");
const { version, license } = createRequire(import.meta.url)("./node_modules/@zazuko/yasqe/package.json");

await mkdir(target, { recursive: true });
const script = await readFile(join(build, "yasqe.min.js"), "utf8");
// Without its source map, which is not copied and would be asked for by every developer's browser.
await writeFile(join(target, "yasqe.js"), script.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n"));
await copyFile(join(build, "yasqe.min.css"), join(target, "yasqe.css"));
await writeFile(join(target, "ABOUT.txt"), `@zazuko/yasqe ${version}, ${license}\n`);

// Oxigraph for the copies that `ckg export` writes: it answers queries in the browser.
const engine = join(here, "..", "src", "ckg", "pages", "static", "engine");
const { version: engineVersion, license: engineLicense } = createRequire(import.meta.url)("./node_modules/oxigraph/package.json");
await mkdir(engine, { recursive: true });
await copyFile(join(here, "node_modules", "oxigraph", "web.js"), join(engine, "oxigraph.js"));
await copyFile(join(here, "node_modules", "oxigraph", "web_bg.wasm"), join(engine, "oxigraph.wasm"));
await writeFile(join(engine, "ABOUT.txt"), `oxigraph ${engineVersion}, ${engineLicense}\n`);
console.log(`Oxigraph ${engineVersion} is in ${engine}`);
console.log(`YASQE ${version} is in ${target}`);
