import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");
const source = join(root, "src");
const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((name) =>
  /\.tsx?$/.test(name),
);

/** One import line: both ends below src, with `/`. */
interface Import {
  readonly from: string;
  readonly to: string;
}

/** What a text imports from its own project: `import`, `export ... from` and `import(...)`. */
function relativeImports(text: string): string[] {
  const found = text.matchAll(/\bfrom "(\.[^"]*)"|\bimport\(\s*"(\.[^"]*)"\s*\)|^import "(\.[^"]*)"/gm);
  return [...found].flatMap(([, ...paths]) => paths.filter((path) => path !== undefined));
}

const imports: readonly Import[] = files.flatMap((from) =>
  relativeImports(readFileSync(join(source, from), "utf8")).map((path) => ({
    from,
    to: join(dirname(from), path),
  })),
);

/** The floors of the house, from the ground up; a name is a folder or file directly below src. */
const floors: readonly (readonly string[])[] = [
  ["errors.ts", "duration.ts", "package-file.ts"],
  ["json", "files", "client-package.ts"],
  ["processes"],
  ["knowledge-base", "database"],
  ["config", "report"],
  ["operations"],
  ["health"],
  ["index.ts"],
  ["web"],
  ["cli"],
];

/** The inside of a wing. */
interface Wing {
  readonly folder: string;
  /** From the ground up; a name is a folder or file of the wing, or a group of them. */
  readonly floors: readonly (readonly string[])[];
  /** Folders and files that import each other, or that are one subject. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** The unit of files that neither `floors` nor `groups` name; null where each has to be named. */
  readonly rest: string | null;
}

const wings: readonly Wing[] = [
  {
    folder: "knowledge-base",
    floors: [
      ["storage", "layout"],
      ["the stored files and the results"],
      ["turns"],
      ["diff", "pack and parallel"],
      ["content"],
      ["match"],
      ["the live file"],
      ["compare", "merge", "review", "patch"],
      ["the operations"],
    ],
    groups: {
      "the stored files and the results": [
        "chain.ts",
        "comparison.ts",
        "guards.ts",
        "journal.ts",
        "journal-change.ts",
        "names.ts",
        "nearest.ts",
        "problem.ts",
        "record.ts",
        "seal.ts",
        "store.ts",
        "time.ts",
        "version.ts",
        "warning.ts",
      ],
      // Threads compress and inflate members, and packs are made by threads.
      "pack and parallel": ["pack", "parallel"],
      "the live file": ["duplicates.ts", "live.ts", "prepare.ts"],
      // The other operations are files, each by itself.
      "the operations": ["audit", "exchange", "history", "repair", "restore", "retention", "signatures"],
    },
    rest: "the operations",
  },
  {
    folder: "database",
    floors: [
      ["url.ts", "place.ts", "expected-tables.ts"],
      ["drivers and schema"],
      ["migrations", "history.ts", "the lock between runners", "connection.ts"],
      ["shadow.ts"],
      ["lint", "status.ts"],
      ["plan.ts", "check.ts", "rebase.ts"],
      ["the run"],
      ["bookkeeping.ts", "proof.ts"],
      ["the way in"],
    ],
    groups: {
      // A driver reads the schema of its engine, and the readers of schemas ask through a driver.
      "drivers and schema": ["drivers", "schema"],
      "the lock between runners": ["runner-lock.ts", "lease.ts", "lease-connection.ts", "lease-table.ts"],
      "the run": ["run.ts", "retries.ts", "dry-run.ts", "stopped.ts"],
      "the way in": ["migrator.ts", "options.ts"],
    },
    rest: null,
  },
];

/** The unit of a wing that a file belongs to. */
function unitIn({ groups, rest }: Wing): (file: string) => string {
  return (file) => {
    const name = file.split("/")[1] ?? "";
    const group = Object.entries(groups).find(([, members]) => members.includes(name))?.[0];
    return group ?? (rest !== null && name.endsWith(".ts") ? rest : name);
  };
}

function insideOf({ folder }: Wing): Import[] {
  return imports.filter(({ from, to }) => houseUnit(from) === folder && houseUnit(to) === folder);
}

/** Styles and pictures, which vite takes in. */
function isForVite(file: string): boolean {
  return file.startsWith("web/page/") && /\.(?:css|svg)(?:\?url)?$/.test(file);
}

function houseUnit(file: string): string {
  return file.split("/")[0] ?? "";
}

/** The imports among `some` that do not lead into their own unit or a lower floor. */
function climbing(
  some: readonly Import[],
  unitOf: (file: string) => string,
  plan: readonly (readonly string[])[],
): string[] {
  const floorOf = (unit: string): number => plan.findIndex((floor) => floor.includes(unit));
  return some
    .filter(({ from, to }) => {
      const [user, used] = [unitOf(from), unitOf(to)];
      if (floorOf(user) === -1 || floorOf(used) === -1) return true;
      return user !== used && floorOf(used) >= floorOf(user);
    })
    .map(({ from, to }) => `${from} imports ${to}`);
}

