/**
 * VersionName: what a version is called.
 *
 * @module
 */
import type { JSX } from "preact";
import type { VersionRow } from "../../api.ts";
import { texts } from "../language.ts";

/** The shortest name of a version: `v3` of `v3_20250127_120000`. */
export function shortName(versionId: string): string {
  return versionId.split("_", 1)[0] ?? versionId;
}

/** What a state is called in a sentence: `v3`, or `live file`. */
export function stateName(id: string): string {
  return id === "live" ? texts.general.live : shortName(id);
}

/** The short name of a version with its labels, or `live file`. Takes a version (null: live), or its id (`live` too). */
export function VersionName(
  props: { readonly version: VersionRow | null } | { readonly id: string },
): JSX.Element {
  const version = "version" in props ? props.version : null;
  const id = "id" in props ? props.id : (props.version?.versionId ?? "live");
  if (id === "live") return <span class="version-name">{texts.general.live}</span>;
  return (
    <span class="version-name" title={id}>
      {shortName(id)}
      {version?.labels.map((label) => (
        <span key={label} class="label">
          {label}
        </span>
      ))}
    </span>
  );
}
