import { mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { acquireLock } from "../../src/files/lock.ts";
import type { KnowledgeBaseVersioner, VersionerOptions } from "../../src/index.ts";
import { type WatchEvent, type WatchOptions, watchKnowledgeBase } from "../../src/operations/watch.ts";
import { makeVersioner, type Sandbox } from "../knowledge-base/make-versioner.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";

const folder = useTemporaryFolder();

interface Watched extends Sandbox {
  /** The next event. */
  next(): Promise<WatchEvent>;
  /** The next event but `not-saved`: on a busy machine a file is also seen when it is cut off and not yet written. */
  nextSaved(): Promise<WatchEvent>;
  /** Ends the watch and gives the events that were not asked for. */
  stop(): Promise<WatchEvent[]>;
}

/** Writes the live file in one step: it is never seen empty, however busy the machine is. */
async function replaceKb(content: string | Uint8Array): Promise<void> {
  await writeFile(join(folder(), "new.json"), content);
  await rename(join(folder(), "new.json"), join(folder(), "kb.json"));
}

/** A store that is being watched; the first event, `watching`, has come. */
async function startWatching(
  content: string | null = "{}",
  options: WatchOptions = {},
  versionerOptions: VersionerOptions = {},
): Promise<Watched> {
  const sandbox = { ...(await makeVersioner(folder(), versionerOptions)), write: replaceKb };
  if (content !== null) await sandbox.write(content);
  return { ...sandbox, ...(await watching(sandbox.versioner, options)) };
}

async function watching(
  versioner: KnowledgeBaseVersioner,
  options: WatchOptions,
): Promise<Pick<Watched, "next" | "nextSaved" | "stop">> {
  const stopping = new AbortController();
  const events = watchKnowledgeBase(versioner, { debounceMs: 50, signal: stopping.signal, ...options });
  expect((await events.next()).value).toMatchObject({ kind: "watching", path: versioner.kbPath });
  const next = async (): Promise<WatchEvent> => {
    const { value } = await events.next();
    if (value === undefined) throw new Error("the watch is over");
    return value;
  };
  return {
    next,
    nextSaved: async () => {
      let event = await next();
      while (event.kind === "not-saved") event = await next();
      return event;
    },
    stop: async () => {
      stopping.abort();
      const rest: WatchEvent[] = [];
      for await (const event of events) rest.push(event);
      return rest;
    },
  };
}

describe("watching a knowledge base", () => {
  it("keeps what changed before it began, and says so", async () => {
    const { next, stop } = await startWatching("{}", { description: "While editing", tags: ["auto"] });
    expect(await next()).toMatchObject({
      kind: "saved",
      version: { sequence: 1, description: "While editing", tags: ["auto"] },
    });
    expect(await stop()).toMatchObject([{ kind: "stopped" }]);
  });

  it("keeps what is written in place", async () => {
    const { next, nextSaved, stop, file } = await startWatching();
    await next();
    await writeFile(file, '{"in": "place"}');
    expect(await nextSaved()).toMatchObject({ kind: "saved", version: { sequence: 2 } });
    await stop();
  });

  it("keeps each change once", async () => {
    const { next, stop, write, versioner } = await startWatching();
    await next();
    for (const n of [1, 2, 3]) {
      await write(JSON.stringify({ a: { n } }));
      expect(await next()).toMatchObject({ kind: "saved", version: { sequence: n + 1 } });
    }
    expect(await stop()).toMatchObject([{ kind: "stopped" }]);
    expect(await versioner.listVersions()).toHaveLength(4);
  });

  it("waits until the file rests", async () => {
    const { next, stop, write, versioner } = await startWatching("{}", { debounceMs: 1000 });
    await next();
    for (let n = 0; n < 8; n++) await write(JSON.stringify({ a: { n } }));
    expect(await next()).toMatchObject({ kind: "saved", version: { sequence: 2 } });
    expect((await versioner.readContent("v2")).toString()).toBe('{"a":{"n":7}}');
    await stop();
  });

  it("keeps a file that never rests, too", async () => {
    const { next, stop, write } = await startWatching("{}", { debounceMs: 100 });
    await next();
    let isKept = false;
    const writing = async (): Promise<void> => {
      for (let n = 0; !isKept; n++) {
        await write(JSON.stringify({ a: { n } }));
        await pause(30);
      }
    };
    const keeping = next().finally(() => {
      isKept = true;
    });
    const [event] = await Promise.all([keeping, writing()]);
    expect(event).toMatchObject({ kind: "saved", version: { sequence: 2 } });
    await stop();
  });

  it.each<[string, (file: string, content: string) => Promise<void>]>([
    [
      "replaced by rename, as editors do",
      async (file, content) => {
        await writeFile(`${file}.new`, content);
        await rename(`${file}.new`, file);
      },
    ],
    [
      "moved away as a backup and written anew",
      async (file, content) => {
        await rename(file, `${file}~`);
        await writeFile(file, content);
      },
    ],
    [
      "deleted and created again",
      async (file, content) => {
        await rm(file);
        await writeFile(file, content);
      },
    ],
  ])("notices a file that is %s, again and again", async (_, change) => {
    const { next, nextSaved, stop, file, versioner } = await startWatching('{"a": 1}');
    await next();
    for (const content of ['{"a": 2}', '{"a": 3}']) {
      await change(file, content);
      expect(await nextSaved()).toMatchObject({ kind: "saved" });
      expect((await versioner.readContent("latest")).toString()).toBe(content);
    }
    await stop();
  });

  it("follows a symbolic link, also to another folder and when it is pointed elsewhere", async () => {
    const [one, two] = [join(folder(), "one"), join(folder(), "two")];
    for (const place of [one, two]) {
      await mkdir(place);
      await writeFile(join(place, "real.json"), JSON.stringify({ place }));
    }
    await symlink(join(one, "real.json"), join(folder(), "kb.json"));
    const { next, stop } = await startWatching(null);
    expect(await next()).toMatchObject({ kind: "saved", version: { sequence: 1 } });
    await writeFile(join(one, "new"), '{"edited": 1}');
    await rename(join(one, "new"), join(one, "real.json"));
    expect(await next()).toMatchObject({ kind: "saved", version: { sequence: 2 } });
    await symlink(join(two, "real.json"), join(folder(), "link"));
    await rename(join(folder(), "link"), join(folder(), "kb.json"));
    expect(await next()).toMatchObject({ kind: "saved", version: { sequence: 3 } });
    await writeFile(join(two, "new"), '{"edited": 2}');
    await rename(join(two, "new"), join(two, "real.json"));
    expect(await next()).toMatchObject({ kind: "saved", version: { sequence: 4 } });
    await stop();
  });

  it("tells once that the file is not JSON, and keeps it when it is again", async () => {
    const { next, nextSaved, stop, write } = await startWatching();
    await next();
    await write('{"a": ');
    const broken = await next();
    expect(broken).toMatchObject({ kind: "not-saved", error: { code: "INVALID_JSON" }, retryMs: null });
    await write('{"a":  ');
    await write('{"a": 1}');
    expect(await nextSaved()).toMatchObject({ kind: "saved", version: { sequence: 2 } });
    await write("");
    expect(await next()).toMatchObject({ kind: "not-saved", error: { code: "KB_EMPTY" } });
    await write('{"a": 1}');
    expect(await next()).toMatchObject({ kind: "unchanged", version: { sequence: 2 } });
    await stop();
  });

  it("tells that the file is gone, and goes on when its folder is created again", async () => {
    const place = join(folder(), "deep");
    await mkdir(place);
    const file = join(place, "kb.json");
    await symlink(file, join(folder(), "kb.json"));
    await writeFile(file, "{}");
    const { next, nextSaved, stop } = await startWatching(null);
    await next();
    await rm(place, { recursive: true });
    expect(await next()).toMatchObject({ kind: "not-saved", error: { code: "KB_NOT_FOUND" } });
    await mkdir(place);
    await writeFile(file, '{"back": {}}');
    expect(await nextSaved()).toMatchObject({ kind: "saved", version: { sequence: 2 } });
    await stop();
  });

  it("tries again when somebody else holds the lock", async () => {
    const { next, stop, write, store } = await startWatching("{}", { retryMs: 50 }, { lockTimeoutMs: 0 });
    await next();
    const lock = await acquireLock(join(store, ".lock"), { timeoutMs: 1000, purpose: "a test" });
    await write('{"a": 1}');
    expect(await next()).toMatchObject({ kind: "not-saved", error: { code: "LOCKED" }, retryMs: 50 });
    await lock.release();
    expect(await next()).toMatchObject({ kind: "saved", version: { sequence: 2 } });
    await stop();
  });

  it("tells that a hook refused, and waits for the next change", async () => {
    let refuse = true;
    const preSnapshot = (): void => {
      if (refuse)
        throw Object.assign(new Error("not today"), { name: "KbvaultError", code: "HOOK_FAILED", data: {} });
    };
    const { next, stop, write } = await startWatching("{}", {}, { hooks: { preSnapshot } });
    expect(await next()).toMatchObject({
      kind: "not-saved",
      error: { code: "HOOK_FAILED", message: "not today" },
    });
    refuse = false;
    await write('{"a": 1}');
    expect(await next()).toMatchObject({ kind: "saved" });
    await stop();
  });

  it("keeps what has just been written when it is stopped", async () => {
    const { next, stop, write } = await startWatching("{}", { debounceMs: 60_000 });
    await next();
    await write('{"a": 1}');
    expect(await stop()).toMatchObject([{ kind: "saved", version: { sequence: 2 } }, { kind: "stopped" }]);
  });

  it("ends with the error when there is no store", async () => {
    const { versioner, store, write } = await makeVersioner(folder());
    await write("{}");
    await rm(store, { recursive: true });
    const { next } = await watching(versioner, {});
    await expect(next()).rejects.toMatchObject({ code: "STORE_NOT_FOUND" });
  });
});
