// One of several processes that make versions in one store: node writer.mjs LIBRARY FOLDER NAME COUNT
// Prints, for each version that it made, its id and the content that it must have, as JSON lines.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

const [library = "", folder = "", name = "", count = "0"] = process.argv.slice(2);
const { KnowledgeBaseVersioner } = await import(library);

const file = join(folder, `${name}.json`);
const versioner = new KnowledgeBaseVersioner(file, {
  versionsFolder: join(folder, "versions"),
  author: name,
  lockTimeoutMs: 120_000,
});
const entries = Object.fromEntries(
  Array.from({ length: 20 }, (_, index) => [`e${index}`, { text: "x".repeat(50 * index) }]),
);
for (let step = 0; step < Number(count); step++) {
  const content = JSON.stringify({ ...entries, [`e${step % 20}`]: { by: name, step } });
  await writeFile(file, content);
  const { created, version } = await versioner.createVersion({ description: `${name} ${step}` });
  if (step % 5 === 0)
    await versioner.setLabel(`last-${name}`, version.versionId).catch((error) => {
      // Another process may have pruned it by now.
      if (error.code !== "REF_NOT_FOUND") throw error;
    });
  console.log(JSON.stringify({ created, versionId: version.versionId, content }));
}
