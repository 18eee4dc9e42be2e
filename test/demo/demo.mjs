/**
 * The main job on the shipped knowledge base, in a temporary folder: snapshot, edit, compare, break, restore, undo.
 * Runs the real program, prints every command with its output, checks exit status and files after each step, and
 * ends with 1 when anything is not as it should be.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../../bin/kbvault.js", import.meta.url));
const shipped = fileURLToPath(new URL("../../data/support_troubleshooting_kb.json", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "kbvault-demo-"));
const kb = join(folder, "kb.json");
let steps = 0;

try {
  tellStory();
  console.log(`\nAll ${steps} steps ended as expected.`);
} catch (error) {
  console.error(`\nThe demo failed: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function tellStory() {
  copyFileSync(shipped, kb);
  const original = readFileSync(kb);

  say("A knowledge base gets a store, and its first version.");
  kbvault(["init", "--kb", "kb.json"]);
  kbvault(["snapshot", "-m", "As published", "--tag", "release"]);
  expectLive(original, "a snapshot leaves the file alone");

  say("Somebody edits it: one article changes, one is new, one goes.");
  editAsText();
  const edited = readFileSync(kb);
  kbvault(["status"]);
  kbvault(["diff", "--exit-code"], 1);

  say("The edit is good: a second version, and a label for it.");
  kbvault(["snapshot", "-m", "Easier router steps, new article on printers", "--tag", "review"]);
  kbvault(["label", "known-good"]);
  kbvault(["log"]);

  say("A program dies while it writes, and half of the file is gone.");
  truncateSync(kb, Math.floor(edited.length / 2));
  const broken = readFileSync(kb);
  kbvault(["status"]);
  kbvault(["snapshot", "-m", "This is refused"], 1);
  expectLive(broken, "a refused snapshot leaves the file alone");

  say("Back to the version that is known to be good. The broken bytes are kept.");
  kbvault(["restore", "known-good", "--dry-run"]);
  expectLive(broken, "a dry run leaves the file alone");
  kbvault(["restore", "known-good", "--yes"]);
  expectLive(edited, "the restored bytes are those of the second version");

  say("Even that can be undone, and done again.");
  kbvault(["undo", "--yes"]);
  expectLive(broken, "undo brings the broken bytes back");
  kbvault(["restore", "known-good", "--yes"]);
  expectLive(edited, "the restored bytes are those of the second version");
  kbvault(["restore", "v1", "--to", "original.json"]);
  expectBytes(join(folder, "original.json"), original, "the first version is still what was published");

  say("The store holds what was written to it.");
  kbvault(["verify", "--read-data"]);
  kbvault(["log"]);
}

function say(text) {
  console.log(`\n# ${text}`);
}

/** Runs the program in the folder, with its output shown, and expects an exit status. */
function kbvault(args, status = 0) {
  steps += 1;
  console.log(`\n$ kbvault ${args.map((arg) => (/^[\w./-]+$/.test(arg) ? arg : `"${arg}"`)).join(" ")}`);
  const environment = Object.entries(process.env).filter(([name]) => !name.startsWith("KBVAULT_"));
  const run = spawnSync(process.execPath, [bin, ...args], {
    cwd: folder,
    env: { ...Object.fromEntries(environment), KBVAULT_AUTHOR: "Ana" },
    stdio: "inherit",
  });
  if (run.error) throw run.error;
  if (run.status !== status)
    throw new Error(`kbvault ${args[0]} ended with ${run.status}, expected ${status}`);
}

/** An edit as an editor makes it: everything else keeps its bytes. */
function editAsText() {
  const before = readFileSync(kb, "utf8");
  const last = before.indexOf(',\n  "notificaciones_correo"');
  const printer = { problem_title: "La impresora de red no responde", difficulty: "fácil", steps: [] };
  const after = `${before.slice(0, last)},\n  "impresora_red": ${JSON.stringify(printer)}\n}\n`
    .replace('"15-25 minutos"', '"10-20 minutos"')
    .replace(
      '"Si usa cable de red, pruebe con otro cable o con otro puerto."',
      '"Si usa cable de red, pruebe con otro cable, con otro puerto o sin adaptador."',
    );
  if (last === -1 || after === before)
    throw new Error("the shipped knowledge base is not the one that the demo knows");
  writeFileSync(kb, after);
}

function expectLive(bytes, what) {
  expectBytes(kb, bytes, what);
}

function expectBytes(path, bytes, what) {
  if (!readFileSync(path).equals(bytes)) throw new Error(`${path} holds other bytes; expected: ${what}`);
}
