// Makes or restores a backup in a process of its own, for tests that kill it: node maker.mjs create|restore OPTIONS [REF]
// It prints a line for each step, and stops at the one that the variable STOP_AT names.
import { writeSync } from "node:fs";
import { Backups } from "../../../dist/index.js";

const [what, options, ref = "latest"] = process.argv.slice(2);
const backups = new Backups({
  ...JSON.parse(options),
  onProgress: ({ message }) => {
    writeSync(1, `${message}\n`);
    if (message === process.env.STOP_AT) process.kill(process.pid, "SIGKILL");
  },
});
if (what === "create") await backups.create();
else await backups.restore(ref, { force: true });
writeSync(1, "finished\n");
