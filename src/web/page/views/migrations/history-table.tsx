/**
 * HistoryTable: what was applied, newest first.
 *
 * @module
 */
import type { JSX } from "preact";
import type { MigrationsAnswer } from "../../../api.ts";
import { texts } from "../../language.ts";
import { Time } from "../../parts/time.tsx";

/** One row for each that the database remembers, with what a person or a failure left there. */
export function HistoryTable({ history }: { readonly history: MigrationsAnswer["history"] }): JSX.Element {
  return (
    <section aria-labelledby="migrations-history">
      <h2 id="migrations-history">{texts.migrations.history}</h2>
      {history.length === 0 ? (
        <p class="quiet">{texts.migrations.noHistory}</p>
      ) : (
        <table class="flow">
          <thead>
            <tr>
              <th scope="col">{texts.migrations.id}</th>
              <th scope="col">{texts.migrations.applied}</th>
              <th scope="col">{texts.migrations.duration}</th>
            </tr>
          </thead>
          <tbody>
            {history.map((row) => (
              <tr key={row.appliedOrder}>
                <td>
                  <code>
                    {row.version}_{row.name}
                  </code>
                  {row.note !== null && <span class="history-note quiet">{row.note}</span>}
                  {row.error !== null && <span class="migration-problem">{row.error}</span>}
                </td>
                <td>
                  <Time iso={row.appliedAt} age />{" "}
                  <span class="quiet">{texts.migrations.by(row.appliedBy)}</span>
                </td>
                <td>
                  {row.durationMs === null
                    ? texts.migrations.notRun
                    : `${texts.number(Math.round(row.durationMs))} ms`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
