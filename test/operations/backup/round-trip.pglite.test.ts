import { backupContract } from "./round-trip.contract.ts";

backupContract(
  "pglite",
  {
    schema: [
      "CREATE TABLE notes (id serial PRIMARY KEY, body text, raw bytea, at timestamptz, price numeric(30, 10), doc jsonb)",
      "INSERT INTO notes (body, raw, at, price, doc) SELECT 'ñandú ' || n, decode(md5(n::text), 'hex'), '2025-01-27 12:00:00.123456+02'::timestamptz + n * interval '1 day', n / 3.0, jsonb_build_object('n', n) FROM generate_series(1, 500) n",
      "CREATE VIEW few AS SELECT id, body FROM notes WHERE id < 10",
    ],
    questions: [
      "SELECT * FROM notes ORDER BY id",
      "SELECT * FROM few ORDER BY id",
      "SELECT last_value FROM notes_id_seq",
    ],
    damage: ["DELETE FROM notes WHERE id > 5", "CREATE TABLE later (id int)"],
  },
  true,
);
