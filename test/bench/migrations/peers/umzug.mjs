// node umzug.mjs URL FOLDER: applies FOLDER/*.sql in a transaction each, with a table of names
import { readFile } from "node:fs/promises";
import pg from "pg";
import { Umzug } from "umzug";

const [url, folder] = process.argv.slice(2);
const client = new pg.Client({ connectionString: url });
await client.connect();
await client.query("CREATE TABLE IF NOT EXISTS umzug (name text PRIMARY KEY)");
const umzug = new Umzug({
  migrations: {
    glob: `${folder}/*.sql`,
    resolve: ({ name, path }) => ({
      name,
      up: async () => {
        await client.query("BEGIN");
        await client.query(await readFile(path, "utf8"));
        await client.query("COMMIT");
      },
    }),
  },
  storage: {
    executed: async () =>
      (await client.query("SELECT name FROM umzug ORDER BY name")).rows.map(({ name }) => name),
    logMigration: ({ name }) => client.query("INSERT INTO umzug VALUES ($1)", [name]),
    unlogMigration: ({ name }) => client.query("DELETE FROM umzug WHERE name = $1", [name]),
  },
  logger: undefined,
});
await umzug.up();
await client.end();
