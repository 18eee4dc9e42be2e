import type { Committer } from "../../src/knowledge-base/journal.ts";
import type { BlobStorage } from "../../src/knowledge-base/storage/storage.ts";

/** What puts the blobs of events into `storage`, where nobody else writes. */
export function committerOf(storage: BlobStorage): Committer {
  return { commit: (name, bytes) => storage.putIfAbsent(name, bytes) };
}
