/**
 * Knowledge bases of any number of entries, in the shape of the shipped one, and their edited twins. A state of a
 * knowledge base is a small plan (which entries in which order, each edited how often); its text is made while it is
 * written, so that a gigabyte takes no memory. The same plan gives the same bytes, always.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import { pick, randomFrom } from "./random.mjs";

/**
 * @typedef {object} State
 * @property {readonly number[]} order numbers of the entries, as they stand in the file
 * @property {ReadonlyMap<number, number>} edits how often an entry was edited, where it was
 */

/**
 * @typedef {object} Expected
 * @property {number} added
 * @property {number} removed
 * @property {number} modified
 */

/** @param {number} entries @returns {State} */
export function original(entries) {
  return { order: Array.from({ length: entries }, (_, number) => number), edits: new Map() };
}

/**
 * The state after `counts.modified` entries were edited, `counts.removed` removed and `counts.added` added, at places
 * that `seed` chooses.
 *
 * @param {State} state @param {Expected} counts @param {number} seed
 * @returns {State}
 */
export function edited(state, counts, seed) {
  const random = randomFrom(seed);
  const chosen = new Set();
  while (chosen.size < counts.modified + counts.removed) chosen.add(pick(random, state.order));
  const numbers = [...chosen];
  const edits = new Map(state.edits);
  for (const number of numbers.slice(0, counts.modified)) edits.set(number, (edits.get(number) ?? 0) + 1);
  const removed = new Set(numbers.slice(counts.modified));
  const next = state.order.reduce((highest, number) => Math.max(highest, number), 0) + 1;
  const insertions = new Map();
  while (insertions.size < counts.added) insertions.set(pick(random, state.order), next + insertions.size);
  const order = state.order.flatMap((number) => {
    const kept = removed.has(number) ? [] : [number];
    const inserted = insertions.get(number);
    return inserted === undefined ? kept : [...kept, inserted];
  });
  return { order, edits };
}

/** The same entries in another order. @param {State} state @param {number} seed @returns {State} */
export function reordered(state, seed) {
  const random = randomFrom(seed);
  const order = [...state.order];
  for (let index = order.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [order[index], order[other]] = [order[other], order[index]];
  }
  return { order, edits: state.edits };
}

/** What the twin of a knowledge base of `entries` differs in: 0.1 % modified, 0.05 % added and removed, at least one. @param {number} entries @returns {Expected} */
export function twinCounts(entries) {
  const share = (/** @type {number} */ part) => Math.max(1, Math.round(entries * part));
  return { modified: share(0.001), added: share(0.0005), removed: share(0.0005) };
}

/**
 * Writes the knowledge base of `state` to `file`.
 *
 * @param {State} state @param {string} file
 * @returns {Promise<{bytes: number, sha256: string}>}
 */
export async function writeState(state, file) {
  const out = createWriteStream(file, { highWaterMark: 1 << 20 });
  const hash = createHash("sha256");
  let bytes = 0;
  let batch = "{\n";
  const flush = async () => {
    const chunk = Buffer.from(batch);
    batch = "";
    bytes += chunk.length;
    hash.update(chunk);
    if (!out.write(chunk)) await once(out, "drain");
  };
  for (const [index, number] of state.order.entries()) {
    batch += `${index === 0 ? "" : ",\n"}${entryText(number, state.edits.get(number) ?? 0)}`;
    if (batch.length > 1 << 18) await flush();
  }
  batch += "\n}\n";
  await flush();
  out.end();
  await finished(out);
  return { bytes, sha256: hash.digest("hex") };
}

/** Text of one entry with its key, indented as in the file. @param {number} number @param {number} edits */
function entryText(number, edits) {
  const random = randomFrom(number + 1);
  const id = `${pick(random, nouns)}_${pick(random, nouns)}_${String(number).padStart(6, "0")}`;
  const entry = problem(random);
  for (let edit = 1; edit <= edits; edit++) applyEdit(entry, randomFrom(number * 1009 + edit), edit);
  return `  ${JSON.stringify(id)}: ${JSON.stringify(entry, null, 2).replaceAll("\n", "\n  ")}`;
}

/** @param {() => number} random */
function problem(random) {
  return {
    problem_title: sentence(random, 5),
    problem_description: sentence(random, 14),
    category: pick(random, categories),
    estimated_time: `${5 + 5 * Math.floor(random() * 8)} minutos`,
    difficulty: pick(random, ["fácil", "medio", "avanzado"]),
    prerequisites: [sentence(random, 5)],
    steps: [1, 2].map((step_number) => ({
      step_number,
      title: sentence(random, 4),
      description: sentence(random, 9),
      instructions: [sentence(random, 8), sentence(random, 6)],
      expected_result: sentence(random, 6),
      warnings: random() < 0.5 ? [] : [sentence(random, 8)],
      resources: [
        {
          title: sentence(random, 3),
          url: `https://soporte.example.com/guias/${Math.floor(random() * 1e6)}`,
        },
      ],
    })),
    common_issues: [sentence(random, 9)],
    escalation_criteria: [sentence(random, 8)],
  };
}

/**
 * One small edit, as people make them; it always changes the entry.
 *
 * @param {ReturnType<typeof problem>} entry @param {() => number} random @param {number} edit
 */
function applyEdit(entry, random, edit) {
  const step = pick(random, entry.steps);
  const words = `${sentence(random, 7)} (revisión ${edit})`;
  const kind = Math.floor(random() * 4);
  if (kind === 0) entry.problem_description += ` ${words}`;
  else if (kind === 1) step.warnings = [...step.warnings, words];
  else if (kind === 2) step.instructions = [words, ...step.instructions];
  else step.expected_result = words;
}

/** @param {() => number} random @param {number} length in words */
function sentence(random, length) {
  const words = Array.from({ length }, () => pick(random, vocabulary)).join(" ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

const categories = [
  "Instalación",
  "Conectividad",
  "Aplicación",
  "Facturación",
  "Cuenta",
  "Rendimiento",
  "Datos",
];
const nouns = "red cuenta pago correo disco pantalla teclado servidor sesion archivo copia licencia".split(
  " ",
);
const vocabulary = (
  "abra la configuración del equipo y compruebe que el servicio esté activo después de reiniciar módem conexión " +
  "usuario contraseña correo factura pantalla red cable botón menú opción aplicación sistema error mensaje código " +
  "si no aparece espere unos minutos pulse guardar cierre sesión vuelva a iniciar con su cuenta desde otro " +
  "dispositivo revise los permisos de carpeta antes continuar porque los cambios pendientes podrían perderse"
).split(" ");
