import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BackupState } from "../../../src/index.ts";
import { planPruning } from "../../../src/operations/backup/retention.ts";

type Given = { readonly name: string; readonly state: BackupState; readonly label: string | null };

/** `s` sound, `d` damaged, `n` of a newer kbvault, upper case with a label; newest first. */
function given(text: string): Given[] {
  const states: Readonly<Record<string, BackupState>> = { s: "sound", d: "damaged", n: "too-new" };
  return [...text].map((letter, index) => ({
    name: `b${index}`,
    state: states[letter.toLowerCase()] ?? "sound",
    label: letter === letter.toUpperCase() ? "kept" : null,
  }));
}

/** `-` for what goes, `+` for what stays. */
function planned(text: string, keep: number): string {
  return planPruning(given(text), keep)
    .map(({ remove }) => (remove ? "-" : "+"))
    .join("");
}

describe("pruning", () => {
  it.each([
    ["nothing", "", 3, ""],
    ["fewer than enough", "ss", 3, "++"],
    ["more than enough", "ssss", 2, "++--"],
    ["labelled ones, which take no place", "SsSs", 1, "+++-"],
    ["a damaged one, which takes no place either", "dss", 1, "++-"],
    ["damaged ones older than enough sound ones", "sdsd", 1, "+---"],
    ["damaged ones while there are not enough sound ones", "dsd", 2, "+++"],
    ["ones of a newer kbvault", "sns", 1, "++-"],
  ] as const)("decides about %s", (_, text, keep, expected) => {
    expect(planned(text, keep)).toBe(expected);
  });

  it("never takes the newest sound one, a labelled one or more sound ones than too many", () => {
    const backups = fc
      .array(fc.constantFrom("s", "d", "n", "S", "D"), { maxLength: 30 })
      .map((all) => all.join(""));
    fc.assert(
      fc.property(backups, fc.integer({ min: 1, max: 12 }), (text, keep) => {
        const all = given(text);
        const stays = new Set(planPruning(all, keep).flatMap(({ name, remove }) => (remove ? [] : [name])));
        const sound = all.filter(({ state, label }) => state === "sound" && label === null);
        expect(sound.filter(({ name }) => stays.has(name))).toEqual(sound.slice(0, keep));
        expect(all.filter(({ label, name }) => label !== null && !stays.has(name))).toEqual([]);
      }),
    );
  });

  it("gives every decision its reason", () => {
    const decisions = planPruning(given("Snsds"), 1);
    expect(planPruning(given("d"), 1)).toEqual([
      { name: "b0", remove: false, reason: "damaged, and not enough newer ones are sound" },
    ]);
    expect(decisions.map(({ name }) => name)).toEqual(["b0", "b1", "b2", "b3", "b4"]);
    expect(decisions.map(({ reason }) => reason)).toEqual([
      "labelled kept",
      "made by a newer kbvault",
      "number 1 of the newest 1",
      "older than the newest 1",
      "older than the newest 1",
    ]);
  });
});
