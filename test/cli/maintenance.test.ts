import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createStore, firstKb } from "./sandbox.ts";

describe("kbvault maintenance", () => {
  it("is off, on and off again, and says so by its exit status", async () => {
    const sandbox = await createStore(firstKb);
    expect(await sandbox.run(["maintenance", "status"])).toMatchObject({
      status: 0,
      stdout: "Maintenance mode is off.\n",
    });
    const on = await sandbox.run(["maintenance", "on", "--reason", "New router", "--ttl", "30m"]);
    expect(on).toMatchObject({ status: 0, stderr: "Next: kbvault maintenance off\n" });
    expect(on.stdout).toMatch(/^Maintenance mode is on until .* UTC\.\n {4}by Ana on .*\n {4}New router\n$/);
    expect((await sandbox.run(["maintenance", "status"])).status).toBe(5);
    expect((await sandbox.run(["maintenance", "off"])).status).toBe(0);
    expect((await sandbox.run(["maintenance", "status"])).status).toBe(0);
  });

  it("keeps its file beside the configuration, also from a folder below", async () => {
    const sandbox = await createStore(firstKb);
    await sandbox.run(["-C", "versions", "maintenance", "on"]);
    const file = join(sandbox.folder, ".kbvault/maintenance.json");
    expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({ format: 1, by: "Ana", until: null });
    expect(await sandbox.json(["maintenance", "status"])).toMatchObject({
      on: true,
      flag: { by: "Ana" },
      file,
    });
  });

  it("makes commands warn that change something, and stops none", async () => {
    const sandbox = await createStore(firstKb);
    await sandbox.run(["maintenance", "on", "--reason", "New router"]);
    await sandbox.write({ ...firstKb, more: { title: "More" } });
    const saved = await sandbox.run(["snapshot", "-m", "More"]);
    expect(saved.status).toBe(0);
    expect(saved.stderr).toMatch(/warning Maintenance mode is on by Ana since \S+ \(New router\)\./);
    expect((await sandbox.run(["restore", "v1", "--yes"])).stderr).toContain("Maintenance mode is on");
    expect((await sandbox.run(["log"])).stderr).not.toContain("Maintenance");
  });

  it("counts as on where its file cannot be understood", async () => {
    const sandbox = await createStore(firstKb);
    await sandbox.run(["maintenance", "on"]);
    await writeFile(join(sandbox.folder, ".kbvault/maintenance.json"), "?");
    const status = await sandbox.run(["maintenance", "status"]);
    expect(status).toMatchObject({ status: 5 });
    expect(status.stdout).toContain("cannot be understood");
  });

  it("refuses a time that is none", async () => {
    const sandbox = await createStore(firstKb);
    expect(await sandbox.run(["maintenance", "on", "--ttl", "soon"])).toMatchObject({ status: 2 });
    expect((await sandbox.run(["maintenance", "status"])).status).toBe(0);
  });
});
