// The S3 server of the tests as a program. Argument: its options as JSON, without functions. Writes one line, JSON with its
// endpoint and a location of a store, and serves until its input ends.
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const build = await rolldown({
  input: fileURLToPath(new URL("s3-server.ts", import.meta.url)),
  platform: "node",
});
const { output } = await build.generate({ format: "esm" });
await build.close();
const { startS3Server } = await import(`data:text/javascript,${encodeURIComponent(output[0].code)}`);

const server = await startS3Server(JSON.parse(process.argv[2] ?? "{}"));
console.log(JSON.stringify({ endpoint: server.endpoint, location: server.location() }));
process.stdin.on("end", () => void server.stop()).resume();
