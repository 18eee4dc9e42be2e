import { describe, expect, it } from "vitest";
import { tablesAfter } from "../../src/database/expected-tables.ts";

describe("the tables after statements", () => {
  const cases: [statements: string[], tables: string[]][] = [
    [[], []],
    [["CREATE TABLE notes (id int)"], ["notes"]],
    [["-- first\n/* and */ create table if not exists Notes (id int)"], ["notes"]],
    [
      ['CREATE UNLOGGED TABLE "My Notes" (id int)', "CREATE TABLE `b` (id int)"],
      ["My Notes", "b"],
    ],
    [["CREATE TEMPORARY TABLE t (id int)", "CREATE TEMP TABLE u (id int)"], []],
    [
      ["CREATE TABLE public.a (id int)", 'CREATE TABLE "other" . "B" (id int)'],
      ["a", "other.B"],
    ],
    [["CREATE TABLE a (id int)", "CREATE TABLE b (id int)", "DROP TABLE IF EXISTS a, public.b CASCADE"], []],
    [["CREATE TABLE a (id int)", "ALTER TABLE ONLY a RENAME TO c"], ["c"]],
    [["CREATE TABLE a (id int)", "RENAME TABLE a TO c"], ["c"]],
    [["CREATE TABLE s.a (id int)", "ALTER TABLE s.a RENAME TO c"], ["s.c"]],
    [["CREATE TABLE a (id int)", "ALTER TABLE a RENAME COLUMN id TO number"], ["a"]],
    [["CREATE TABLE a (id int)", "ALTER TABLE a DROP COLUMN id"], ["a"]],
    [
      ["CREATE TABLE a (id int)", "CREATE TABLE b (id int)", "DO $$ BEGIN EXECUTE 'DROP TABLE a'; END $$"],
      ["b"],
    ],
    [["CREATE TABLE a (id int)", "ALTER TABLE a SET SCHEMA archive"], []],
    [["INSERT INTO a VALUES ('CREATE TABLE b (id int)')"], []],
  ];
  it.each(cases)("%j are %j", (statements, tables) => {
    expect(tablesAfter(statements)).toEqual(tables);
  });
});
