/**
 * What was worked out before, so that the same question costs nothing again.
 *
 * @module
 */

/** How much to remember. */
export interface RememberedOptions<Value> {
  /** The weight of everything together; the newest value is kept whatever it weighs. */
  readonly most: number;
  /** Default: 1. */
  readonly weightOf?: (value: Value) => number;
}

/**
 * Remembered keeps the values asked for last, by key. Whoever asks for one that is being made waits for that one; one that
 * cannot be made is made anew for the next who asks.
 */
export class Remembered<Value> {
  readonly #options: RememberedOptions<Value>;
  /** The one asked for last is last. */
  readonly #values = new Map<string, { readonly promise: Promise<Value>; weight: number }>();

  constructor(options: RememberedOptions<Value>) {
    this.#options = options;
  }

  /** The value of `key`, made by `make` where it is not remembered. Rejects as `make` does. */
  get(key: string, make: () => Promise<Value>): Promise<Value> {
    const known = this.#values.get(key);
    if (known !== undefined) {
      this.#values.delete(key);
      this.#values.set(key, known);
      return known.promise;
    }
    const entry = { promise: this.#made(key, make), weight: 0 };
    this.#values.set(key, entry);
    return entry.promise;
  }

  async #made(key: string, make: () => Promise<Value>): Promise<Value> {
    try {
      const value = await make();
      const entry = this.#values.get(key);
      if (entry !== undefined) entry.weight = this.#options.weightOf?.(value) ?? 1;
      this.#forget(key);
      return value;
    } catch (error) {
      this.#values.delete(key);
      throw error;
    }
  }

  #forget(newest: string): void {
    let total = 0;
    for (const { weight } of this.#values.values()) total += weight;
    for (const [key, { weight }] of this.#values) {
      if (total <= this.#options.most) return;
      // What is still being made weighs nothing yet, and is waited for.
      if (key === newest || weight === 0) continue;
      this.#values.delete(key);
      total -= weight;
    }
  }
}
