/**
 * Blame: the fields of an entry, each with the version that gave it its value.
 *
 * @module
 */
import type { JSX } from "preact";
import type { EntryBlameAnswer } from "../../../api.ts";
import { texts } from "../../language.ts";
import { PathName } from "../../parts/change.tsx";
import { steadyField } from "../../parts/pointer.ts";
import { RestoreFieldButton } from "../../parts/restore-buttons.tsx";
import { Age } from "../../parts/time.tsx";
import { VersionName } from "../../parts/version-name.tsx";
import { type BlamedField, type BlameGroup, blameGroups } from "./blame-groups.ts";
import { ValueText } from "./value-text.tsx";

/** The fields in groups, with the origin of each group beside it. */
export function Blame({ blame }: { readonly blame: EntryBlameAnswer }): JSX.Element {
  return (
    <div class="blame">
      {blameGroups(blame.fields).map((group) => (
        <section key={group.origin.path} class={`blame-group${group.isNewest ? " blame-newest" : ""}`}>
          <Origin group={group} />
          <dl class="blame-fields">
            {group.fields.map(({ path, value }, index) => (
              <div key={`${path} ${index}`} class="blame-field">
                <dt>
                  <PathName path={path} />
                </dt>
                <dd>
                  <ValueText json={value} />
                </dd>
                {blame.ref !== "live" && isFirstOfField(group.fields, index) && (
                  <dd class="blame-action">
                    <RestoreFieldButton state={blame.ref} id={blame.id} path={path} />
                  </dd>
                )}
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}

/** Whether the field at `index` begins what its button restores: elements of an array come back together. */
function isFirstOfField(fields: readonly BlamedField[], index: number): boolean {
  const [before, field] = [fields[index - 1], fields[index]];
  if (before === undefined || field === undefined) return true;
  return steadyField(before.path) !== steadyField(field.path);
}

function Origin({ group: { origin, isNewest } }: { readonly group: BlameGroup }): JSX.Element {
  const { versionId, author, createdAt } = origin;
  if (versionId === null)
    return (
      <header class="blame-origin">
        <strong>{texts.entry.notSaved}</strong>
      </header>
    );
  return (
    <header class="blame-origin">
      <span>
        <VersionName id={versionId} />
        {isNewest && <span class="blame-mark">{texts.entry.newest}</span>}
      </span>
      {author !== null && <bdi>{author}</bdi>}
      {createdAt !== null && (
        <span class="quiet">
          <Age iso={createdAt} />
        </span>
      )}
    </header>
  );
}
