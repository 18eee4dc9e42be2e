/**
 * Times: local or UTC, as the reader likes, and how long ago.
 *
 * @module
 */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { texts } from "../language.ts";
import { createObservable, useObservable } from "../observable.ts";

type Zone = "local" | "utc";

const zoneKey = "kbvault-zone";
const zone = createObservable<Zone>(localStorage.getItem(zoneKey) === "utc" ? "utc" : "local");

const locale = navigator.language.startsWith(texts.language) ? navigator.language : texts.language;
const shape = { dateStyle: "medium", timeStyle: "short" } as const;
const localFormat = new Intl.DateTimeFormat(locale, shape);
const utcFormat = new Intl.DateTimeFormat(locale, { ...shape, timeZone: "UTC" });
const ageFormat = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });

const units = [
  ["year", 365 * 86_400],
  ["month", 30 * 86_400],
  ["week", 7 * 86_400],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

const minuteMs = 60_000;

/** `3 hours ago`, in the language of the page. */
function ageText(iso: string, now: number): string {
  const seconds = (Date.parse(iso) - now) / 1000;
  const unit = units.find(([, length]) => Math.abs(seconds) >= length);
  if (unit === undefined) return texts.general.justNow;
  return ageFormat.format(Math.trunc(seconds / unit[1]), unit[0]);
}

/** The moment in the zone that was chosen. */
function timeText(iso: string, inZone: Zone): string {
  return inZone === "utc" ? `${utcFormat.format(new Date(iso))} UTC` : localFormat.format(new Date(iso));
}

/** A moment. The other zone is in its title; `TimeZoneSwitch` exchanges the two in the whole page. */
export function Time({
  iso,
  age = false,
}: {
  readonly iso: string;
  /** Whether to add how long ago it was. */
  readonly age?: boolean;
}): JSX.Element {
  const inZone = useObservable(zone);
  return (
    <time dateTime={iso} title={timeText(iso, inZone === "utc" ? "local" : "utc")}>
      {timeText(iso, inZone)}
      {age && (
        <>
          {" "}
          <span class="quiet">
            (<AgeText iso={iso} />)
          </span>
        </>
      )}
    </time>
  );
}

/** How long ago a moment was; the moment itself, in both zones, is in its title. */
export function Age({ iso }: { readonly iso: string }): JSX.Element {
  return (
    <time dateTime={iso} title={`${timeText(iso, "local")} · ${timeText(iso, "utc")}`}>
      <AgeText iso={iso} />
    </time>
  );
}

/** A moment in both zones. */
export function BothTimes({ iso }: { readonly iso: string }): JSX.Element {
  return (
    <time dateTime={iso}>
      {timeText(iso, "local")}
      <span class="quiet"> · {timeText(iso, "utc")}</span>
    </time>
  );
}

function AgeText({ iso }: { readonly iso: string }): JSX.Element {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), minuteMs);
    return () => clearInterval(timer);
  }, []);
  return <>{ageText(iso, now)}</>;
}

/** Shows all times of the page in UTC, or in the zone of the browser again. */
export function TimeZoneSwitch(): JSX.Element {
  const inZone = useObservable(zone);
  const choose = (next: Zone) => {
    localStorage.setItem(zoneKey, next);
    zone.set(next);
  };
  return (
    <button
      type="button"
      class="plain"
      aria-pressed={inZone === "utc"}
      onClick={() => choose(inZone === "utc" ? "local" : "utc")}
    >
      {texts.general.timesInUtc}
    </button>
  );
}
