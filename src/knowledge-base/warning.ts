/** Something worth knowing that did not stop the work. */
export interface Warning {
  readonly code:
    | "CATALOG_REBUILT"
    | "DUPLICATE_KEY"
    | "DUPLICATE_ID"
    | "EVENT_UNKNOWN"
    | "HOOK_FAILED"
    | "SCHEMA_VIOLATION"
    | "SEQUENCE_COLLISION"
    | "STORE_DAMAGED";
  readonly message: string;
  /** What the message says, as plain JSON. */
  readonly data: Readonly<Record<string, unknown>>;
}
