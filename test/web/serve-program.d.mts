/** How the program ended (exit code, signal), and everything that it said. */
export interface Ended {
  readonly exit: unknown;
  readonly stderr: string;
}

/** A page that is served. */
export interface Serving {
  readonly url: string;
  readonly token: string;
  /** What is to be opened: the URL with the token. */
  readonly address: string;
  /** What it said until it listened. */
  readonly talk: string;
  /** Ends it in order. */
  end(): Promise<Ended>;
  /** Ends it at once. */
  kill(): Promise<Ended>;
}

/** Starts the program in a folder and waits until it listens. Whoever starts it ends it. */
export function serveProgram(
  folder: string,
  args?: readonly string[],
  variables?: Readonly<Record<string, string>>,
): Promise<Serving>;
