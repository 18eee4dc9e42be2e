import { backupContract } from "./round-trip.contract.ts";

backupContract("mysql", {
  schema: [
    "CREATE TABLE notes (id int PRIMARY KEY AUTO_INCREMENT, body varchar(100) CHARACTER SET utf8mb4, raw varbinary(20), at datetime(6), price decimal(30, 10))",
    "INSERT INTO notes (body, raw, at, price) SELECT concat('ñandú 🐦 ', seq), unhex(md5(seq)), '2025-01-27 12:00:00.123456' + INTERVAL seq DAY, seq / 3 FROM seq_1_to_500",
    "CREATE TABLE `a table` (k int PRIMARY KEY, note int, FOREIGN KEY (note) REFERENCES notes (id))",
    "INSERT INTO `a table` VALUES (1, 5), (2, NULL)",
    "CREATE VIEW happy AS SELECT id, body FROM notes WHERE price > 1",
    "CREATE TRIGGER shouting BEFORE INSERT ON notes FOR EACH ROW SET NEW.body = upper(NEW.body)",
    "CREATE PROCEDURE add_note() INSERT INTO notes (body) VALUES ('x; y')",
    "CREATE EVENT tidy ON SCHEDULE EVERY 1 YEAR STARTS '2037-01-01 00:00:00' DO DELETE FROM notes",
  ],
  questions: [
    "SELECT id, body, hex(raw) AS raw, at, price FROM notes ORDER BY id",
    "SELECT * FROM `a table` ORDER BY k",
    "SELECT * FROM happy ORDER BY id",
    "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = database()",
    "SELECT routine_name, routine_definition FROM information_schema.routines WHERE routine_schema = database()",
    "SELECT event_name, event_definition FROM information_schema.events WHERE event_schema = database()",
    "SELECT default_character_set_name, default_collation_name FROM information_schema.schemata WHERE schema_name = database()",
  ],
  damage: [
    "DELETE FROM notes WHERE id > 5",
    "ALTER TABLE notes DROP COLUMN at",
    "CREATE TABLE later (id int)",
    "DROP PROCEDURE add_note",
  ],
});
