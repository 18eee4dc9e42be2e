/**
 * Random numbers that are the same in every run.
 *
 * @module
 * @see mulberry32, by Tommy Ettinger: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c
 */

/** Numbers from 0 (included) to 1 (excluded), determined by `seed`. @param {number} seed @returns {() => number} */
export function randomFrom(seed) {
  let state = (seed * 2_654_435_769) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** @template Item @param {() => number} random @param {readonly Item[]} items @returns {Item} */
export function pick(random, items) {
  return items[Math.floor(random() * items.length)];
}
