/**
 * A small S3 server for tests: it checks every signature, keeps objects in memory, and fails where it is told to.
 *
 * @module
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { type BucketAnswer, type BucketOptions, escapeText, S3Bucket } from "./s3-server-bucket.ts";
import { type ArrivedRequest, S3Refusal, type S3User, signerOf } from "./s3-server-signature.ts";

/** How a request fails: without or after having acted; `late-error` is one of POST, in an answer that began with 200. */
export type S3Fault =
  | { readonly kind: "cut-before" | "cut-after" | "short-body" | "late-error" }
  | { readonly kind: "status" | "status-after"; readonly status: number; readonly code: string };

/** A request that the server saw, in order from 1. */
export interface SeenRequest {
  readonly number: number;
  readonly method: string;
  readonly key: string;
  readonly query: URLSearchParams;
}

export interface S3ServerOptions extends Partial<BucketOptions> {
  /** 0, any free one, by default. */
  readonly port?: number;
  /** One who may do everything, by default: `testUser`. */
  readonly users?: readonly S3User[];
  readonly region?: string;
  /** How far its clock is ahead. */
  readonly clockAheadMs?: number;
  /** Serves TLS with it. */
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly fault?: (request: SeenRequest) => S3Fault | undefined;
  /** Fails every so many requests, in turn with each of `faults`; for servers that are processes of their own. */
  readonly faultEvery?: { readonly requests: number; readonly faults: readonly S3Fault[] };
}

export interface S3Server {
  /** Without a slash at its end. */
  readonly endpoint: string;
  /** Location of a store below `prefix` in its bucket. */
  readonly location: (prefix?: string, parameters?: string) => string;
  readonly bucket: S3Bucket;
  readonly requests: readonly SeenRequest[];
  /** Sets which requests fail from now on; their numbers begin at 1 again. */
  readonly failWith: (fault: S3ServerOptions["fault"]) => void;
  readonly stop: () => Promise<void>;
}

/** The user of a server that was given none. */
export const testUser: S3User = {
  accessKeyId: "AKIATESTSTESTSTESTS",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
};

/** Starts a server on 127.0.0.1. */
export async function startS3Server(options: S3ServerOptions = {}): Promise<S3Server> {
  const { region = "us-east-1", users = [testUser], clockAheadMs = 0, tls, faultEvery } = options;
  const name = options.bucket ?? "team-kb";
  const bucket = new S3Bucket({
    bucket: name,
    pageSize: options.pageSize ?? 1000,
    conditions: options.conditions ?? "kept",
    quotaBytes: options.quotaBytes ?? Number.POSITIVE_INFINITY,
  });
  let requests: SeenRequest[] = [];
  let fault =
    options.fault ??
    (({ number }: SeenRequest) => {
      const turn = number / (faultEvery?.requests ?? Number.POSITIVE_INFINITY);
      return faultEvery && Number.isInteger(turn)
        ? faultEvery.faults[(turn - 1) % faultEvery.faults.length]
        : undefined;
    });

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url: target = "", headers } = incoming;
    const { pathname, searchParams: query } = new URL(target, "http://localhost");
    const [, bucketName = "", ...path] = pathname.split("/").map(decodeURIComponent);
    const key = path.join("/");
    const wasTaken = bucket.objects.has(key);
    if (options.conditions === "early") await pause(20);
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const arrived: ArrivedRequest = { method, target, headers, body: Buffer.concat(chunks) };
    const seen = { number: requests.length + 1, method, key, query };
    requests.push(seen);
    const planned = fault(seen);
    if (planned?.kind === "cut-before") return void incoming.socket.destroy();
    const nowMs = Date.now() + clockAheadMs;
    const act = (): BucketAnswer => {
      const { policy } = signerOf(arrived, { users, region, nowMs });
      if (planned?.kind === "status") throw new S3Refusal(planned.status, planned.code);
      if (planned?.kind === "late-error" && method === "POST")
        return { ...refusalAnswer(new S3Refusal(500, "InternalError")), status: 200 };
      return bucket.answer({ ...arrived, bucket: bucketName, key, query, wasTaken, policy });
    };
    let answer = answerOf(act);
    if (planned?.kind === "cut-after") return void incoming.socket.destroy();
    if (planned?.kind === "status-after") answer = refusalAnswer(new S3Refusal(planned.status, planned.code));
    const { body = Buffer.alloc(0) } = answer;
    const length = method === "HEAD" && answer.status >= 300 ? 0 : body.byteLength;
    response.writeHead(answer.status, {
      ...answer.headers,
      date: new Date(nowMs).toUTCString(),
      ...(answer.status !== 204 && { "content-length": length }),
    });
    if (method === "HEAD") return void response.end();
    if (planned?.kind !== "short-body") return void response.end(body);
    response.write(body.subarray(0, body.byteLength >> 1), () => incoming.socket.destroy());
  }

  const listener = (incoming: IncomingMessage, response: ServerResponse): void => {
    serve(incoming, response).catch((error: unknown) => {
      // A defect of the server itself, or a client that went away while it sent.
      if (!incoming.destroyed || !(error instanceof Error && "code" in error)) console.error(error);
      incoming.socket.destroy();
    });
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const endpoint = `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`;
  return {
    endpoint,
    location: (prefix = "", parameters = "") =>
      `s3://${name}/${prefix}?endpoint=${endpoint}&region=${region}${parameters}`,
    bucket,
    get requests() {
      return requests;
    },
    failWith(next) {
      fault = next ?? (() => undefined);
      requests = [];
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answerOf(act: () => BucketAnswer): BucketAnswer {
  try {
    return act();
  } catch (error) {
    if (error instanceof S3Refusal) return refusalAnswer(error);
    throw error;
  }
}

function refusalAnswer({ status, code, details }: S3Refusal): BucketAnswer {
  const elements = Object.entries({ Code: code, Message: `refused: ${code}`, ...details }).map(
    ([name, text]) => `<${name}>${escapeText(text)}</${name}>`,
  );
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${elements.join("")}</Error>`;
  return { status, headers: { "content-type": "application/xml" }, body: Buffer.from(text) };
}
