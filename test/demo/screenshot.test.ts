import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { file, screenshot } from "./screenshot.mjs";

it("the picture in the README shows what kbvault diff prints (renew it with npm run screenshot)", async () => {
  expect(screenshot()).toBe(await readFile(file, "utf8"));
});
