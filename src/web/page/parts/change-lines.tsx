/**
 * ChangeLines: a text that changed, with its words marked.
 *
 * @module
 */
import type { ComponentChildren, JSX } from "preact";
import { texts } from "../language.ts";
import { HiddenNote } from "./hidden-note.tsx";
import { KbText } from "./kb-text.tsx";
import { type Arrangement, type ChangeLines as Lines, sideRows, type TextLine } from "./side-rows.ts";

/** Properties of ChangeLines. */
export interface ChangeLinesProps {
  readonly lines: Lines;
  readonly arrangement: Arrangement;
  /** Shows what is hidden; without it, notes only say how much that is. */
  readonly onShowWhole?: (() => void) | undefined;
}

/** The lines of a change. */
export function ChangeLines({ lines, arrangement, onShowWhole }: ChangeLinesProps): JSX.Element {
  return arrangement === "side" ? (
    <SideBySide lines={lines} onShowWhole={onShowWhole} />
  ) : (
    <Inline lines={lines} onShowWhole={onShowWhole} />
  );
}

type LinesProps = Omit<ChangeLinesProps, "arrangement">;

function Inline({ lines, onShowWhole }: LinesProps): JSX.Element {
  return (
    <div class="lines">
      {lines.map((line, index) =>
        line.kind === "note" ? (
          <Gap key={index}>
            <HiddenNote text={line.text} onShow={onShowWhole} />
          </Gap>
        ) : (
          <Line key={index} line={line} onShowWhole={onShowWhole} />
        ),
      )}
    </div>
  );
}

function SideBySide({ lines, onShowWhole }: LinesProps): JSX.Element {
  return (
    <div class="lines lines-side">
      {sideRows(lines).map((row, index) =>
        row.kind === "note" ? (
          <Gap key={index}>
            <HiddenNote text={row.text} onShow={onShowWhole} />
          </Gap>
        ) : (
          <div key={index} class="side-row">
            <SideLine line={row.before} side="removed" onShowWhole={onShowWhole} />
            <SideLine line={row.after} side="added" onShowWhole={onShowWhole} />
          </div>
        ),
      )}
    </div>
  );
}

function Gap({ children }: { readonly children: ComponentChildren }): JSX.Element {
  return <div class="lines-gap">{children}</div>;
}

/** One of two columns. A line that changed in part carries the sign of its side. */
function SideLine({
  line,
  side,
  onShowWhole,
}: {
  readonly line: TextLine | null;
  readonly side: "removed" | "added";
  readonly onShowWhole: (() => void) | undefined;
}): JSX.Element {
  if (line === null) return <div class="line line-nothing" />;
  const kind = line.kind === "mixed" ? side : line.kind;
  return <Line line={{ kind, parts: line.parts }} onShowWhole={onShowWhole} isPart={line.kind === "mixed"} />;
}

const signs = { common: " ", removed: "−", added: "+", mixed: "~" } as const;

const signWords: Readonly<Record<TextLine["kind"], string>> = {
  common: "",
  removed: `${texts.changes.kinds.removed}: `,
  added: `${texts.changes.kinds.added}: `,
  mixed: `${texts.changes.kinds.changed}: `,
};

function Line({
  line,
  onShowWhole,
  isPart = false,
}: {
  readonly line: TextLine;
  readonly onShowWhole: (() => void) | undefined;
  /** Whether the line changed in part only. */
  readonly isPart?: boolean;
}): JSX.Element {
  return (
    <div class={`line line-${line.kind}${isPart ? " line-part" : ""}`}>
      <span class="line-sign" aria-hidden="true">
        {signs[line.kind]}
      </span>
      <span class="unseen">{signWords[line.kind]}</span>
      <span class="line-text" dir="auto">
        {line.parts.map((part, index) => (
          <Part key={index} part={part} onShowWhole={onShowWhole} />
        ))}
      </span>
    </div>
  );
}

function Part({
  part: { kind, text },
  onShowWhole,
}: {
  readonly part: TextLine["parts"][number];
  readonly onShowWhole: (() => void) | undefined;
}): JSX.Element {
  switch (kind) {
    case "note":
      return <HiddenNote text={text} onShow={onShowWhole} />;
    case "removed":
      return (
        <del>
          <KbText text={text} />
        </del>
      );
    case "added":
      return (
        <ins>
          <KbText text={text} />
        </ins>
      );
    case "common":
      return <KbText text={text} />;
  }
}
