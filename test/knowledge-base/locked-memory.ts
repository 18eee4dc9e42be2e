import { MemoryStorage } from "../../src/knowledge-base/storage/memory.ts";

/** Blobs in memory of which nobody else writes any, as in a folder whose lock is held. */
export class LockedMemory extends MemoryStorage {
  override readonly isFolder: boolean = true;
}
