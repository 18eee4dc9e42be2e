import { execFile } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { lacksServer, testEngines } from "../database/engines.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";
import { codeBlocks } from "./code-blocks.ts";

const root = join(import.meta.dirname, "../..");
const folder = useTemporaryFolder();
const run = promisify(execFile);
/** The commands of the block that begins with `first`. */
async function block(first: string): Promise<string> {
  const found = (await codeBlocks("docs/deploy.md", "sh")).find((text) => text.startsWith(first));
  if (found === undefined) throw new Error(`docs/deploy.md has no block that begins with ${first}`);
  return found;
}

describe("docs/deploy.md", () => {
  it.skipIf(lacksServer("postgres"))(
    "brings a PostgreSQL database to production and back with its own commands",
    { timeout: 120_000 },
    async () => {
      const database = await testEngines.postgres.create();
      try {
        for (const name of ["data", "versions", "kbvault.config.json"])
          cpSync(join(root, name), join(folder(), name), { recursive: true });
        const programs = join(folder(), "bin");
        mkdirSync(programs);
        writeFileSync(
          join(programs, "kbvault"),
          `#!/bin/sh\nexec ${process.execPath} ${join(root, "bin/kbvault.js")} "$@"\n`,
        );
        chmodSync(join(programs, "kbvault"), 0o755);
        const env = {
          ...process.env,
          PATH: `${programs}:${process.env["PATH"]}`,
          DATABASE_URL: database.url,
          KBVAULT_AUTHOR: "Ana",
        };
        const shell = (text: string): Promise<{ stdout: string; stderr: string }> =>
          run("sh", ["-ec", text], { cwd: folder(), env });

        await shell(await block("kbvault migrate wait"));
        expect((await shell("kbvault migrate pending --json")).stdout).toContain('"pending": []');
        expect((await shell("kbvault maintenance status")).stdout).toContain("off");
        await shell(await block("kbvault migrate down"));
        expect((await shell("kbvault backup list")).stdout).toContain("before-release");
        expect((await shell("kbvault migrate current")).stdout).not.toContain("001");
      } finally {
        await database.drop();
      }
    },
  );
});
