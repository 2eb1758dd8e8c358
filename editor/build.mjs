// Puts the editor where the pages look for it: src/ckg/pages/static/editor/, which git does not keep.
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
console.log(`YASQE ${version} is in ${target}`);
