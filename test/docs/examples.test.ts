import { readFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import fastGlob from "fast-glob";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { useTemporaryFolder } from "../temporary-folder.ts";

const root = join(import.meta.dirname, "../..");

interface Example {
  /** Where it stands, and the module whose exports it may use besides those of the package. */
  readonly file: string;
  readonly code: string;
}

/** The TypeScript examples in the docstrings of `file`, or in its fences if it is a page. */
function examplesIn(file: string): Example[] {
  const text = readFileSync(join(root, file), "utf8");
  const fences = file.endsWith(".md") ? /^```ts\n(.*?)^```/gms : /@example\n \* ```ts\n(.*?) \* ```/gs;
  return [...text.matchAll(fences)].map(([, body = ""]) => ({
    file,
    code: body.replaceAll(/^ +\* ?/gm, ""),
  }));
}

/** An expression statement with what the comment behind it promises: `skipValue(0); // 13`, `f(""); // throws USAGE: why`. */
const promise = /^(?!const |let |for |import |try |\}|await )(.+?);\s*\/\/ (?:throws ([A-Z_0-9]+)\b.*|(.+))$/;

/** The code with imports taken out and promised outcomes turned into checks. */
function runnable(code: string): string {
  return code
    .split("\n")
    .filter((line) => !line.startsWith("import "))
    .map((line) => {
      const [, expression, error, value = ""] = promise.exec(line) ?? [];
      if (expression === undefined) return line;
      if (error !== undefined) return `checkThrows(() => (${expression}), "${error}");`;
      return isLiteral(value) ? `check((${expression}), (${value}));` : line;
    })
    .join("\n");
}

/** The modules of the project that an example imports from. */
function importsOf({ file, code }: Example): string[] {
  return [...code.matchAll(/^import .* from "(\.[^"]+)";$/gm)].map(([, path = ""]) => join(file, "..", path));
}

function isLiteral(text: string): boolean {
  try {
    new Function(`"use strict"; return (${text});`)();
    return true;
  } catch {
    return false;
  }
}

async function run({ file, code }: Example): Promise<void> {
  const load = async (path: string): Promise<Record<string, unknown>> => {
    const built = path.replace(/^src/, "dist").replace(/\.ts$/, ".js");
    return (await import(pathToFileURL(join(root, built)).href)) as Record<string, unknown>;
  };
  const modules = [...(file.endsWith(".md") ? [] : [file]), ...importsOf({ file, code })];
  const own = Object.assign({}, ...(await Promise.all(modules.map(load)))) as Record<string, unknown>;
  const library = await load("src/index.ts");
  const Versioner = library["KnowledgeBaseVersioner"] as new (kb: string, options: object) => unknown;
  const versioner = new Versioner("data/support_troubleshooting_kb.json", { versionsFolder: "versions" });
  const check = (actual: unknown, promised: unknown): void => expect(actual).toEqual(promised);
  const checkThrows = (work: () => unknown, error: string): void => {
    expect(work).toThrow(expect.objectContaining({ code: error }));
  };
  const names = Object.entries({ versioner, ...library, ...own, check, checkThrows }).filter(
    ([name]) => name !== "default" && !new RegExp(`\\b(const|let)\\b[^=]*\\b${name}\\b[^=]*=`).test(code),
  );
  const AsyncFunction = run.constructor as new (
    ...parts: string[]
  ) => (...values: unknown[]) => Promise<void>;
  await new AsyncFunction(...names.map(([name]) => name), runnable(code))(...names.map(([, value]) => value));
}

const examples = [
  ...fastGlob.sync("src/**/*.ts", { cwd: root }).sort(),
  "README.md",
  "docs/migrations.md",
  "docs/health.md",
].flatMap(examplesIn);

describe("every example in a docstring, the README or docs/migrations.md runs", () => {
  const before = process.cwd();
  const folder = useTemporaryFolder();
  beforeEach(async () => {
    for (const name of ["data", "versions"])
      await cp(join(root, name), join(folder(), name), { recursive: true });
    process.chdir(folder());
    vi.spyOn(console, "log").mockImplementation(() => {});
  });
  afterEach(() => {
    process.chdir(before);
    vi.restoreAllMocks();
  });

  test("and there are some", () => {
    expect(examples.length).toBeGreaterThan(15);
  });

  test.each(
    examples.map((example, index) => [`${relative("src", example.file)} (${index})`, example] as const),
  )("%s", async (_, example) => {
    await run(example);
  });
});
