// node postgrator.mjs URL FOLDER: applies FOLDER/NNN.do.NAME.sql
import pg from "pg";
import Postgrator from "postgrator";

const [url, folder] = process.argv.slice(2);
const client = new pg.Client({ connectionString: url });
await client.connect();
const { pathname } = new URL(url);
const postgrator = new Postgrator({
  migrationPattern: `${folder}/*.sql`,
  driver: "pg",
  database: pathname.slice(1),
  execQuery: (query) => client.query(query),
});
await postgrator.migrate();
await client.end();
