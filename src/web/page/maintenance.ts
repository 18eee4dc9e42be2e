/**
 * Maintenance mode, as far as the page knows.
 *
 * @module
 */
import { useEffect, useState } from "preact/hooks";

const lookMs = 60_000;

/** Maintenance mode that is on: who, since when and why, where that is known. */
export interface Maintenance {
  readonly by?: string;
  readonly since?: string;
  readonly reason?: string | null;
}

/** Maintenance mode while it is on, else null; looks once a minute. */
export function useMaintenance(): Maintenance | null {
  const [maintenance, setMaintenance] = useState<Maintenance | null>(null);
  useEffect(() => {
    const look = (): void => {
      fetchMaintenance().then(setMaintenance, () => {
        // Whether the server is there is said elsewhere.
      });
    };
    look();
    const timer = setInterval(look, lookMs);
    return () => clearInterval(timer);
  }, []);
  return maintenance;
}

/** Asked by itself: this route of the monitors says 503 while maintenance mode is on. */
async function fetchMaintenance(): Promise<Maintenance | null> {
  const response = await fetch("/maintenance", { cache: "no-store" });
  const { on, ...rest } = (await response.json()) as Maintenance & { readonly on?: boolean };
  return on === true ? rest : null;
}
