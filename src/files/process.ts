/**
 * Processes as a lock file names them, and how to tell that one is gone.
 *
 * @module
 */
import { readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";

/** What tells a process from all others, also from a later one with the same number. */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /** Start in clock ticks since boot (field 22 of /proc/PID/stat, proc(5)); null where the system has no /proc. */
  readonly processStart: string | null;
  /** Random id of the machine's last start; null where unknown. */
  readonly bootId: string | null;
  /** Numbers are unique within one namespace only (containers); null where unknown. */
  readonly pidNamespace: string | null;
}

/** `alive`, `dead`, or `unknown`: on another host or in another container, where we cannot look. */
export type ProcessState = "alive" | "dead" | "unknown";

/** The process that runs this code. */
export async function thisProcess(): Promise<ProcessIdentity> {
  const [stat, boot, namespace] = await Promise.all([procStat("self"), bootId(), pidNamespace()]);
  return {
    host: hostname(),
    pid: process.pid,
    processStart: stat?.start ?? null,
    bootId: boot,
    pidNamespace: namespace,
  };
}

/** Whether `other` still runs. A killed process that its parent has not collected yet counts as dead. */
export async function stateOf(other: ProcessIdentity): Promise<ProcessState> {
  const me = await thisProcess();
  if (other.host !== me.host) return "unknown";
  if (differ(other.bootId, me.bootId)) return "dead";
  if (differ(other.pidNamespace, me.pidNamespace)) return "unknown";
  if (!answersSignals(other.pid)) return "dead";
  const stat = await procStat(String(other.pid));
  if (stat === null) return me.processStart === null ? "alive" : "dead";
  return stat.ended || differ(other.processStart, stat.start) ? "dead" : "alive";
}

function differ(a: string | null, b: string | null): boolean {
  return a !== null && b !== null && a !== b;
}

function answersSignals(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function procStat(pid: string): Promise<{ readonly ended: boolean; readonly start: string } | null> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
  if (text === null) return null;
  // The second field is the program's name in parentheses and may hold anything, so count from the last one.
  const [state, ...rest] = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const start = rest[18];
  return start === undefined ? null : { ended: state === "Z" || state === "X", start };
}

async function bootId(): Promise<string | null> {
  return readFile("/proc/sys/kernel/random/boot_id", "utf8").then(
    (text) => text.trim(),
    () => null,
  );
}

async function pidNamespace(): Promise<string | null> {
  return readlink("/proc/self/ns/pid").catch(() => null);
}
