// Loaded before the program by tests that run it again and again: random names and the time are the same in each run, so
// that the calls of one run can be named by their paths in the next.
import { webcrypto } from "node:crypto";

const now = Date.UTC(2025, 0, 27, 13);
globalThis.Date = class extends Date {
  constructor(...args) {
    if (args.length === 0) super(now);
    else super(...args);
  }
  static now() {
    return now;
  }
};

let drawn = 0;
webcrypto.getRandomValues = (bytes) => {
  for (let index = 0; index < bytes.length; index++) bytes[index] = (drawn++ * 2_654_435_761) >>> 13;
  return bytes;
};
