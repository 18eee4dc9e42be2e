// A runner in a process of its own, for tests that kill or stop one: node runner.mjs URL FOLDER [OPTIONS as JSON]
import { DatabaseMigrator } from "../../dist/database/migrator.js";

const [url, folder, options = "{}"] = process.argv.slice(2);
const stop = new AbortController();
process.once("SIGTERM", () => stop.abort());
const migrator = new DatabaseMigrator({
  url,
  folder,
  ...JSON.parse(options),
  signal: stop.signal,
  onEvent: (event) => {
    if (event.kind === "step-started") console.log(`started ${event.id}`);
  },
});
try {
  const results = await migrator.applyAllPending();
  console.log(JSON.stringify(results.map(({ name }) => name)));
} catch (error) {
  console.log(error.code);
  process.exitCode = 1;
} finally {
  await migrator.close();
}
