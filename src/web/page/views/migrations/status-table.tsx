/**
 * StatusTable: where every migration stands.
 *
 * @module
 */
import type { JSX } from "preact";
import type { MigrationRow } from "../../../api.ts";
import { texts } from "../../language.ts";
import { Time } from "../../parts/time.tsx";

const signs: Readonly<Record<MigrationRow["state"], string>> = {
  applied: "✓",
  pending: "○",
  "half-applied": "◐",
};

/** One row for each, in the order of their stamps. */
export function StatusTable({ migrations }: { readonly migrations: readonly MigrationRow[] }): JSX.Element {
  return (
    <section aria-labelledby="migrations-status">
      <h2 id="migrations-status">{texts.migrations.status}</h2>
      {migrations.length === 0 ? (
        <p class="quiet">{texts.migrations.none}</p>
      ) : (
        <table class="flow">
          <thead>
            <tr>
              <th scope="col">{texts.migrations.id}</th>
              <th scope="col">{texts.migrations.state}</th>
              <th scope="col">{texts.migrations.applied}</th>
            </tr>
          </thead>
          <tbody>
            {migrations.map(({ id, state, problems, appliedAt, appliedBy }) => (
              <tr key={id}>
                <td>
                  <code>{id}</code>
                  {problems.map((problem) => (
                    <span key={problem} class="migration-problem">
                      <span aria-hidden="true">! </span>
                      {texts.migrations.problemTexts[problem]}
                    </span>
                  ))}
                </td>
                <td>
                  <span class={`migration-state migration-${state}`}>
                    <span aria-hidden="true">{signs[state]} </span>
                    {texts.migrations.states[state]}
                  </span>
                </td>
                <td>
                  {appliedAt !== null && <Time iso={appliedAt} />}{" "}
                  {appliedBy !== null && <span class="quiet">{texts.migrations.by(appliedBy)}</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
