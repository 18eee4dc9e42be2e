import { MemoryStorage } from "../../src/knowledge-base/storage/memory.ts";
import type { BlobStorage } from "../../src/knowledge-base/storage/storage.ts";
import { LockedMemory } from "./locked-memory.ts";

/** A copy of all blobs of a store, of the kind of `storage`. */
export async function copyOf(storage: BlobStorage): Promise<MemoryStorage> {
  const copy = storage.isFolder ? new LockedMemory() : new MemoryStorage();
  for (const prefix of ["", "journal/", "packs/", "signatures/", "turns/"])
    for (const name of await storage.list(prefix)) await copy.putIfAbsent(name, (await storage.get(name))!);
  return copy;
}

/** `storage`, in which the `last`th write or removal and all after it never happen. */
export function endingAfter(storage: MemoryStorage, last: number): MemoryStorage {
  let done = 0;
  return new Proxy(storage, {
    get: (target, key) => {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== "function") return member;
      if (key !== "putIfAbsent" && key !== "remove") return member.bind(target);
      return (...args: unknown[]) => {
        done += 1;
        if (done >= last) throw new Error("killed");
        return Reflect.apply(member, target, args);
      };
    },
  });
}
