/**
 * ChangeView: one change of an entry.
 *
 * @module
 */
import type { ComponentChildren, JSX } from "preact";
import { texts } from "../language.ts";
import { ChangeLines } from "./change-lines.tsx";
import { Finding } from "./finding.tsx";
import { KbText } from "./kb-text.tsx";
import { readablePointer } from "./pointer.ts";
import type { Arrangement, Change } from "./side-rows.ts";

/** Properties of ChangeView. */
export interface ChangeViewProps {
  readonly change: Change;
  readonly arrangement: Arrangement;
  /** Shows what is hidden; without it, notes only say how much that is. */
  readonly onShowWhole?: (() => void) | undefined;
  /** Beside the name of the field. */
  readonly actions?: ComponentChildren;
}

/** The field, what kind of change it is, what the rules say, and both sides. It can take the focus. */
export function ChangeView({ change, arrangement, onShowWhole, actions }: ChangeViewProps): JSX.Element {
  const { path, kind, body, findings } = change;
  return (
    <section class={`change change-${kind}`} data-change tabIndex={-1} aria-label={nameOf(path)}>
      <div class="change-head">
        <PathName path={path} />
        <span class={`kind kind-${kind}`}>{texts.changes.kinds[kind]}</span>
        {findings.map((finding) => (
          <Finding key={finding.rule} finding={finding} />
        ))}
        {actions !== undefined && <span class="change-actions">{actions}</span>}
      </div>
      <ChangeBody body={body} arrangement={arrangement} onShowWhole={onShowWhole} />
    </section>
  );
}

/** The name of a field; the pointer itself is in the title. */
export function PathName({ path }: { readonly path: string }): JSX.Element {
  return (
    <bdi class="path" title={path}>
      <KbText text={nameOf(path)} />
    </bdi>
  );
}

function nameOf(path: string): string {
  return path === "" ? texts.changes.wholeValue : readablePointer(path);
}

function ChangeBody({
  body,
  arrangement,
  onShowWhole,
}: {
  readonly body: Change["body"];
  readonly arrangement: Arrangement;
  readonly onShowWhole: (() => void) | undefined;
}): JSX.Element {
  switch (body.kind) {
    case "moved":
      return <p class="moved">{texts.changes.moved(texts.number(body.from), texts.number(body.to))}</p>;
    case "lines":
      return <ChangeLines lines={body.lines} arrangement={arrangement} onShowWhole={onShowWhole} />;
    case "values": {
      const isShortened = [body.before, body.after].some((text) =>
        /\[\d+ characters? hidden\]/.test(text ?? ""),
      );
      return (
        <>
          <div class={arrangement === "side" ? "values values-side" : "values"}>
            <div class="value">
              {body.before === null ? (
                <span class="quiet">{texts.changes.nothingBefore}</span>
              ) : (
                <del dir="auto">
                  <KbText text={body.before} />
                </del>
              )}
            </div>
            <span class="values-arrow" aria-hidden="true">
              →
            </span>
            <div class="value">
              {body.after === null ? (
                <span class="quiet">{texts.changes.nothingAfter}</span>
              ) : (
                <ins dir="auto">
                  <KbText text={body.after} />
                </ins>
              )}
            </div>
          </div>
          {isShortened && onShowWhole !== undefined && (
            <button type="button" class="hidden-note" onClick={onShowWhole}>
              {texts.changes.showWhole}
            </button>
          )}
        </>
      );
    }
  }
}
