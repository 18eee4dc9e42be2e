/**
 * Checks what `npm pack` would publish: everything a user needs, nothing that only we need, and of `dist` only
 * what the present sources build.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const output = execFileSync("npm", ["pack", "--dry-run", "--json"], { cwd: root, encoding: "utf8" });
const files = Object.values(JSON.parse(output))[0].files.map((file) => file.path);

const needed = [
  "package.json",
  "LICENSE",
  "README.md",
  "CHANGELOG.md",
  "bin/kbvault.js",
  "dist/index.js",
  "dist/index.d.ts",
  "dist/cli/main.js",
  "dist/web/index.html",
  "dist/database/drivers/pglite-worker.js",
  "dist/knowledge-base/parallel/worker.js",
  "data/completion/kbvault.bash",
  "data/completion/kbvault.fish",
  "data/completion/kbvault.zsh",
  "data/migrations/001_initial_schema.sql",
  "data/migrations/006_add_error_tracking_rollback.sql",
  "data/store-migrations/001_blobs.sql",
  "data/store-migrations/001_blobs_rollback.sql",
  "data/support_troubleshooting_kb.json",
  "data/support_troubleshooting_kb.schema.json",
  "docs/architecture.md",
  "docs/configuration.md",
  "docs/decisions.md",
  "docs/errors.md",
  "docs/format.md",
  "docs/migrations.md",
  "docs/page.md",
];
const problems = [
  ...needed.filter((file) => !files.includes(file)).map((file) => `${file} is missing`),
  ...files
    .filter((file) => /^(src|test|versions|\.ci)\//.test(file))
    .map((file) => `${file} does not belong in`),
  ...files.filter(isStale).map((file) => `${file} has no source any more; remove dist and build again`),
];
for (const problem of problems) console.error(problem);
console.log(`The package holds ${files.length} files.`);
process.exitCode = problems.length === 0 ? 0 : 1;

/** `dist/cli` and `dist/web` are bundled and emptied by each build; everywhere else, one source makes one file. */
function isStale(file) {
  if (/^dist\/(cli|web)\//.test(file)) return false;
  const source = /^dist\/(.*?)(?:\.d\.ts|\.js)$/.exec(file)?.[1];
  return source !== undefined && !existsSync(`${root}src/${source}.ts`);
}
