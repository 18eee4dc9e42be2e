import { backupContract } from "./round-trip.contract.ts";

backupContract("postgres", {
  schema: [
    'CREATE SCHEMA "other schema"',
    "CREATE TYPE mood AS ENUM ('bien', 'mal')",
    "CREATE TABLE notes (id serial PRIMARY KEY, body text, raw bytea, feeling mood, at timestamptz, price numeric(30, 10), doc jsonb)",
    "INSERT INTO notes (body, raw, feeling, at, price, doc) SELECT 'ñandú ' || n, decode(md5(n::text), 'hex'), 'bien', '2025-01-27 12:00:00.123456+02'::timestamptz + n * interval '1 day', n / 3.0, jsonb_build_object('n', n) FROM generate_series(1, 500) n",
    'CREATE TABLE "other schema"."a ""table""" (k int PRIMARY KEY, note int REFERENCES notes)',
    'INSERT INTO "other schema"."a ""table""" VALUES (1, 5), (2, NULL)',
    "CREATE VIEW happy AS SELECT id, body FROM notes WHERE feeling = 'bien'",
    "CREATE MATERIALIZED VIEW counts AS SELECT feeling, count(*) AS amount FROM notes GROUP BY feeling",
    "CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.body := upper(NEW.body); RETURN NEW; END $$",
    "CREATE TRIGGER shouting BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION shout()",
  ],
  questions: [
    "SELECT * FROM notes ORDER BY id",
    'SELECT * FROM "other schema"."a ""table""" ORDER BY k',
    "SELECT * FROM happy ORDER BY id",
    "SELECT * FROM counts",
    "SELECT last_value FROM notes_id_seq",
    "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT pg_encoding_to_char(encoding) AS encoding, datcollate FROM pg_database WHERE datname = current_database()",
  ],
  damage: [
    "DELETE FROM notes WHERE id > 5",
    "UPDATE notes SET body = 'changed'",
    "ALTER TABLE notes DROP COLUMN price CASCADE",
    "CREATE TABLE later (id int)",
    "CREATE VIEW depends AS SELECT id FROM notes",
    // A materialized view is made anew from its tables when it is restored.
    "REFRESH MATERIALIZED VIEW counts",
  ],
});
