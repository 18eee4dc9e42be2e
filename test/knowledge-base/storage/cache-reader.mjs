// One of several processes with one cache: node cache-reader.mjs LIBRARY PLACE CACHE read|forget TIMES
// Reads packs/a.pack so many times, and prints how often it was what is in the place.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [library = "", place = "", cache = "", act = "", times = "0"] = process.argv.slice(2);
const { CachedStorage } = await import(pathToFileURL(library).href);
const { FolderStorage } = await import(new URL("folder.js", pathToFileURL(library)).href);

const wanted = await readFile(join(place, "packs", "a.pack"));
let right = 0;
for (let time = 0; time < Number(times); time++) {
  // Anew each time, so that nothing is in memory.
  const storage = new CachedStorage(new FolderStorage(place), cache, { mostBytes: 2 ** 30 });
  if (act === "forget") await storage.forget();
  const bytes = await storage.get("packs/a.pack", { offset: 0, length: wanted.length });
  if (bytes?.equals(wanted)) right += 1;
}
console.log(`${right} of ${times}`);
