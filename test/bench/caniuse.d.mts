/** Types of caniuse.mjs, for tests that share its downloads. */
export declare const releases: readonly string[];
export declare function fetchRelease(version: string): Promise<string>;
