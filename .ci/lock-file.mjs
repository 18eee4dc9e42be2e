/**
 * Keeps package-lock.json fit for every platform and registry. npm leaves out the optional packages of other platforms when
 * it did not load them, and `npm ci` then refuses the file; and the file should hold no registry addresses.
 *
 *   node .ci/lock-file.mjs --check   names what is wrong, and ends with 1
 *   node .ci/lock-file.mjs           puts it right; run it after `npm install`
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const path = fileURLToPath(new URL("../package-lock.json", import.meta.url));
const lock = JSON.parse(readFileSync(path, "utf8"));
const problems = [];

for (const [parent, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const places = [`node_modules/${name}`, `${parent}/node_modules/${name}`];
    if (places.some((place) => lock.packages[place] !== undefined)) continue;
    problems.push(`${name} ${version}, an optional package of another platform, is missing`);
    lock.packages[places[0]] = { version, ...platformOf(name), ...(dev && { dev }), optional: true };
  }
}
for (const [place, entry] of Object.entries(lock.packages)) {
  if (entry.resolved === undefined || entry.link) continue;
  problems.push(`${place} holds the address of a registry`);
  delete entry.resolved;
}

if (process.argv.includes("--check")) {
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
} else if (problems.length > 0) {
  lock.packages = Object.fromEntries(
    Object.entries(lock.packages).sort(([one], [other]) => one.localeCompare(other, "en")),
  );
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`Put ${problems.length} entries right.`);
}

/** System, processor and C library as the names of prebuilt packages tell them, such as `binding-linux-arm64-musl`. */
function platformOf(name) {
  const parts = /(android|darwin|freebsd|linux|openharmony|sunos|win32|wasm32)-?([a-z0-9]*)-?([a-z]*)/.exec(
    name,
  );
  if (parts === null)
    throw new Error(`The name ${name} tells no platform; add its entry to package-lock.json by hand.`);
  const [, os, cpu, library] = parts;
  const libc = library === "musl" ? ["musl"] : os === "linux" && library === "gnu" ? ["glibc"] : undefined;
  return {
    cpu: [os === "wasm32" ? "wasm32" : cpu],
    ...(libc && { libc }),
    ...(os !== "wasm32" && { os: [os] }),
  };
}
