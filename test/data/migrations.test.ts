import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { PGlite } from "@electric-sql/pglite";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { DatabaseMigrator } from "../../src/database/migrator.ts";

const folder = new URL("../../data/migrations/", import.meta.url);
const sqlFiles = readdirSync(folder)
  .filter((name) => name.endsWith(".sql"))
  .sort();
const migrations = sqlFiles.filter((name) => !name.endsWith("_rollback.sql"));

const sqlOf = (file: string): string => readFileSync(new URL(file, folder), "utf8");
const rollbackOf = (migration: string): string => migration.replace(/\.sql$/, "_rollback.sql");

describe("the shipped migration files", () => {
  it("are six pairs and nothing else", () => {
    expect(migrations).toEqual([
      "001_initial_schema.sql",
      "002_add_feedback_schema.sql",
      "003_add_webhooks_schema.sql",
      "004_add_advanced_features.sql",
      "005_add_performance_optimizations.sql",
      "006_add_error_tracking.sql",
    ]);
    const pairs = migrations.flatMap((name) => [name, rollbackOf(name)]);
    expect(sqlFiles).toEqual(pairs.sort());
  });

  it.each(sqlFiles)("%s opens with a description and has no directive that changes how it runs", (file) => {
    const [first, ...others] = sqlOf(file).match(/^.*kbvault:.*$/gm) ?? [];
    expect(first).toMatch(/^-- kbvault: description \S.*$/);
    expect(others.filter((line) => !/^-- kbvault: allow [a-z-]+ \S.*$/.test(line))).toEqual([]);
    expect(sqlOf(file).startsWith("-- kbvault: description ")).toBe(true);
  });

  it("leave lint nothing to find but what they allow with a reason", async () => {
    const migrator = new DatabaseMigrator({ url: "pglite::memory:", folder: fileURLToPath(folder) });
    expect(await migrator.lint()).toMatchObject({ errors: 0, warnings: 0 });
  });

  it.each(sqlFiles)(
    "%s needs no extension and no particular schema, and drops nothing by CASCADE",
    (file) => {
      expect(sqlOf(file)).not.toMatch(
        /\bCREATE EXTENSION\b|\bpublic\.|\bDROP\b.*\bCASCADE\b|SECURITY DEFINER/i,
      );
    },
  );
});

interface Engine {
  /** Runs one or more statements. */
  exec(sql: string): Promise<void>;
  /** The rows of one query as JSON values, so that every engine gives the same types. */
  rows(sql: string): Promise<unknown[]>;
  close(): Promise<void>;
}

const asJson = (sql: string): string => `SELECT to_jsonb(q) AS row FROM (${sql}) AS q`;

async function openPglite(): Promise<Engine> {
  const database = await PGlite.create();
  return {
    exec: async (sql) => void (await database.exec(sql)),
    rows: async (sql) => (await database.query<{ row: unknown }>(asJson(sql))).rows.map(({ row }) => row),
    close: () => database.close(),
  };
}

