/**
 * Draws what a terminal shows of `kbvault diff v1 v3` on the shipped versions: `npm run screenshot` writes
 * docs/images/diff.svg. The same output gives the same file.
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
export const file = fileURLToPath(new URL("../../docs/images/diff.svg", import.meta.url));

const COLUMNS = 110;
const CHARACTER = { width: 7.8, height: 18 };
const MARGIN = 16;

/** What the codes of the terminal turn on, and which code turns it off again. */
const codes = {
  1: ["bold", 22],
  2: ["dim", 22],
  4: ["under", 24],
  9: ["through", 29],
  31: ["red", 39],
  32: ["green", 39],
  33: ["yellow", 39],
  36: ["cyan", 39],
};

const style = `
text { font: 13px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #d6dbe1; white-space: pre; }
.bold { font-weight: bold; } .dim { fill: #8b949e; } .under { text-decoration: underline; } .through { text-decoration: line-through; }
.red { fill: #ff8f88; } .green { fill: #7ee08a; } .yellow { fill: #e3c05c; } .cyan { fill: #76d6e4; }
`;

/** The picture, as text. */
export function screenshot() {
  const args = ["bin/kbvault.js", "diff", "v1", "v3"];
  const env = { PATH: process.env.PATH, FORCE_COLOR: "1" };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, env, encoding: "utf8" });
  if (status !== 0) throw new Error(`kbvault diff ended with ${status}: ${stderr}`);
  return draw(["$ kbvault diff v1 v3", ...stdout.trimEnd().split("\n")].flatMap(wrapped));
}

function draw(lines) {
  const width = Math.ceil(COLUMNS * CHARACTER.width + 2 * MARGIN);
  const height = lines.length * CHARACTER.height + 2 * MARGIN;
  const rows = lines.map((line, index) => {
    const y = MARGIN + (index + 0.75) * CHARACTER.height;
    return `<text xml:space="preserve" x="${MARGIN}" y="${y}">${line.map(spanOf).join("")}</text>\n`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="The output of kbvault diff v1 v3">
<style>${style}</style>
<rect width="${width}" height="${height}" rx="8" fill="#15191e"/>
${rows.join("")}</svg>
`;
}

function spanOf({ classes, text }) {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return classes === "" ? escaped : `<tspan class="${classes}">${escaped}</tspan>`;
}

/** A line as rows of at most COLUMNS characters, each a list of texts with the classes of their style. */
function wrapped(line) {
  const rows = [[]];
  let column = 0;
  for (const { classes, text } of styled(line)) {
    for (const character of text) {
      if (column === COLUMNS) {
        rows.push([]);
        column = 0;
      }
      const last = rows.at(-1).at(-1);
      if (last?.classes === classes) last.text += character;
      else rows.at(-1).push({ classes, text: character });
      column++;
    }
  }
  return rows;
}

function styled(line) {
  const on = new Map();
  return line.split("\u001b[").map((piece, index) => {
    const [, code, text] = index === 0 ? [null, null, piece] : /^(\d+)m(.*)$/s.exec(piece);
    const [name, end] = codes[code] ?? [];
    if (name !== undefined) on.set(name, end);
    else for (const [known, end] of on) if (end === Number(code)) on.delete(known);
    return { classes: [...on.keys()].join(" "), text };
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(file, screenshot());
  console.log(`Wrote ${file}.`);
}
