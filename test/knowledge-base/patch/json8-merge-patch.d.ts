declare module "json8-merge-patch" {
  export function apply(document: unknown, patch: unknown): unknown;
}
