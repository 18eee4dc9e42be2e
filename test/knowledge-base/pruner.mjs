// Prunes a store for good again and again while others write: node pruner.mjs LIBRARY FOLDER KEEP
// Ends when its input does, and prints how many versions it removed.
import { join } from "node:path";

const [library = "", folder = "", keep = "1"] = process.argv.slice(2);
const { KnowledgeBaseVersioner } = await import(library);

const versioner = new KnowledgeBaseVersioner(join(folder, "pruner.json"), {
  versionsFolder: join(folder, "versions"),
  author: "pruner",
  lockTimeoutMs: 120_000,
});
let isAsked = true;
process.stdin.on("end", () => {
  isAsked = false;
});
process.stdin.resume();
let removed = 0;
while (isAsked) {
  const { plan } = await versioner.pruneVersions({ policy: { keepLast: Number(keep), grace: "0d" } });
  removed += plan.emptied.length;
}
console.log(removed);
