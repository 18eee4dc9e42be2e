import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { afterAll, beforeAll } from "vitest";

const project = resolve(import.meta.dirname, "..");

/**
 * Compiles `source` (its path in the project), what it imports, and `others` that it starts by name, before the tests
 * of a file: for tests with processes or threads of their own. The result tells the path of its JavaScript.
 */
export function useCompiled(source: string, ...others: readonly string[]): () => string {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "kbvault-compiled-"));
    symlinkSync(join(project, "node_modules"), join(folder, "node_modules"));
    mkdirSync(join(folder, "dist"));
    const config = {
      extends: join(project, "tsconfig.build.json"),
      compilerOptions: {
        rootDir: join(project, "src"),
        outDir: join(folder, "dist"),
        declaration: false,
        isolatedDeclarations: false,
      },
      include: [],
      files: [source, ...others].map((file) => join(project, file)),
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    writeFileSync(join(folder, "package.json"), '{"type":"module"}');
    execFileSync(join(project, "node_modules", ".bin", "tsc"), ["-p", folder], { stdio: "pipe" });
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return () => join(folder, "dist", relative("src", source).replace(/\.ts$/, ".js"));
}
