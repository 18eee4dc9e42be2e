import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/**
 * When the connection is cut: before the message is passed on, right behind it, or when the server has answered it, of which the
 * client hears nothing.
 */
export type Cut = "before" | "behind" | "answered";

/** What a proxy does to a client's messages, which are counted over all connections, from 1. */
export interface CutPlan {
  readonly cut: Cut;
  /** Whether the message with this number, of this type (`Q`, `P`, ... of the protocol, `startup`), with this text if it is a query, is the one. */
  readonly at: (count: number, type: string, text: string) => boolean;
}

/** A proxy before a server of PostgreSQL that cuts connections, and counts what passes. */
export interface CuttingProxy {
  /** The URL with the proxy as its host. */
  readonly url: string;
  /** Types of the client's messages. */
  readonly messages: () => readonly string[];
  /** How often connections were cut. */
  readonly cuts: () => number;
  /** SQLSTATEs that the server answered with. */
  readonly states: () => readonly string[];
  readonly close: () => Promise<void>;
}

/** How long an answer is waited for that may not come: the server answers Sync, not the messages before it. */
const answerMs = 40;

/** Starts a proxy before the server that `url` names. */
export async function startProxy(url: string, plan: CutPlan | null = null): Promise<CuttingProxy> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const messages: string[] = [];
  const states: string[] = [];
  let cuts = 0;

  const server = createServer((client) => {
    const upstream = connect(Number(port || 5432), hostname);
    const both = [client, upstream];
    let pending = Buffer.alloc(0);
    let isStarted = false;
    let isCut = false;
    const cut = (): void => {
      for (const socket of both) socket.destroy();
    };
    const cutAt = (when: Cut, bytes: Buffer): void => {
      if (when === "before") {
        cut();
        return;
      }
      upstream.write(bytes, () => {
        if (when === "behind") upstream.end(() => client.destroy());
        else {
          upstream.once("data", cut);
          setTimeout(cut, answerMs);
        }
      });
    };
    for (const socket of both) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", cut);
      socket.on("close", () => {
        sockets.delete(socket);
        if (!isCut) cut();
      });
    }
    client.on("data", (data) => {
      if (isCut) return;
      pending = Buffer.concat([pending, data]);
      for (let message = nextMessage(pending, isStarted); message !== null; ) {
        const { type, length } = message;
        const bytes = pending.subarray(0, length);
        pending = pending.subarray(length);
        isStarted = true;
        messages.push(type);
        if (plan?.at(messages.length, type, bytes.toString("latin1", 5, Math.min(length - 1, 50)))) {
          isCut = true;
          cuts++;
          cutAt(plan.cut, bytes);
          return;
        }
        upstream.write(bytes);
        message = nextMessage(pending, isStarted);
      }
    });
    upstream.on("data", (data) => {
      states.push(
        ...[...data.toString("latin1").matchAll(/\0C([0-9A-Z]{5})\0/g)].map(([, state]) => state ?? ""),
      );
      if (!isCut) client.write(data);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const own = (server.address() as AddressInfo).port;

  return {
    url: Object.assign(new URL(url), { hostname: "127.0.0.1", port: String(own) }).href,
    messages: () => messages,
    cuts: () => cuts,
    states: () => states,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** The first message of a client's stream, if it is there whole: the first of all has no type (protocol documentation, "Message Formats"). */
function nextMessage(
  bytes: Buffer,
  isStarted: boolean,
): { readonly type: string; readonly length: number } | null {
  const head = isStarted ? 1 : 0;
  if (bytes.byteLength < head + 4) return null;
  const length = bytes.readInt32BE(head) + head;
  if (bytes.byteLength < length) return null;
  return { type: isStarted ? String.fromCharCode(bytes[0] ?? 0) : "startup", length };
}
