/**
 * Draws the chart of the timeline. Loaded with its library when there is something to draw.
 *
 * @module
 */
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { VersionRow } from "../../../api.ts";
import { texts } from "../../language.ts";
import type { ChartData } from "./chart-data.ts";

const height = 150;

/** What the reader does with the chart. */
export interface ChartEvents {
  /** The version under the pointer, or null. */
  readonly onPoint: (version: VersionRow | null) => void;
  readonly onChoose: (version: VersionRow) => void;
}

/** Draws into `target`, anew when its width or the colours of the page change; returns what removes it. */
export function drawChart(target: HTMLElement, data: ChartData, events: ChartEvents): () => void {
  let plot = makePlot(target, data, events);
  const resized = new ResizeObserver(() => plot.setSize({ width: target.clientWidth, height }));
  resized.observe(target);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const recolour = () => {
    plot.destroy();
    plot = makePlot(target, data, events);
  };
  dark.addEventListener("change", recolour);
  return () => {
    resized.disconnect();
    dark.removeEventListener("change", recolour);
    plot.destroy();
  };
}

function makePlot(target: HTMLElement, data: ChartData, { onPoint, onChoose }: ChartEvents): uPlot {
  const colours = coloursOf(target);
  const axis = {
    stroke: colours.quiet,
    grid: { stroke: colours.line, width: 1 },
    ticks: { show: false },
    font: `12px ${getComputedStyle(target).fontFamily}`,
  };
  const amounts = (_: uPlot, values: number[]) =>
    values.map((value) => (Number.isInteger(value) ? texts.number(value) : ""));
  const plot = new uPlot(
    {
      width: target.clientWidth,
      height,
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
      scales: {
        x: { range: (_, min, max) => [min - air(min, max), max + air(min, max)] },
        changes: { range: (_, __, max) => [0, Math.max(1, max) * 2] },
        entries: { range: rangeOf },
      },
      axes: [
        { ...axis, grid: { show: false }, values: dayValues, incrs: stepsOf, space: 76, size: 28 },
        { ...axis, scale: "entries", values: amounts, size: 56, space: 24 },
      ],
      series: [
        {},
        {
          scale: "changes",
          stroke: colours.changed,
          fill: colours.changedGround,
          width: 1,
          points: { show: false },
          paths: uPlot.paths.bars?.({ size: [0.7, 24, 1] }) ?? null,
        },
        { scale: "entries", stroke: colours.accent, width: 2, points: { show: false } },
      ],
      hooks: {
        setCursor: [(self) => onPoint(versionAt(self, data))],
      },
    },
    [[...data.times], [...data.changes], [...data.entries]],
    target,
  );
  plot.over.addEventListener("click", () => {
    const version = versionAt(plot, data);
    if (version !== null) onChoose(version);
  });
  return plot;
}

function versionAt({ cursor }: uPlot, data: ChartData): VersionRow | null {
  return cursor.idx === null || cursor.idx === undefined ? null : (data.versions[cursor.idx] ?? null);
}

/** Room in front of the first version and behind the last, so that their bars and dates are whole; in seconds. */
function air(min: number, max: number): number {
  return Math.max(1800, (max - min) * 0.04);
}

/** From what there is, with some air; never of no height. */
function rangeOf(_: uPlot, min: number, max: number): [number, number] {
  const room = Math.max(1, (max - min) * 0.15);
  return [Math.max(0, min - room), max + room];
}

const dayFormat = new Intl.DateTimeFormat(texts.language, { day: "numeric", month: "short" });
const monthFormat = new Intl.DateTimeFormat(texts.language, { month: "short", year: "numeric" });
const hourFormat = new Intl.DateTimeFormat(texts.language, { hour: "2-digit", minute: "2-digit" });
const hourSeconds = 3600;
const daySeconds = 24 * hourSeconds;

const hourSteps = [1, 2, 3, 6, 12].map((hours) => hours * hourSeconds);
const daySteps = [1, 2, 3, 5, 7, 14, 28, 56, 91, 182, 365, 730, 1825].map((days) => days * daySeconds);

/** Distances between two marks of the time axis: over days, each mark says a date, not an hour. */
function stepsOf(_: uPlot, __: number, min: number, max: number): number[] {
  return max - min > 2 * daySeconds ? daySteps : [...hourSteps, ...daySteps];
}

function dayValues(_: uPlot, splits: number[], __: number, ___: number, step: number): string[] {
  const format = step >= 28 * daySeconds ? monthFormat : step >= daySeconds ? dayFormat : hourFormat;
  return splits.map((time) => format.format(new Date(time * 1000)));
}

type Colour = "quiet" | "line" | "accent" | "changed" | "changedGround";

const variables: Readonly<Record<Colour, string>> = {
  quiet: "--quiet",
  line: "--line",
  accent: "--accent",
  changed: "--changed",
  changedGround: "--changed-ground",
};

/** The colours of the page as a canvas understands them: resolved, not `light-dark(...)`. */
function coloursOf(target: HTMLElement): Readonly<Record<Colour, string>> {
  const probe = document.createElement("span");
  target.append(probe);
  const resolved = Object.entries(variables).map(([name, variable]) => {
    probe.style.color = `var(${variable})`;
    return [name, getComputedStyle(probe).color];
  });
  probe.remove();
  return Object.fromEntries(resolved) as Record<Colour, string>;
}
