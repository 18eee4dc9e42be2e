/**
 * WindowedList: a list of any length, of which only what is in view is in the document.
 *
 * @module
 */
import {
  defaultRangeExtractor,
  elementScroll,
  observeElementOffset,
  observeElementRect,
  observeWindowOffset,
  observeWindowRect,
  type Range,
  Virtualizer,
  windowScroll,
} from "@tanstack/virtual-core";
import type { ComponentChildren, JSX, RefObject } from "preact";
import { useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";

/** Rows beyond either edge that are drawn, too, so that scrolling shows no gaps. */
const overscan = 12;

/** Properties of WindowedList. */
export interface WindowedListProps {
  readonly count: number;
  /** Height of a row in pixels before it is measured. */
  readonly estimate: (index: number) => number;
  /** Tells rows apart when they move. */
  readonly keyOf: (index: number) => string;
  readonly row: (index: number) => ComponentChildren;
  /** What a screen reader calls the list. */
  readonly label: string;
  /** The row that is scrolled into view whenever this is another one. It is in the document always, so it keeps the focus. */
  readonly inView?: number | null;
  readonly class?: string;
  /** Whether the list scrolls with the page, and not by itself in a box as high as the class says. Default: by itself. */
  readonly withPage?: boolean;
}

/** A list whose rows may differ in height: each is measured when it is drawn. */
export function WindowedList(props: WindowedListProps): JSX.Element {
  const { count, row, label } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer(props, scroller);
  const { scrollMargin } = virtualizer.options;
  return (
    <div ref={scroller} class={`windowed ${props.class ?? ""}`}>
      <ul aria-label={label} style={{ height: `${virtualizer.getTotalSize()}px` }}>
        {virtualizer.getVirtualItems().map(({ index, key, start }) => (
          <li
            key={key}
            ref={virtualizer.measureElement}
            data-index={index}
            aria-setsize={count}
            aria-posinset={index + 1}
            style={{ transform: `translateY(${start - scrollMargin}px)` }}
          >
            {row(index)}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Of a list that scrolls by itself, or with the page. */
type AnyVirtualizer = Virtualizer<HTMLElement, HTMLLIElement> | Virtualizer<Window, HTMLLIElement>;

function useVirtualizer(
  { count, estimate, keyOf, inView = null, withPage = false }: WindowedListProps,
  scroller: RefObject<HTMLDivElement>,
): AnyVirtualizer {
  const [, redraw] = useReducer((times: number) => times + 1, 0);
  const shared = {
    count,
    estimateSize: estimate,
    getItemKey: keyOf,
    overscan,
    rangeExtractor: (range: Range) =>
      withRow(defaultRangeExtractor(range), inView !== null && inView < count ? inView : null),
    onChange: () => redraw(undefined),
  };
  const byItself = {
    ...shared,
    getScrollElement: () => scroller.current,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
  };
  const top = scroller.current?.getBoundingClientRect().top ?? 0;
  const ofPage = {
    ...shared,
    getScrollElement: () => window,
    observeElementRect: observeWindowRect,
    observeElementOffset: observeWindowOffset,
    scrollToFn: windowScroll,
    scrollMargin: Math.round(top + scrollY),
  };
  const [kept] = useState(() =>
    withPage
      ? { withPage, virtualizer: new Virtualizer<Window, HTMLLIElement>(ofPage) }
      : { withPage, virtualizer: new Virtualizer<HTMLElement, HTMLLIElement>(byItself) },
  );
  const { virtualizer } = kept;
  if (kept.withPage) kept.virtualizer.setOptions(ofPage);
  else kept.virtualizer.setOptions(byItself);
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());
  useLayoutEffect(() => {
    if (inView !== null) virtualizer.scrollToIndex(inView);
  }, [virtualizer, inView]);
  return virtualizer;
}

function withRow(shown: readonly number[], row: number | null): number[] {
  if (row === null || shown.includes(row)) return [...shown];
  return [...shown, row].toSorted((one, other) => one - other);
}
