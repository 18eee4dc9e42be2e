import type { StoreAccess } from "../../src/knowledge-base/store-access.ts";

/** Access to a knowledge base for tests of single operations; `members` as given, the rest as by default. */
export function makeAccess(
  members: Pick<StoreAccess, "kbPath" | "storage"> & Partial<StoreAccess>,
): StoreAccess {
  return {
    reading: {},
    comparing: {},
    signing: {},
    schemaPath: null,
    readOnly: false,
    lockTimeoutMs: 10_000,
    clock: () => new Date(),
    warn: () => {},
    hooks: {},
    ...members,
  };
}
