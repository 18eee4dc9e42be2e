/**
 * Sending of one blob, hashed on its way: what is not what it should be never gets its name.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { PackInfo } from "../record.ts";
import { signatureName } from "../signatures/signature.ts";
import type { BlobStorage } from "../storage/storage.ts";
import { damagedIn } from "./new-blobs.ts";
import type { SettledPack } from "./settle-pack.ts";

/** How much of a pack is in memory at a time. */
const pieceBytes: number = 4 * 1024 * 1024;

/** What is larger is no signature. */
const mostSignatureBytes: number = 64 * 1024;

/** SourceChanged is thrown where a blob is gone that was there a moment ago: everything has to be looked at again. */
export class SourceChanged extends Error {
  constructor(file: string) {
    super(`${file} is gone`);
  }
}

/**
 * Sends a pack, unless the target has it; resolves to the bytes that were sent.
 *
 * @throws SourceChanged
 * @throws KbvaultError STORE_DAMAGED where it is not what its record or event says, or where another blob has its name
 */
export async function sendPack(source: BlobStorage, target: BlobStorage, pack: SettledPack): Promise<number> {
  const { from } = pack;
  const { file, sections } = pack.place;
  if ((await target.stat(file)) === null) {
    if (from === "target") throw new SourceChanged(file);
    const chunks = from === "source" ? piecesOf(source, file, sections) : from;
    if (await target.putIfAbsent(file, chunks)) return sections.size;
  }
  if (from !== "target") await checkThere(target, file, sections);
  return 0;
}

/** Sends the signature of a version, where there is one. What it is worth, `verify --signatures` says. */
export async function sendSignature(
  source: BlobStorage,
  target: BlobStorage,
  versionId: string,
): Promise<void> {
  const name = signatureName(versionId);
  if ((await target.stat(name)) !== null) return;
  const bytes = await source.get(name, { offset: 0, length: mostSignatureBytes + 1 });
  if (bytes === null) return;
  if (bytes.length > mostSignatureBytes) throw damagedIn(source, name, "it is too large for a signature");
  await target.putIfAbsent(name, bytes);
}

/** The bytes of a blob; the last of them are held back until the hash of all is right. */
async function* piecesOf(source: BlobStorage, file: string, info: PackInfo): AsyncGenerator<Buffer> {
  const hash = createHash("sha256");
  for (let offset = 0; offset < info.size; offset += pieceBytes) {
    const length = Math.min(pieceBytes, info.size - offset);
    const bytes = await source.get(file, { offset, length });
    if (bytes === null) throw new SourceChanged(file);
    hash.update(bytes);
    const isWrong =
      bytes.length !== length || (offset + length === info.size && hash.digest("hex") !== info.sha256);
    if (isWrong) throw damagedIn(source, file, "its bytes are not those that were written");
    yield bytes;
  }
}

/** A pack that was sent before, perhaps by somebody else: it counts only when it is the same. */
async function checkThere(target: BlobStorage, file: string, info: PackInfo): Promise<void> {
  const hash = createHash("sha256");
  for (let offset = 0; offset < info.size; offset += pieceBytes) {
    const bytes = await target.get(file, { offset, length: Math.min(pieceBytes, info.size - offset) });
    if (bytes === null || bytes.length === 0) break;
    hash.update(bytes);
  }
  if (hash.digest("hex") === info.sha256) return;
  throw damagedIn(
    target,
    file,
    "another blob has this name, perhaps of a writer that was killed; a prune takes that away when it is a day old",
  );
}
