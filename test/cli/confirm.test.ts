import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { restore, undo } from "../../src/cli/commands/restore.ts";
import { askedContext } from "./asked-context.ts";
import { createStore, firstKb, router } from "./sandbox.ts";

describe("on a terminal", () => {
  it("restore shows its plan, asks, and does it after a yes", async () => {
    const store = await createStore(firstKb);
    const original = await store.read();
    await store.write({ router });
    const { context, asked } = askedContext(store, "yes");
    expect(await restore(context, "v1", {})).toMatchObject({ value: { restored: true } });
    expect(asked).toEqual([
      {
        lines: expect.arrayContaining(["Plan", "    changes   +2 -0 ~0, 1 unchanged"]),
        question: "Replace kb.json?",
      },
    ]);
    expect(await store.read()).toEqual(original);
  });

  it("restore changes nothing after a no", async () => {
    const store = await createStore(firstKb);
    await store.write({ router });
    const before = await store.read();
    const { context } = askedContext(store, "no");
    await expect(restore(context, "v1", {})).rejects.toMatchObject({ code: "INTERRUPTED" });
    expect(await store.read()).toEqual(before);
  });

  it("restore asks before it replaces another file", async () => {
    const store = await createStore(firstKb);
    const copy = `${store.folder}/copy.json`;
    const { context, asked } = askedContext(store, "yes");
    await restore(context, "v1", { to: copy });
    expect(asked).toEqual([]);
    await restore(context, "v1", { to: copy });
    expect(asked).toHaveLength(1);
    expect(await readFile(copy)).toEqual(await store.read());
  });

  it("undo asks too", async () => {
    const store = await createStore(firstKb);
    await store.write({ router });
    const { context, asked } = askedContext(store, "yes");
    await restore(context, "v1", { yes: true });
    expect(asked).toEqual([]);
    expect(await undo(context, {})).toMatchObject({ value: { restored: true } });
    expect(asked).toHaveLength(1);
  });
});