describe("the architecture check", () => {
  it("sees every file and import line", () => {
    const mentions = files.flatMap(
      (file) => readFileSync(join(source, file), "utf8").match(/(from|import\(|^import) ?"\.\.?\//gm) ?? [],
    );
    expect(files.length).toBeGreaterThan(120);
    expect(imports.length).toBeGreaterThan(500);
    expect(imports.length).toBe(mentions.length);
    expect(wings.map((wing) => insideOf(wing).length > 100)).toEqual([true, true]);
    expect(imports.filter(({ to }) => !files.includes(to) && !isForVite(to))).toEqual([]);
  });

  it("would notice an import that climbs, and one between wings", () => {
    const wrong = [
      { from: "json/scan.ts", to: "knowledge-base/record.ts" },
      { from: "json/scan.ts", to: "files/read.ts" },
      { from: "knowledge-base/store.ts", to: "database/plan.ts" },
      { from: "knowledge-base/store.ts", to: "unheard-of/plan.ts" },
    ];
    expect(climbing(wrong, houseUnit, floors)).toHaveLength(wrong.length);
    const inside = [
      { from: "knowledge-base/pack/pack-reader.ts", to: "knowledge-base/content/packs.ts" },
      { from: "database/plan.ts", to: "database/run.ts" },
    ];
    expect(
      wings.flatMap((wing, at) => climbing(inside.slice(at, at + 1), unitIn(wing), wing.floors)),
    ).toHaveLength(2);
  });
});

describe("the house", () => {
  it("lets a folder import itself and lower floors only, and no wing the other", () => {
    expect(climbing(imports, houseUnit, floors)).toEqual([]);
  });

  it.each(wings)("lets the inside of $folder do the same", (wing) => {
    expect(climbing(insideOf(wing), unitIn(wing), wing.floors)).toEqual([]);
  });

  it("gives the command line only what users have, and the page that it serves", () => {
    const used = imports.filter(({ from }) => houseUnit(from) === "cli").map(({ to }) => to);
    const others = used.filter(
      (to) =>
        houseUnit(to) !== "cli" &&
        !["index.ts", "errors.ts", "web/serve.ts"].includes(to) &&
        !to.startsWith("web/texts/"),
    );
    expect(used.length).toBeGreaterThan(50);
    expect(others).toEqual([]);
  });

  it("gives the server of the page only what users have", () => {
    const used = imports.filter(({ from }) => houseUnit(from) === "web" && !from.startsWith("web/page/"));
    const others = used.filter(
      ({ to }) =>
        (houseUnit(to) !== "web" || to.startsWith("web/page/")) && !/^(?:index|errors)\.ts$/.test(to),
    );
    expect(used.length).toBeGreaterThan(20);
    expect(others).toEqual([]);
  });

  it("gives the browser nothing but types and texts from outside the page", () => {
    const used = imports.filter(({ from }) => from.startsWith("web/page/"));
    const others = used.filter(({ to }) => !/^web\/(?:page\/|texts\/|api\.ts$)/.test(to));
    expect(used.length).toBeGreaterThan(5);
    expect(others).toEqual([]);
  });

  it("gives the program's file nothing but the built command line", () => {
    const programs = readdirSync(join(root, "bin"));
    expect(programs).toEqual(["kbvault.js"]);
    const text = readFileSync(join(root, "bin", "kbvault.js"), "utf8");
    expect(relativeImports(text)).toEqual(["../dist/cli/main.js"]);
  });

  it("says in every folder what lives there", () => {
    // A folder beside one view holds what that view alone uses; the README of the views says so.
    const folders = [...new Set(files.map(dirname))].filter((name) => !/^web\/page\/views\/./.test(name));
    expect(folders.length).toBeGreaterThan(10);
    const silent = folders.filter((folder) => !readdirSync(join(source, folder)).includes("README.md"));
    expect(silent).toEqual([]);
  });

  it("writes live file and store through the file port only, where faults can be tried", () => {
    const writers =
      /\b(appendFile|chmod|chown|copyFile|cp|createWriteStream|link|mkdir|mkdtemp|open|rename|rm|rmdir|symlink|truncate|unlink|utimes|writeFile)\b/;
    const besidePort = files.filter((file) => {
      if (!/^(files|knowledge-base)\//.test(file) || file === "files/port.ts") return false;
      const text = readFileSync(join(source, file), "utf8");
      return [...text.matchAll(/import \{([^}]*)\} from "node:fs(?:\/promises)?"/g)].some(([, names]) =>
        writers.test(names ?? ""),
      );
    });
    // These write to temporary folders of their own.
    expect(besidePort.sort()).toEqual(["knowledge-base/drill.ts", "knowledge-base/signatures/ssh-keygen.ts"]);
  });

  it("has no file without a subject", () => {
    const vague = /^(utils?|helpers?|common|lib|misc|shared|index)\b/;
    const named = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((name) =>
      vague.test(basename(name)),
    );
    expect(named).toEqual(["index.ts", join("web", "page", "index.html")]);
  });
});
