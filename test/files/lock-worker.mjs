// A process that takes the lock. Arguments: module of the lock, path of the lock, what to do, and its arguments.
import { readFileSync, writeFileSync } from "node:fs";

const [lockModule, path, task, ...rest] = process.argv.slice(2);
const { acquireLock } = await import(lockModule);
const options = { timeoutMs: 60_000, purpose: task };

if (task === "count") {
  const [counter, times] = rest;
  for (let time = 0; time < Number(times); time += 1) {
    const lock = await acquireLock(path, options);
    const count = Number(readFileSync(counter, "utf8"));
    await lock.assertHeld();
    writeFileSync(counter, String(count + 1));
    await lock.release();
  }
} else if (task === "hold") {
  const lock = await acquireLock(path, options);
  process.send("held");
  process.on("message", () => {
    void lock
      .assertHeld()
      .then(
        () => "still held",
        (error) => error.code,
      )
      .then((answer) => process.send(answer));
  });
}
