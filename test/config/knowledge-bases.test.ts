import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Config, loadConfig } from "../../src/config/config.ts";
import { type ConfiguredKnowledgeBase, listKnowledgeBases } from "../../src/config/knowledge-bases.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";

const folder = useTemporaryFolder();

async function list(config: Config): Promise<readonly ConfiguredKnowledgeBase[]> {
  await writeFile(join(folder(), "kbvault.config.json"), JSON.stringify(config));
  return listKnowledgeBases(await loadConfig(folder()));
}

async function create(...paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(folder(), path)), { recursive: true });
    await writeFile(join(folder(), path), "{}");
  }
}

async function names(config: Config): Promise<(string | null)[]> {
  return (await list(config)).map(({ name }) => name);
}

describe("the knowledge bases of a configuration", () => {
  it("are none where nothing is named", async () => {
    expect(await list({})).toEqual([]);
  });

  it("are the one of the root, with its default store", async () => {
    expect(await list({ kb: "kb.json", maxDepth: 9 })).toEqual([
      { name: null, kb: join(folder(), "kb.json"), store: join(folder(), "versions"), maxDepth: 9 },
    ]);
  });

  it("take what they do not say from the root, and a store below the store of the root", async () => {
    const config = {
      store: "history",
      schema: "kb.schema.json",
      idField: "code",
      author: "Ana",
      knowledgeBases: { es: { kb: "es.json" }, en: { kb: "en.json", store: "en", idField: "slug" } },
    };
    const schema = join(folder(), "kb.schema.json");
    expect(await list(config)).toEqual([
      {
        name: "es",
        kb: join(folder(), "es.json"),
        store: join(folder(), "history/es"),
        schema,
        idField: "code",
      },
      { name: "en", kb: join(folder(), "en.json"), store: join(folder(), "en"), schema, idField: "slug" },
    ]);
  });

  it("come in the order of the file, those of a pattern by name", async () => {
    await create("kb/fr.json", "kb/de.json", "kb/notes.txt", "kb/.hidden.json", "kb/deep/it.json");
    await mkdir(join(folder(), "kb/folder.json"));
    await symlink("../kb/fr.json", join(folder(), "kb/pt.json"));
    const knowledgeBases = { "lang-*": { kb: "kb/*.json" }, main: { kb: "main.json" } };
    expect(await names({ knowledgeBases })).toEqual(["lang-de", "lang-fr", "lang-pt", "main"]);
  });

  it("of a pattern may each have a folder", async () => {
    await create("es/kb.json", "en/kb.json", "en/other.json");
    const found = await list({ knowledgeBases: { "*": { kb: "*/kb.json", store: "*/versions" } } });
    expect(found).toEqual([
      { name: "en", kb: join(folder(), "en/kb.json"), store: join(folder(), "en/versions") },
      { name: "es", kb: join(folder(), "es/kb.json"), store: join(folder(), "es/versions") },
    ]);
  });

  it("of a pattern are files, and have a name", async () => {
    await create("kb-es", "kb-", "kb-folder/kb-en");
    expect(await names({ knowledgeBases: { "*": { kb: "kb-*" } } })).toEqual(["es"]);
  });

  it("of a pattern stay as long as their store does, so that a lost file can be restored", async () => {
    await create("kb/es.json", "kb/en.json", "versions/es/store.json", "versions/not-a-store/notes.json");
    await rm(join(folder(), "kb/es.json"));
    expect(await names({ knowledgeBases: { "*": { kb: "kb/*.json" } } })).toEqual(["en", "es"]);
  });

  it("of a pattern leave out what is named elsewhere, by name, file or store", async () => {
    await create("kb/es.json", "kb/en.json", "kb/fr.json", "kb/de.json", "kb/it.json");
    const config = {
      kb: "kb/fr.json",
      store: "root",
      knowledgeBases: {
        "*": { kb: "kb/*.json", store: "versions/*" },
        es: { kb: "elsewhere.json", store: "a" },
        english: { kb: "kb/en.json", store: "b" },
        old: { kb: "old.json", store: "versions/de" },
      },
    };
    expect(await names(config)).toEqual([null, "it", "es", "english", "old"]);
  });

  it.each<[string, Config, RegExp]>([
    [
      "one store for two",
      { knowledgeBases: { es: { kb: "es.json", store: "v" }, en: { kb: "en.json", store: "./v/" } } },
      /"en" and "es" share the store/,
    ],
    [
      "a store inside another",
      { kb: "kb.json", knowledgeBases: { es: { kb: "es.json" } } },
      /"es" and the knowledge base .*kb\.json keep one store inside the other/,
    ],
    [
      "one name from two patterns",
      { knowledgeBases: { "*": { kb: "kb/*.json" }, "e*": { kb: "kb/e*.json", store: "w/e*" } } },
      /"es" and "es" have one name/,
    ],
  ])("are refused with %s", async (_, config, message) => {
    await create("kb/es.json");
    await expect(list(config)).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: expect.stringMatching(message),
      data: { file: join(folder(), "kbvault.config.json"), key: "knowledgeBases" },
    });
  });

  it("of a pattern are exactly the files that fit it, whatever their names", async () => {
    const name = fc.string({
      unit: fc.constantFrom(..."aé[]{}()!*?$^+|,; '\"\\漢"),
      minLength: 1,
      maxLength: 6,
    });
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(name, { maxLength: 5 }), name, async (stars, before) => {
        round++;
        await create(...stars.map((star) => `${round}/${before}${star}.json`), `${round}/other.txt`);
        const found = await listKnowledgeBases({
          config: {
            knowledgeBases: {
              "kb-*": {
                kb: join(folder(), `${round}`, `${before}*.json`),
                store: join(folder(), `${round}`, "*"),
              },
            },
          },
          path: null,
        });
        expect(found.map((one) => one.name)).toEqual(stars.toSorted().map((star) => `kb-${star}`));
        expect(found.map((one) => one.kb)).toEqual(
          stars.toSorted().map((star) => join(folder(), `${round}`, `${before}${star}.json`)),
        );
      }),
      { numRuns: 60 },
    );
  });
});
