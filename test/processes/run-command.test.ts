import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCommand } from "../../src/processes/run-command.ts";

const patience = { timeoutMs: 10_000 };

describe("running a command", () => {
  it.each([
    ["an executable with arguments", ["printf", "%s", "a b; c"], "done", 0, "a b; c"],
    ["a text for the shell", "echo one; echo two >&2; exit 3", "failed", 3, "one\ntwo\n"],
    ["a program that is not there", ["kbvault-no-such-program"], "not-found", null, ""],
    [
      "a file that is not executable",
      [join(import.meta.dirname, "../../README.md")],
      "not-executable",
      null,
      "",
    ],
  ] as const)("%s ends as what it was", async (_, command, end, exitCode, output) => {
    expect(await runCommand(command, patience)).toMatchObject({ end, exitCode, output, hiddenCharacters: 0 });
  });

  it("gives its input to the command, and its environment", async () => {
    const { output } = await runCommand('cat; printf "$KBVAULT_HOOK"', {
      ...patience,
      input: "hello ",
      env: { KBVAULT_HOOK: "preSnapshot" },
    });
    expect(output).toBe("hello preSnapshot");
  });

  it("gives a file as input to the command", async () => {
    const inputFile = join(import.meta.dirname, "../../package.json");
    const { end, output } = await runCommand(["head", "-c", "20"], { ...patience, inputFile });
    expect({ end, output }).toEqual({ end: "done", output: '{\n  "name": "kbvault' });
  });

  it("keeps the end of what is too much, and says how much is missing", async () => {
    const { output, hiddenCharacters } = await runCommand("seq 1 10000", { ...patience, outputLimit: 20 });
    expect(output).toBe("97\n9998\n9999\n10000\n".padStart(20, "9").slice(-20));
    expect(hiddenCharacters).toBe(48_894 - 20);
  });

  it("ends the whole process group when the time is over", async () => {
    const { end, output, durationMs } = await runCommand('sleep 60 & echo "$!"; wait', { timeoutMs: 300 });
    expect(end).toBe("timed-out");
    expect(durationMs).toBeLessThan(8000);
    expect(() => process.kill(Number(output), 0)).toThrow("ESRCH");
  });

  it("kills what ignores the request to end", async () => {
    const { end, durationMs } = await runCommand('trap "" TERM; while true; do sleep 0.1; done', {
      timeoutMs: 200,
    });
    expect(end).toBe("timed-out");
    expect(durationMs).toBeLessThan(10_000);
  });

  it("does not wait for a grandchild that holds its output", async () => {
    const { end, output, durationMs } = await runCommand("(sleep 30 &) ; echo done", patience);
    expect({ end, output }).toEqual({ end: "done", output: "done\n" });
    expect(durationMs).toBeLessThan(9000);
  });

  it("ends when it is aborted", async () => {
    const { end } = await runCommand("sleep 30", { ...patience, signal: AbortSignal.timeout(200) });
    expect(end).toBe("aborted");
  });

  it("masks secrets of the environment and passwords of URLs, in the command and in its output", async () => {
    const env = { DB_PASSWORD: "hunter2!", MYSQL_PWD: "opensesame", PLAIN: "visible" };
    const result = await runCommand("echo hunter2! $PLAIN $MYSQL_PWD postgres://ana:s3cret@db/kb", {
      ...patience,
      env,
    });
    expect(result.output).toBe("*** visible *** postgres://ana:***@db/kb\n");
    expect(JSON.stringify(result)).not.toMatch(/hunter2|s3cret|opensesame/);
  });

  it("masks what authorizes, and no author", async () => {
    const env = { AUTHORIZATION: "Bearer-1234", KBVAULT_AUTHOR: "Ana López", GIT_AUTHOR_NAME: "Bea Ruiz" };
    const { output } = await runCommand("echo Bearer-1234, Ana López, Bea Ruiz", { ...patience, env });
    expect(output).toBe("***, Ana López, Bea Ruiz\n");
  });

  it("ends what it started when this process ends", async () => {
    const program = `
      const { runCommand } = await import(${JSON.stringify(new URL("../../src/processes/run-command.ts", import.meta.url).href)});
      const running = runCommand('echo "$$"; sleep 60', { timeoutMs: 60_000, onLine: (line) => { console.log(line); process.exit(0); } });
      await running;`;
    const { output } = await runCommand(
      [
        process.execPath,
        "--experimental-strip-types",
        "--no-warnings",
        "--input-type=module",
        "--eval",
        program,
      ],
      patience,
    );
    await expect.poll(() => isRunning(Number(output))).toBe(false);
  });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