/** Opens a new database on the server of `url`; closing drops it. */
async function openPostgres(url: string): Promise<Engine> {
  const name = `kbvault_migrations_${randomBytes(6).toString("hex")}`;
  const server = new pg.Client({ connectionString: url });
  await server.connect();
  await server.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`);
  const address = new URL(url);
  address.pathname = `/${name}`;
  const database = new pg.Client({ connectionString: address.href });
  await database.connect();
  return {
    exec: async (sql) => void (await database.query(sql)),
    rows: async (sql) => (await database.query<{ row: unknown }>(asJson(sql))).rows.map(({ row }) => row),
    close: async () => {
      await database.end();
      await server.query(`DROP DATABASE ${name}`);
      await server.end();
    },
  };
}

const postgresUrl = process.env["KBVAULT_TEST_POSTGRES_URL"];

describe("the shipped migrations on PGlite", { timeout: 60_000 }, () => migrationLaws(openPglite));

if (postgresUrl) {
  describe("the shipped migrations on PostgreSQL", { timeout: 60_000 }, () =>
    migrationLaws(() => openPostgres(postgresUrl)),
  );
} else {
  it("the shipped migrations on PostgreSQL", ({ skip }) => {
    skip("not run: KBVAULT_TEST_POSTGRES_URL names no server");
  });
}

const ana = "00000000-0000-4000-8000-00000000000a";
const luis = "00000000-0000-4000-8000-00000000000b";
const open = "00000000-0000-4000-8000-00000000000c";
const left = "00000000-0000-4000-8000-00000000000d";
const crm = "00000000-0000-4000-8000-0000000000ff";

/** Two days of support: one session resolved, one escalated, one still open, one abandoned without a try. */
const twoDays = `
  INSERT INTO support_troubleshooting_sessions
    (session_id, user_id, problem_id, kb_version_id, difficulty, total_steps, current_step, status, started_at, ended_at)
  VALUES
    ('${ana}', 'ana', 'conexion_internet', 'v3_20250127_120000', 'fácil', 4, 2, 'resolved',
      '2025-01-27 09:00Z', '2025-01-27 09:12Z'),
    ('${luis}', 'luis', 'instalacion_software', 'v3_20250127_120000', 'avanzado', 6, 1, 'escalated',
      '2025-01-27 10:00Z', '2025-01-27 10:40Z'),
    ('${open}', 'ana', 'conexion_internet', 'v4_20250127_180000', 'medio', 5, 1, 'in_progress',
      '2025-01-28 00:30Z', NULL),
    ('${left}', 'eva', 'conexion_internet', 'v4_20250127_180000', 'medio', 5, 1, 'abandoned',
      '2025-01-28 08:00Z', '2025-01-28 08:20Z');
  INSERT INTO support_troubleshooting_attempts
    (session_id, step_number, attempt_number, outcome, note, started_at, finished_at)
  VALUES
    ('${ana}', 1, 1, 'succeeded', NULL, '2025-01-27 09:00Z', '2025-01-27 09:03Z'),
    ('${ana}', 2, 1, 'failed', 'El módem sigue en rojo', '2025-01-27 09:03Z', '2025-01-27 09:06Z'),
    ('${ana}', 2, 2, 'succeeded', NULL, '2025-01-27 09:06Z', '2025-01-27 09:12Z'),
    ('${luis}', 1, 1, 'failed', 'Falta espacio en disco', '2025-01-27 10:00Z', '2025-01-27 10:30Z'),
    ('${open}', 1, 1, NULL, NULL, '2025-01-28 00:31Z', NULL);
  INSERT INTO support_troubleshooting_feedback
    (session_id, step_number, rating, reason, comment, created_at, reviewed_at, reviewed_by)
  VALUES
    ('${ana}', NULL, 5, 'helpful', '¡Gracias!', '2025-01-27 09:13Z', NULL, NULL),
    ('${luis}', NULL, 1, 'unclear', NULL, '2025-01-27 10:41Z', NULL, NULL),
    ('${luis}', 1, 2, 'missing_step', 'No dice qué hacer sin espacio', '2025-01-27 10:42Z', '2025-01-28 09:00Z', 'marta');
  INSERT INTO support_troubleshooting_webhooks (webhook_id, name, url, event_types, secret_name)
  VALUES ('${crm}', 'crm', 'https://crm.example/hooks?from=kb', '{session.escalated,session.abandoned}', 'CRM_HOOK_SECRET');
  INSERT INTO support_troubleshooting_webhook_deliveries
    (webhook_id, session_id, event_type, payload, status, attempts, next_attempt_at, response_status, last_error, delivered_at)
  VALUES
    ('${crm}', '${luis}', 'session.escalated', '{"user":"luis"}', 'pending', 1, '2025-01-27 10:45Z', 503, 'answered 503', NULL),
    ('${crm}', '${left}', 'session.abandoned', '{"user":"eva"}', 'delivered', 1, NULL, 200, NULL, '2025-01-28 08:21Z');
  INSERT INTO support_troubleshooting_notifications (recipient_id, kind, session_id, title)
  VALUES ('marta', 'session_escalated', '${luis}', 'Luis necesita ayuda'), ('marta', 'report_ready', NULL, 'Enero');
  INSERT INTO support_troubleshooting_reports
    (requested_by, period_start, period_end, status, content, requested_at, finished_at)
  VALUES ('marta', '2025-01-01Z', '2025-02-01Z', 'ready', '{"sessions":4}', '2025-02-01 08:00Z', '2025-02-01 08:01Z');
  INSERT INTO support_troubleshooting_configuration (key, value, description, updated_by)
  VALUES ('reports.retention_days', '90', 'Days that a report is kept', 'marta');
  INSERT INTO support_troubleshooting_error_log (severity, component, code, message, context, session_id)
  VALUES ('error', 'webhook_worker', 'DELIVERY_FAILED', 'crm answered 503', '{"status":503}', '${luis}');
  INSERT INTO support_troubleshooting_audit_log (actor, action, object_type, object_id, before, after)
  VALUES ('marta', 'update', 'configuration', 'reports.retention_days', '{"value":30}', '{"value":90}');
`;

/** A valid row per table as SQL expressions; a case below changes one thing of it. */
const validRows = {
  sessions: {
    user_id: "'eva'",
    problem_id: "'conexion_internet'",
    kb_version_id: "'v3_20250127_120000'",
    difficulty: "'medio'",
    total_steps: "5",
  },
  attempts: { session_id: `'${open}'`, step_number: "3" },
  feedback: { session_id: `'${open}'`, rating: "4" },
  webhooks: {
    name: "'chat'",
    url: "'https://chat.example'",
    event_types: "'{session.started}'",
    secret_name: "'CHAT_SECRET'",
  },
  webhook_deliveries: {
    webhook_id: `'${crm}'`,
    session_id: `'${open}'`,
    event_type: "'session.started'",
    payload: "'{}'",
  },
  notifications: {
    recipient_id: "'marta'",
    kind: "'session_stalled'",
    session_id: `'${open}'`,
    title: "'Sin cambios'",
  },
  reports: { requested_by: "'marta'", period_start: "'2025-01-01Z'", period_end: "'2025-02-01Z'" },
  configuration: { key: "'a.b_1'", value: "'{}'", description: "'Nothing'", updated_by: "'marta'" },
  error_log: { component: "'api'", code: "'TIMEOUT'", message: "'too slow'" },
  audit_log: {
    actor: "'marta'",
    action: "'create'",
    object_type: "'webhook'",
    object_id: "'1'",
    after: "'{}'",
  },
} as const;

type Table = keyof typeof validRows;

function insert(table: Table, changed: Readonly<Record<string, string>> = {}): string {
  const row = { ...validRows[table], ...changed };
  const columns = Object.keys(row).join(", ");
  return `INSERT INTO support_troubleshooting_${table} (${columns}) VALUES (${Object.values(row).join(", ")});`;
}

const nobody = "'00000000-0000-4000-8000-000000000000'";
const long = (length: number): string => `repeat('x', ${length})`;

/** Statements that must fail, each with the constraint that refuses it. */
const violations: readonly (readonly [constraint: string, sql: string])[] = [
  ["sessions_user_id_trimmed", insert("sessions", { user_id: "''" })],
  ["sessions_user_id_trimmed", insert("sessions", { user_id: long(201) })],
  ["sessions_problem_id_trimmed", insert("sessions", { problem_id: "' conexion_internet'" })],
  ["sessions_kb_version_id_form", insert("sessions", { kb_version_id: "'v0_20250127_120000'" })],
  ["sessions_kb_version_id_form", insert("sessions", { kb_version_id: "'latest'" })],
  ["sessions_difficulty_known", insert("sessions", { difficulty: "'facil'" })],
  ["sessions_difficulty_known", insert("sessions", { difficulty: "U&'fa\\0301cil'" })],
  ["sessions_current_step_within_total", insert("sessions", { total_steps: "0" })],
  ["sessions_current_step_within_total", insert("sessions", { current_step: "6" })],
  ["sessions_current_step_within_total", insert("sessions", { current_step: "0" })],
  ["sessions_status_known", insert("sessions", { status: "'done'", ended_at: "now()" })],
  ["sessions_ended_unless_in_progress", insert("sessions", { status: "'resolved'" })],
  ["sessions_ended_unless_in_progress", insert("sessions", { ended_at: "now()" })],
  [
    "sessions_end_after_start",
    insert("sessions", { status: "'resolved'", ended_at: "now() - interval '1 second'" }),
  ],
  ["attempts_session_fkey", insert("attempts", { session_id: nobody })],
  ["attempts_once_per_step_and_number", insert("attempts") + insert("attempts")],
  ["attempts_step_number_positive", insert("attempts", { step_number: "0" })],
  ["attempts_attempt_number_positive", insert("attempts", { attempt_number: "0" })],
  ["attempts_outcome_known", insert("attempts", { outcome: "'maybe'", finished_at: "now()" })],
  ["attempts_outcome_when_finished", insert("attempts", { outcome: "'failed'" })],
  ["attempts_outcome_when_finished", insert("attempts", { finished_at: "now()" })],
  [
    "attempts_finish_after_start",
    insert("attempts", { outcome: "'failed'", finished_at: "now() - interval '1 second'" }),
  ],
  ["attempts_note_length", insert("attempts", { note: "''" })],
  ["feedback_session_fkey", insert("feedback", { session_id: nobody })],
  ["idx_troubleshooting_feedback_once", insert("feedback") + insert("feedback")],
  [
    "idx_troubleshooting_feedback_once",
    insert("feedback", { step_number: "1" }) + insert("feedback", { step_number: "1" }),
  ],
  ["feedback_step_number_positive", insert("feedback", { step_number: "0" })],
  ["feedback_rating_range", insert("feedback", { rating: "0" })],
  ["feedback_rating_range", insert("feedback", { rating: "6" })],
  ["feedback_reason_known", insert("feedback", { reason: "'other'" })],
  ["feedback_comment_length", insert("feedback", { comment: long(4001) })],
  ["feedback_reviewed_by_someone", insert("feedback", { reviewed_at: "now()" })],
  ["feedback_reviewed_by_trimmed", insert("feedback", { reviewed_at: "now()", reviewed_by: "''" })],
  ["webhooks_name_unique", insert("webhooks", { name: "'crm'" })],
  ["webhooks_name_trimmed", insert("webhooks", { name: "'chat '" })],
  ["webhooks_url_http_without_credentials", insert("webhooks", { url: "'ftp://chat.example'" })],
  ["webhooks_url_http_without_credentials", insert("webhooks", { url: "'https://me:pw@chat.example/'" })],
  ["webhooks_url_http_without_credentials", insert("webhooks", { url: "'https:///hooks'" })],
  ["webhooks_event_types_some", insert("webhooks", { event_types: "'{}'" })],
  ["webhooks_event_types_known", insert("webhooks", { event_types: "'{session.paused}'" })],
  ["webhooks_event_types_known", insert("webhooks", { event_types: "'{session.started,NULL}'" })],
  ["webhooks_secret_name_form", insert("webhooks", { secret_name: "'s3cr3t!'" })],
  ["webhooks_max_attempts_range", insert("webhooks", { max_attempts: "0" })],
  ["webhooks_timeout_range", insert("webhooks", { timeout_ms: "60001" })],
  ["deliveries_webhook_fkey", insert("webhook_deliveries", { webhook_id: nobody })],
  ["deliveries_webhook_fkey", `DELETE FROM support_troubleshooting_webhooks WHERE webhook_id = '${crm}'`],
  ["deliveries_session_fkey", insert("webhook_deliveries", { session_id: nobody })],
  ["deliveries_event_type_form", insert("webhook_deliveries", { event_type: "'started'" })],
  ["deliveries_payload_object", insert("webhook_deliveries", { payload: "'[]'" })],
  [
    "deliveries_status_known",
    insert("webhook_deliveries", { status: "'lost'", attempts: "1", next_attempt_at: "NULL" }),
  ],
  ["deliveries_attempts_not_negative", insert("webhook_deliveries", { attempts: "-1" })],
  [
    "deliveries_attempted_when_settled",
    insert("webhook_deliveries", { status: "'given_up'", next_attempt_at: "NULL" }),
  ],
  ["deliveries_next_attempt_while_pending", insert("webhook_deliveries", { next_attempt_at: "NULL" })],
  [
    "deliveries_next_attempt_while_pending",
    insert("webhook_deliveries", { status: "'given_up'", attempts: "1" }),
  ],
  ["deliveries_delivered_at_when_delivered", insert("webhook_deliveries", { delivered_at: "now()" })],
  ["deliveries_response_status_range", insert("webhook_deliveries", { response_status: "600" })],
  ["notifications_session_fkey", insert("notifications", { session_id: nobody })],
  ["notifications_recipient_id_trimmed", insert("notifications", { recipient_id: "' '" })],
  ["notifications_kind_known", insert("notifications", { kind: "'other'" })],
  ["notifications_session_when_about_one", insert("notifications", { session_id: "NULL" })],
  ["notifications_title_length", insert("notifications", { title: "''" })],
  ["notifications_body_length", insert("notifications", { body: long(4001) })],
  ["notifications_read_after_created", insert("notifications", { read_at: "now() - interval '1 second'" })],
  ["reports_requested_by_trimmed", insert("reports", { requested_by: "''" })],
  ["reports_period_finite_and_forward", insert("reports", { period_end: "'2025-01-01Z'" })],
  ["reports_period_finite_and_forward", insert("reports", { period_end: "'infinity'" })],
  ["reports_status_known", insert("reports", { status: "'running'", finished_at: "now()" })],
  ["reports_content_when_ready", insert("reports", { status: "'ready'", finished_at: "now()" })],
  [
    "reports_content_object",
    insert("reports", { status: "'ready'", content: "'null'", finished_at: "now()" }),
  ],
  ["reports_error_when_failed", insert("reports", { status: "'failed'", finished_at: "now()" })],
  ["reports_finished_unless_requested", insert("reports", { finished_at: "now()" })],
  [
    "reports_finish_after_request",
    insert("reports", {
      status: "'ready'",
      content: "'{}'",
      finished_at: "now() - interval '1 second'",
    }),
  ],
  ["configuration_key_form", insert("configuration", { key: "'Reports'" })],
  ["configuration_key_form", insert("configuration", { key: "'reports..days'" })],
  ["configuration_description_given", insert("configuration", { description: "' '" })],
  ["configuration_updated_by_trimmed", insert("configuration", { updated_by: "''" })],
  ["error_log_session_fkey", insert("error_log", { session_id: nobody })],
  ["error_log_severity_known", insert("error_log", { severity: "'info'" })],
  ["error_log_component_form", insert("error_log", { component: "'API'" })],
  ["error_log_code_form", insert("error_log", { code: "'timeout'" })],
  ["error_log_message_given", insert("error_log", { message: "''" })],
  ["error_log_context_object", insert("error_log", { context: "'1'" })],
  ["error_log_resolved_by_someone", insert("error_log", { resolved_by: "'marta'" })],
  [
    "error_log_resolved_after_occurred",
    insert("error_log", { resolved_by: "'marta'", resolved_at: "now() - interval '1 second'" }),
  ],
  ["audit_log_actor_trimmed", insert("audit_log", { actor: "'marta '" })],
  ["audit_log_action_known", insert("audit_log", { action: "'read'", before: "'{}'" })],
  ["audit_log_object_type_known", insert("audit_log", { object_type: "'user'" })],
  ["audit_log_object_id_given", insert("audit_log", { object_id: "''" })],
  ["audit_log_before_unless_create", insert("audit_log", { before: "'{}'" })],
  ["audit_log_after_unless_delete", insert("audit_log", { action: "'delete'", before: "'{}'" })],
];

const ours = "n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'";

/** Everything that a migration can make, one line each, from PostgreSQL's catalogs. */
const catalogSql = `
  SELECT format('relation %s %s %s', c.oid::regclass, c.relkind, c.reloptions) AS line
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE ${ours}
  UNION ALL
  SELECT format('column %s %s %s %s %s %s %s', c.oid::regclass, a.attnum, a.attname,
                format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, pg_get_expr(d.adbin, d.adrelid))
    FROM pg_attribute AS a
    JOIN pg_class AS c ON c.oid = a.attrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
    LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE ${ours} AND a.attnum > 0
  UNION ALL
  SELECT format('constraint %s %s %s %s', o.conrelid::regclass, o.conname, o.convalidated, pg_get_constraintdef(o.oid))
    FROM pg_constraint AS o JOIN pg_namespace AS n ON n.oid = o.connamespace WHERE ${ours}
  UNION ALL
  SELECT format('index %s %s', i.indisvalid, pg_get_indexdef(i.indexrelid))
    FROM pg_index AS i
    JOIN pg_class AS c ON c.oid = i.indexrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE ${ours}
  UNION ALL
  SELECT format('view %s %s', c.oid::regclass, pg_get_viewdef(c.oid))
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE ${ours} AND c.relkind IN ('v', 'm')
  UNION ALL
  SELECT format('function %s', pg_get_functiondef(p.oid))
    FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace WHERE ${ours}
  UNION ALL
  SELECT format('trigger %s %s', t.tgenabled, pg_get_triggerdef(t.oid)) FROM pg_trigger AS t WHERE NOT t.tgisinternal
  UNION ALL
  SELECT format('type %s %s', t.oid::regtype, t.typtype)
    FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace WHERE ${ours}
  UNION ALL
  SELECT format('comment on %s: %s', pg_describe_object(d.classoid, d.objoid, d.objsubid), d.description)
    FROM pg_description AS d WHERE d.objoid >= 16384
  ORDER BY line`;

/** The relations, functions, constraints and indexes of the current schema that break a house rule. */
const houseRules: readonly (readonly [rule: string, offendersSql: string])[] = [
  [
    "every table and view has a comment",
    `SELECT relname AS offender FROM pg_class
      WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'v', 'm')
        AND obj_description(oid, 'pg_class') IS NULL`,
  ],
  [
    "every function has a comment",
    `SELECT proname AS offender FROM pg_proc
      WHERE pronamespace = current_schema()::regnamespace AND obj_description(oid, 'pg_proc') IS NULL`,
  ],
  [
    "every function is safe from a search_path set later",
    `SELECT proname AS offender FROM pg_proc
      WHERE pronamespace = current_schema()::regnamespace
        AND prosqlbody IS NULL AND NOT coalesce('search_path=""' = ANY (proconfig), false)`,
  ],
  [
    "every foreign key column leads an index",
    `SELECT conname AS offender FROM pg_constraint
      WHERE connamespace = current_schema()::regnamespace AND contype = 'f'
        AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = conrelid AND indkey[0] = conkey[1])`,
  ],
  [
    "every materialized view has a unique index that REFRESH CONCURRENTLY accepts",
    `SELECT relname AS offender FROM pg_class AS c
      WHERE relnamespace = current_schema()::regnamespace AND relkind = 'm'
        AND NOT EXISTS (
          SELECT FROM pg_index WHERE indrelid = c.oid AND indisunique AND indpred IS NULL AND indexprs IS NULL
        )`,
  ],
  [
    "every timestamp knows its zone",
    `SELECT attrelid::regclass::text || '.' || attname AS offender FROM pg_attribute AS a
      JOIN pg_class AS c ON c.oid = a.attrelid
      WHERE c.relnamespace = current_schema()::regnamespace AND atttypid = 'timestamp'::regtype`,
  ],
];

/** States every law once, for whichever engine `openEngine` opens. */
function migrationLaws(openEngine: () => Promise<Engine>): void {
  let db: Engine;

  beforeAll(async () => {
    db = await openEngine();
    await db.exec("SET TimeZone = 'UTC'; SET client_min_messages = warning");
  }, 60_000);
  afterAll(() => db.close());

  const catalog = async (): Promise<unknown[]> => db.rows(catalogSql);
  const transaction = async (sql: string): Promise<void> => {
    try {
      await db.exec(`BEGIN; ${sql}; COMMIT`);
    } catch (error) {
      await db.exec("ROLLBACK");
      throw error;
    }
  };
  const up = async (names: readonly string[]): Promise<void> => {
    for (const name of names) await transaction(sqlOf(name));
  };
  const down = async (names: readonly string[]): Promise<void> => {
    for (const name of names.toReversed()) await transaction(sqlOf(rollbackOf(name)));
  };
  // Not `public`: a migration that names a schema would be found out.
  const useFreshSchema = (): Promise<void> =>
    db.exec("CREATE SCHEMA helpdesk; SET search_path = helpdesk; SET TimeZone = 'UTC'");
  const dropFreshSchema = (): Promise<void> => db.exec("RESET search_path; DROP SCHEMA helpdesk CASCADE");

  describe("up and down", () => {
    beforeEach(useFreshSchema);
    afterEach(dropFreshSchema);

    it.each(migrations.map((name, index) => [name, index] as const))(
      "%s goes up, down and up again to the same schema",
      async (name, index) => {
        await up(migrations.slice(0, index));
        const before = await catalog();
        await up([name]);
        const after = await catalog();
        expect(after.length).toBeGreaterThan(before.length);
        await down([name]);
        expect(await catalog()).toEqual(before);
        await up([name]);
        expect(await catalog()).toEqual(after);
      },
    );

    it("all go down in reverse, with rows in every table, and leave nothing", async () => {
      const before = await catalog();
      await up(migrations);
      const after = await catalog();
      await db.exec(twoDays);
      await down(migrations);
      expect(await catalog()).toEqual(before);
      await up(migrations);
      expect(await catalog()).toEqual(after);
    });

    it("a rollback refuses to take along what others built upon it, and changes nothing", async () => {
      await up(migrations);
      await db.exec("CREATE VIEW weekly AS SELECT day FROM mv_daily_troubleshooting_summary");
      const before = await catalog();
      await expect(down(["005_add_performance_optimizations.sql"])).rejects.toMatchObject({ code: "2BP01" });
      expect(await catalog()).toEqual(before);
    });

    it("a second up is refused rather than mistaken for a success", async () => {
      await up(migrations);
      await expect(up(["001_initial_schema.sql"])).rejects.toMatchObject({ code: "42P07" });
    });

    it("indexes of 005 that were built by hand beforehand are kept", async () => {
      await up(migrations.slice(0, 4));
      await db.exec(
        "CREATE INDEX CONCURRENTLY idx_troubleshooting_sessions_started ON support_troubleshooting_sessions (started_at)",
      );
      await up(migrations.slice(4));
      const built = await catalog();
      await down(migrations.slice(4));
      await up(migrations.slice(4));
      expect(await catalog()).toEqual(built);
    });

    it("need no superuser, and functions are not led astray by a search_path set later", async () => {
      const role = `kbvault_migrations_${randomBytes(6).toString("hex")}`;
      await db.exec(`
        CREATE ROLE ${role}; CREATE SCHEMA desk AUTHORIZATION ${role}; CREATE SCHEMA decoy AUTHORIZATION ${role};
        SET ROLE ${role}; SET search_path = desk`);
      try {
        await up(migrations);
        await db.exec(twoDays);
        await db.exec(`
          CREATE TABLE decoy.support_troubleshooting_sessions (LIKE support_troubleshooting_sessions);
          CREATE TABLE decoy.mv_daily_troubleshooting_summary (day date);
          CREATE FUNCTION decoy.now() RETURNS timestamptz LANGUAGE sql RETURN '1999-01-01'::timestamptz;
          SET search_path = decoy, pg_catalog`);
        expect(
          await db.rows("SELECT sum(sessions) AS sessions FROM desk.support_troubleshooting_statistics()"),
        ).toEqual([{ sessions: 4 }]);
        expect(
          await db.rows(
            "SELECT sum(sessions_started) AS sessions FROM desk.support_troubleshooting_period_metrics('2025-01-01', '2025-02-01')",
          ),
        ).toEqual([{ sessions: 4 }]);
        expect(
          await db.rows(
            "SELECT materialized_view::text AS view FROM desk.support_troubleshooting_refresh_summaries()",
          ),
        ).toEqual([
          { view: "desk.mv_daily_troubleshooting_summary" },
          { view: "desk.mv_troubleshooting_step_outcomes" },
        ]);
        await db.exec("UPDATE desk.support_troubleshooting_configuration SET value = '30'");
        expect(
          await db.rows(
            "SELECT updated_at > '2000-01-01' AS is_now FROM desk.support_troubleshooting_configuration",
          ),
        ).toEqual([{ is_now: true }]);
        await db.exec("SET search_path = desk");
        await down(migrations);
      } finally {
        await db.exec(
          `RESET ROLE; SET search_path = helpdesk; DROP OWNED BY ${role} CASCADE; DROP ROLE ${role}`,
        );
      }
    });
  });

  describe("the schema", () => {
    beforeAll(async () => {
      await useFreshSchema();
      await up(migrations);
      await db.exec(twoDays);
    }, 60_000);
    afterAll(dropFreshSchema);
    beforeEach(() => db.exec("BEGIN"));
    afterEach(() => db.exec("ROLLBACK"));

    it.each(houseRules)("%s", async (_rule, offendersSql) => {
      expect(await db.rows(offendersSql)).toEqual([]);
    });

    it.each(violations)("%s refuses: %s", async (constraint, sql) => {
      await expect(db.exec(sql)).rejects.toMatchObject({ code: expect.stringMatching(/^23/), constraint });
    });

    it("has a case above for every check, foreign key and unique constraint", async () => {
      const constraints = await db.rows(
        `SELECT conname AS name FROM pg_constraint
          WHERE connamespace = current_schema()::regnamespace AND contype IN ('c', 'f', 'u')`,
      );
      const tried = new Set(violations.map(([constraint]) => constraint));
      tried.delete("idx_troubleshooting_feedback_once");
      expect(new Set(constraints.map((row) => (row as { name: string }).name))).toEqual(tried);
    });

    it.each(Object.keys(validRows) as Table[])(
      "accepts the row of %s that the cases start from",
      async (table) => {
        await db.exec(insert(table));
      },
    );

    it("lets nothing be null but what has a meaning when it is", async () => {
      const nullable = await db.rows(
        `SELECT replace(table_name, 'support_troubleshooting_', '') || '.' || column_name AS name
          FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
          WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND is_nullable = 'YES'
          ORDER BY table_name COLLATE "C", ordinal_position`,
      );
      expect(nullable.map((row) => (row as { name: string }).name)).toEqual([
        "attempts.outcome",
        "attempts.note",
        "attempts.finished_at",
        "audit_log.before",
        "audit_log.after",
        "error_log.session_id",
        "error_log.resolved_at",
        "error_log.resolved_by",
        "feedback.step_number",
        "feedback.reason",
        "feedback.comment",
        "feedback.reviewed_at",
        "feedback.reviewed_by",
        "notifications.session_id",
        "notifications.read_at",
        "reports.content",
        "reports.error_message",
        "reports.finished_at",
        "sessions.ended_at",
        "webhook_deliveries.next_attempt_at",
        "webhook_deliveries.response_status",
        "webhook_deliveries.last_error",
        "webhook_deliveries.delivered_at",
      ]);
    });

    it("sums up each session", async () => {
      expect(
        await db.rows(
          `SELECT user_id, status, steps_succeeded, progress, attempts, failed_attempts, last_attempt_at,
              CASE WHEN ended_at IS NOT NULL THEN duration END AS duration
            FROM support_troubleshooting_session_summary ORDER BY started_at`,
        ),
      ).toEqual([
        {
          user_id: "ana",
          status: "resolved",
          steps_succeeded: 2,
          progress: 0.5,
          attempts: 3,
          failed_attempts: 1,
          last_attempt_at: "2025-01-27T09:06:00+00:00",
          duration: "00:12:00",
        },
        {
          user_id: "luis",
          status: "escalated",
          steps_succeeded: 0,
          progress: 0,
          attempts: 1,
          failed_attempts: 1,
          last_attempt_at: "2025-01-27T10:00:00+00:00",
          duration: "00:40:00",
        },
        {
          user_id: "ana",
          status: "in_progress",
          steps_succeeded: 0,
          progress: 0,
          attempts: 1,
          failed_attempts: 0,
          last_attempt_at: "2025-01-28T00:31:00+00:00",
          duration: null,
        },
        {
          user_id: "eva",
          status: "abandoned",
          steps_succeeded: 0,
          progress: 0,
          attempts: 0,
          failed_attempts: 0,
          last_attempt_at: null,
          duration: "00:20:00",
        },
      ]);
    });

    it("gives statistics per problem, of a period and of one problem", async () => {
      const software = {
        problem_id: "instalacion_software",
        sessions: 1,
        in_progress: 0,
        resolved: 0,
        escalated: 1,
        abandoned: 0,
        resolution_rate: 0,
        average_attempts: 1,
        median_duration: "00:40:00",
      };
      expect(await db.rows("SELECT * FROM support_troubleshooting_statistics()")).toEqual([
        {
          problem_id: "conexion_internet",
          sessions: 3,
          in_progress: 1,
          resolved: 1,
          escalated: 0,
          abandoned: 1,
          resolution_rate: 0.5,
          average_attempts: 1.33,
          median_duration: "00:16:00",
        },
        software,
      ]);
      expect(
        await db.rows(
          "SELECT * FROM support_troubleshooting_statistics(p_problem_id => 'instalacion_software')",
        ),
      ).toEqual([software]);
      expect(
        await db.rows(
          `SELECT problem_id, sessions, resolution_rate, median_duration
            FROM support_troubleshooting_statistics('2025-01-28 00:30Z', '2025-01-28 08:00Z')`,
        ),
      ).toEqual([
        { problem_id: "conexion_internet", sessions: 1, resolution_rate: null, median_duration: null },
      ]);
    });

    it("sums up feedback per problem and step", async () => {
      expect(
        await db.rows(
          `SELECT problem_id, step_number, ratings, average_rating, low_ratings, to_review
            FROM support_troubleshooting_feedback_summary ORDER BY problem_id, step_number`,
        ),
      ).toEqual([
        {
          problem_id: "conexion_internet",
          step_number: null,
          ratings: 1,
          average_rating: 5,
          low_ratings: 0,
          to_review: 0,
        },
        {
          problem_id: "instalacion_software",
          step_number: 1,
          ratings: 1,
          average_rating: 2,
          low_ratings: 1,
          to_review: 0,
        },
        {
          problem_id: "instalacion_software",
          step_number: null,
          ratings: 1,
          average_rating: 1,
          low_ratings: 1,
          to_review: 1,
        },
      ]);
    });

    it("gives metrics per period, empty ones too, the last one cut", async () => {
      expect(
        await db.rows(
          "SELECT * FROM support_troubleshooting_period_metrics('2025-01-27', '2025-01-29 12:00')",
        ),
      ).toEqual([
        {
          period_start: "2025-01-27T00:00:00+00:00",
          period_end: "2025-01-28T00:00:00+00:00",
          sessions_started: 2,
          sessions_ended: 2,
          sessions_resolved: 1,
          attempts_started: 4,
          ratings: 3,
          average_rating: 2.67,
        },
        {
          period_start: "2025-01-28T00:00:00+00:00",
          period_end: "2025-01-29T00:00:00+00:00",
          sessions_started: 2,
          sessions_ended: 1,
          sessions_resolved: 0,
          attempts_started: 1,
          ratings: 0,
          average_rating: null,
        },
        {
          period_start: "2025-01-29T00:00:00+00:00",
          period_end: "2025-01-29T12:00:00+00:00",
          sessions_started: 0,
          sessions_ended: 0,
          sessions_resolved: 0,
          attempts_started: 0,
          ratings: 0,
          average_rating: null,
        },
      ]);
    });

    it("counts a period's day by the session's time zone", async () => {
      await db.exec("SET LOCAL TimeZone = 'Europe/Madrid'");
      expect(
        await db.rows(
          `SELECT period_end - period_start AS length
            FROM support_troubleshooting_period_metrics('2025-03-29', '2025-04-01')`,
        ),
      ).toEqual([{ length: "1 day" }, { length: "23:00:00" }, { length: "1 day" }]);
    });

    it.each([
      ["'-infinity', 'infinity'"],
      ["'2025-01-27', 'infinity'"],
      ["'-infinity', '2025-01-27'"],
      ["'2025-01-28', '2025-01-27'"],
      ["NULL, '2025-01-27'"],
    ])("gives no periods between %s", async (bounds) => {
      expect(await db.rows(`SELECT * FROM support_troubleshooting_period_metrics(${bounds})`)).toEqual([]);
    });

    it("shows what is going on now in one row", async () => {
      await db.exec(`
        INSERT INTO support_troubleshooting_sessions
          (user_id, problem_id, kb_version_id, difficulty, total_steps, status, started_at, ended_at, updated_at)
        SELECT 'eva', 'conexion_internet', 'v4_20250127_180000', 'medio', 5, status,
            now() - started_ago, now() - ended_ago, now() - coalesce(ended_ago, interval '31 minutes')
          FROM (VALUES
            ('in_progress', interval '40 minutes', NULL),
            ('resolved', interval '50 minutes', interval '20 minutes'),
            ('escalated', interval '3 hours', interval '2 hours')
          ) AS recent (status, started_ago, ended_ago);
        ${insert("feedback", { rating: "4" })}`);
      expect(await db.rows("SELECT * FROM support_troubleshooting_realtime_metrics")).toEqual([
        {
          measured_at: expect.any(String),
          open_sessions: 2,
          stalled_sessions: 1,
          started_last_hour: 2,
          ended_last_hour: 1,
          resolved_last_hour: 1,
          escalated_last_hour: 0,
          resolution_rate_last_day: 0.5,
          average_rating_last_day: 4,
          pending_deliveries: 1,
          overdue_deliveries: 1,
        },
      ]);
    });

    it("refreshes the summaries without locking readers out", async () => {
      expect(await db.rows("SELECT * FROM mv_daily_troubleshooting_summary")).toEqual([]);
      await db.exec("SELECT * FROM support_troubleshooting_refresh_summaries()");
      expect(
        await db.rows(
          `SELECT bool_or(mode = 'ExclusiveLock') AS writers, bool_or(mode = 'AccessExclusiveLock') AS readers
            FROM pg_locks WHERE relation = 'mv_daily_troubleshooting_summary'::regclass`,
        ),
      ).toEqual([{ writers: true, readers: false }]);
      expect(
        await db.rows("SELECT * FROM mv_daily_troubleshooting_summary ORDER BY day, problem_id"),
      ).toEqual([
        {
          day: "2025-01-27",
          problem_id: "conexion_internet",
          sessions: 1,
          in_progress: 0,
          resolved: 1,
          escalated: 0,
          abandoned: 0,
          attempts: 3,
          failed_attempts: 1,
          median_duration: "00:12:00",
          average_rating: 5,
        },
        {
          day: "2025-01-27",
          problem_id: "instalacion_software",
          sessions: 1,
          in_progress: 0,
          resolved: 0,
          escalated: 1,
          abandoned: 0,
          attempts: 1,
          failed_attempts: 1,
          median_duration: "00:40:00",
          average_rating: 1,
        },
        {
          day: "2025-01-28",
          problem_id: "conexion_internet",
          sessions: 2,
          in_progress: 1,
          resolved: 0,
          escalated: 0,
          abandoned: 1,
          attempts: 1,
          failed_attempts: 0,
          median_duration: "00:20:00",
          average_rating: null,
        },
      ]);
      expect(
        await db.rows(
          `SELECT problem_id, kb_version_id, step_number, sessions, attempts, succeeded, failed, skipped, median_duration
            FROM mv_troubleshooting_step_outcomes ORDER BY problem_id, kb_version_id, step_number LIMIT 2`,
        ),
      ).toEqual([
        {
          problem_id: "conexion_internet",
          kb_version_id: "v3_20250127_120000",
          step_number: 1,
          sessions: 1,
          attempts: 1,
          succeeded: 1,
          failed: 0,
          skipped: 0,
          median_duration: "00:03:00",
        },
        {
          problem_id: "conexion_internet",
          kb_version_id: "v3_20250127_120000",
          step_number: 2,
          sessions: 1,
          attempts: 2,
          succeeded: 1,
          failed: 1,
          skipped: 0,
          median_duration: "00:04:30",
        },
      ]);
    });

    it("fills a summary that was restored without its data, and refreshes one alone", async () => {
      await db.exec("REFRESH MATERIALIZED VIEW mv_daily_troubleshooting_summary WITH NO DATA");
      expect(
        await db.rows(
          `SELECT materialized_view, duration > interval '0' AS took_time
            FROM support_troubleshooting_refresh_summaries(ARRAY['mv_daily_troubleshooting_summary']::regclass[])`,
        ),
      ).toEqual([{ materialized_view: "mv_daily_troubleshooting_summary", took_time: true }]);
      expect(await db.rows("SELECT count(*) AS days FROM mv_daily_troubleshooting_summary")).toEqual([
        { days: 3 },
      ]);
    });

    it("erases what speaks of a session with it, and keeps the error that struck it", async () => {
      await db.exec(`DELETE FROM support_troubleshooting_sessions WHERE session_id = '${luis}'`);
      const remaining = ["attempts", "feedback", "webhook_deliveries", "notifications", "error_log"].map(
        (table) => `(SELECT count(*) FROM support_troubleshooting_${table}) AS ${table}`,
      );
      expect(await db.rows(`SELECT ${remaining.join(", ")}`)).toEqual([
        { attempts: 4, feedback: 1, webhook_deliveries: 1, notifications: 1, error_log: 1 },
      ]);
      expect(await db.rows("SELECT code, session_id FROM support_troubleshooting_error_log")).toEqual([
        { code: "DELIVERY_FAILED", session_id: null },
      ]);
    });

    it.each([
      ["sessions", "current_step", "3"],
      ["webhooks", "is_active", "false"],
      ["configuration", "value", "'30'"],
    ])("sets updated_at of %s when %s changes and only then", async (table, column, value) => {
      const name = `support_troubleshooting_${table}`;
      const touched = `SELECT DISTINCT updated_at = now() AS touched FROM ${name}`;
      await db.exec(`UPDATE ${name} SET ${column} = ${column}`);
      expect(await db.rows(touched)).toEqual([{ touched: false }]);
      await db.exec(`UPDATE ${name} SET ${column} = ${value}, updated_at = '1999-01-01'`);
      expect(await db.rows(touched)).toEqual([{ touched: true }]);
    });

    it.each([
      "UPDATE support_troubleshooting_audit_log SET actor = 'eva'",
      "DELETE FROM support_troubleshooting_audit_log",
      "TRUNCATE support_troubleshooting_audit_log",
    ])("refuses to change the past: %s", async (sql) => {
      await expect(db.exec(sql)).rejects.toMatchObject({
        code: "23001",
        message: expect.stringContaining("rows of support_troubleshooting_audit_log are only ever added"),
      });
    });

    it("lets the owner prune the audit log on purpose", async () => {
      await db.exec(`
        ALTER TABLE support_troubleshooting_audit_log DISABLE TRIGGER refuse_change;
        DELETE FROM support_troubleshooting_audit_log;
        ALTER TABLE support_troubleshooting_audit_log ENABLE TRIGGER refuse_change`);
      expect(await db.rows("SELECT * FROM support_troubleshooting_audit_log")).toEqual([]);
    });
  });
}
