/** Something wrong with a file of the store. */
export interface StoreProblem {
  /** Name of the file inside the store's folder. */
  readonly file: string;
  readonly kind:
    | "missing"
    | "damaged"
    | "unreadable"
    | "unknown-format"
    | "sequence-collision"
    | "bad-signature"
    | "unknown-signer";
  /** What is wrong, in a sentence. */
  readonly message: string;
  /** Ids of the versions that cannot be used, or not be trusted, because of it. */
  readonly affectedVersions: readonly string[];
  /** What to do now, in a sentence. */
  readonly next: string;
}
