import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Refuses to test the program when `dist` was not built from the present `src`. */
export default async function checkBuild(): Promise<void> {
  const built = Math.min(
    ...(await Promise.all(["dist/index.js", "dist/cli/main.js", "dist/web/index.html"].map(changeTime))),
  );
  const sources = (await readdir(join(root, "src"), { recursive: true })).filter((name) =>
    /\.(?:tsx?|css|html)$/.test(name),
  );
  for (const source of sources) {
    if ((await changeTime(join("src", source))) > built)
      throw new Error(
        `dist lacks src/${source} as it is now. Run \`npm run build\` before the tests of the program.`,
      );
  }
}

async function changeTime(path: string): Promise<number> {
  return stat(join(root, path)).then(
    (file) => file.mtimeMs,
    () => 0,
  );
}
