import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { loadSchema, type Schema, validateAgainstSchema } from "../../src/knowledge-base/schema.ts";

const kbText = readFileSync("data/support_troubleshooting_kb.json", "utf8");

interface Step {
  readonly step_number: number;
  readonly title: string;
}
const kb = JSON.parse(kbText) as Record<
  string,
  { readonly problem_title: string; readonly steps: readonly Step[] }
>;

let schema: Schema;
beforeAll(async () => {
  schema = await loadSchema("data/support_troubleshooting_kb.schema.json");
});

describe("the shipped knowledge base", () => {
  test("follows its schema", () => {
    expect(validateAgainstSchema(schema, Buffer.from(kbText))).toEqual([]);
  });

  test("holds at least the five problems that every team meets", () => {
    const expected = [
      "instalacion_software",
      "conexion_internet",
      "error_aplicacion",
      "problema_facturacion",
      "recuperar_cuenta",
    ];
    expect(Object.keys(kb)).toEqual(expect.arrayContaining(expected));
  });

  test.each(Object.entries(kb))("solves %s in four or more steps, numbered from 1", (_, problem) => {
    expect(problem.steps.length).toBeGreaterThanOrEqual(4);
    expect(problem.steps.map((step) => step.step_number)).toEqual(problem.steps.map((_, index) => index + 1));
  });

  test("has no two problems with one title, and no two steps of a problem with one", () => {
    const titles = Object.values(kb).map((problem) => problem.problem_title);
    expect(new Set(titles).size).toBe(titles.length);
    for (const { steps } of Object.values(kb)) {
      expect(new Set(steps.map((step) => step.title)).size).toBe(steps.length);
    }
  });

  test("is composed UTF-8 without a byte order mark or carriage returns, and ends with one newline", () => {
    expect(kbText).toBe(kbText.normalize("NFC"));
    expect(kbText).not.toMatch(/^\uFEFF|\r/);
    expect(kbText).toMatch(/[^\n]\n$/);
  });
});

/** An edit of the text that breaks the schema, and the pointer and line that must be named. */
const breaks: readonly (readonly [string, string, string, string, string])[] = [
  ["an id with a capital letter", '"conexion_internet": {', '"Conexion": {', "/Conexion", '"Conexion": {'],
  [
    "an unknown difficulty",
    '"difficulty": "medio"',
    '"difficulty": "facil"',
    "/instalacion_software/difficulty",
    '"facil"',
  ],
  ["a time without a unit", '"20-30 minutos"', '"20-30"', "/instalacion_software/estimated_time", '"20-30"'],
  [
    "an empty title",
    '"Comprobar los requisitos del equipo"',
    '""',
    "/instalacion_software/steps/0/title",
    '"title": ""',
  ],
  [
    "a step number of 0",
    '"step_number": 1,',
    '"step_number": 0,',
    "/instalacion_software/steps/0/step_number",
    '"step_number": 0',
  ],
  [
    "a step number in quotes",
    '"step_number": 2,',
    '"step_number": "2",',
    "/instalacion_software/steps/1/step_number",
    '"step_number": "2"',
  ],
  [
    "an address that is not https",
    "https://soporte.example.com/descargas",
    "ftp://soporte.example.com/descargas",
    "/instalacion_software/steps/1/resources/0/url",
    "ftp://",
  ],
  [
    "an address that is none",
    "https://soporte.example.com/descargas",
    "https://so porte",
    "/instalacion_software/steps/1/resources/0/url",
    "https://so porte",
  ],
  [
    "a misspelt key",
    '"warnings": []',
    '"warning": []',
    "/instalacion_software/steps/0/warning",
    '"warning": []',
  ],
  [
    "text with a space behind it",
    '"Descargar de nuevo el instalador"',
    '"Descargar "',
    "/instalacion_software/steps/1/title",
    '"Descargar "',
  ],
];

describe("its schema", () => {
  test.each(breaks)("refuses %s and names pointer and line", (_, before, after, path, lineHolds) => {
    const broken = kbText.replace(before, after);
    expect(broken).not.toBe(kbText);
    const line = broken.split("\n").findIndex((text) => text.includes(lineHolds)) + 1;
    expect(validateAgainstSchema(schema, Buffer.from(broken))).toContainEqual(
      expect.objectContaining({ path, line }),
    );
  });

  test.each(["steps", "escalation_criteria", "category"])("refuses a problem without %s", (key) => {
    const { conexion_internet: problem } = structuredClone(kb) as Record<string, Record<string, unknown>>;
    delete problem?.[key];
    const issues = validateAgainstSchema(schema, Buffer.from(JSON.stringify({ conexion_internet: problem })));
    expect(issues).toMatchObject([{ path: "/conexion_internet", message: `must have the key "${key}"` }]);
  });

  test("refuses a problem without a single step", () => {
    const broken = { conexion_internet: { ...kb["conexion_internet"], steps: [] } };
    expect(validateAgainstSchema(schema, Buffer.from(JSON.stringify(broken)))).toMatchObject([
      { path: "/conexion_internet/steps", message: "must NOT have fewer than 1 items" },
    ]);
  });
});
