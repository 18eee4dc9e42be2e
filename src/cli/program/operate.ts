/**
 * The commands that operators and monitoring need.
 *
 * @module
 */
import type { Command } from "commander";

/** Declares them, in their group. */
export function declareOperating(program: Command): void {
  program.commandsGroup("Operate:");
}
