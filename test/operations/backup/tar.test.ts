import { spawnSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { faultOfTar } from "../../../src/operations/backup/engines/tar.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";

const folder = useTemporaryFolder();

describe("the structure of an archive", () => {
  it("is whole as tar wrote it, and anything else is named", async () => {
    await mkdir(join(folder(), "data", "base"), { recursive: true });
    await writeFile(join(folder(), "data", "PG_VERSION"), "17\n");
    await writeFile(join(folder(), "data", "base", "1"), "x".repeat(1500));
    const archive = join(folder(), "a.tar");
    spawnSync("tar", ["--format=ustar", "-cf", archive, "-C", join(folder(), "data"), "."]);
    const bytes = await readFile(archive);
    expect(faultOfTar(bytes, "PG_VERSION")).toBeNull();
    expect(faultOfTar(bytes, "pg_control")).toBe("it holds no file pg_control");
    expect(faultOfTar(bytes.subarray(0, 2048), "PG_VERSION")).toBe("it ends in the middle");
    expect(faultOfTar(Buffer.alloc(0), "PG_VERSION")).toBe("it ends in the middle");
    const changed = Buffer.from(bytes);
    changed[5] = 0x41;
    expect(faultOfTar(changed, "PG_VERSION")).toBe("the header at byte 0 is damaged");
  });
});
