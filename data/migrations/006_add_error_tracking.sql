-- kbvault: description Error log and append-only audit log

CREATE TABLE support_troubleshooting_error_log (
  error_id    bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  occurred_at timestamptz NOT NULL DEFAULT now(),
  severity    text        NOT NULL DEFAULT 'error',
  component   text        NOT NULL,
  code        text        NOT NULL,
  message     text        NOT NULL,
  context     jsonb       NOT NULL DEFAULT '{}',
  session_id  uuid,
  resolved_at timestamptz,
  resolved_by text,

  -- The error is still worth mending when the session it struck has been erased.
  CONSTRAINT error_log_session_fkey
    FOREIGN KEY (session_id) REFERENCES support_troubleshooting_sessions (session_id) ON DELETE SET NULL,
  CONSTRAINT error_log_severity_known
    CHECK (severity IN ('warning', 'error', 'critical')),
  CONSTRAINT error_log_component_form
    CHECK (component ~ '^[a-z][a-z0-9_]*$'),
  CONSTRAINT error_log_code_form
    CHECK (code ~ '^[A-Z][A-Z0-9_]*$'),
  CONSTRAINT error_log_message_given
    CHECK (btrim(message) <> ''),
  CONSTRAINT error_log_context_object
    CHECK (jsonb_typeof(context) = 'object'),
  CONSTRAINT error_log_resolved_by_someone
    CHECK ((resolved_at IS NULL) = (resolved_by IS NULL)),
  CONSTRAINT error_log_resolved_after_occurred
    CHECK (resolved_at >= occurred_at)
);

COMMENT ON TABLE support_troubleshooting_error_log IS
  'What went wrong, for the people who run the product; a row stays open until somebody resolves it.';
COMMENT ON COLUMN support_troubleshooting_error_log.severity IS
  'warning: worked around; error: one request failed; critical: users cannot work.';
COMMENT ON COLUMN support_troubleshooting_error_log.component IS
  'Part of the product that noticed, such as webhook_worker.';
COMMENT ON COLUMN support_troubleshooting_error_log.code IS
  'Stable name of the kind of error, such as DELIVERY_TIMEOUT; equal errors share it.';
COMMENT ON COLUMN support_troubleshooting_error_log.context IS
  'Details as a JSON object, without secrets and without what the user wrote.';
COMMENT ON COLUMN support_troubleshooting_error_log.session_id IS
  'The session that it struck; null where there was none or it has been erased.';

-- The on-call list: what is open, newest first. Partial, so resolved errors cost it nothing.
CREATE INDEX idx_troubleshooting_error_log_open
  ON support_troubleshooting_error_log (occurred_at DESC)
  WHERE resolved_at IS NULL;

-- "How often has this happened?" counts one kind of error over time.
CREATE INDEX idx_troubleshooting_error_log_kind
  ON support_troubleshooting_error_log (component, code, occurred_at DESC);

-- Without it, erasing a session would read every error. Partial: most errors strike no session.
CREATE INDEX idx_troubleshooting_error_log_session
  ON support_troubleshooting_error_log (session_id)
  WHERE session_id IS NOT NULL;

CREATE TABLE support_troubleshooting_audit_log (
  audit_id    bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  occurred_at timestamptz NOT NULL DEFAULT now(),
  actor       text        NOT NULL,
  action      text        NOT NULL,
  object_type text        NOT NULL,
  -- No foreign key: the log outlives what it tells of.
  object_id   text        NOT NULL,
  before      jsonb,
  after       jsonb,

  CONSTRAINT audit_log_actor_trimmed
    CHECK (actor = btrim(actor) AND char_length(actor) BETWEEN 1 AND 200),
  CONSTRAINT audit_log_action_known
    CHECK (action IN ('create', 'update', 'delete')),
  CONSTRAINT audit_log_object_type_known
    CHECK (object_type IN ('session', 'feedback', 'webhook', 'report', 'configuration')),
  CONSTRAINT audit_log_object_id_given
    CHECK (btrim(object_id) <> ''),
  CONSTRAINT audit_log_before_unless_create
    CHECK ((action = 'create') = (before IS NULL)),
  CONSTRAINT audit_log_after_unless_delete
    CHECK ((action = 'delete') = (after IS NULL))
);

COMMENT ON TABLE support_troubleshooting_audit_log IS
  'Who created, changed or deleted what. Rows are only ever added; to prune old ones, the owner disables the trigger refuse_change in the same transaction.';
COMMENT ON COLUMN support_troubleshooting_audit_log.actor IS
  'Person or service, as the surrounding product names them.';
COMMENT ON COLUMN support_troubleshooting_audit_log.object_id IS
  'Primary key of the object, as text.';
COMMENT ON COLUMN support_troubleshooting_audit_log.before IS
  'The object before, as far as it changed and without secrets; null for create.';
COMMENT ON COLUMN support_troubleshooting_audit_log.after IS
  'The object after, as far as it changed and without secrets; null for delete.';

-- The history of one object, newest first.
CREATE INDEX idx_troubleshooting_audit_log_object
  ON support_troubleshooting_audit_log (object_type, object_id, occurred_at DESC);

-- "What did this person change?", newest first.
CREATE INDEX idx_troubleshooting_audit_log_actor
  ON support_troubleshooting_audit_log (actor, occurred_at DESC);

CREATE FUNCTION support_troubleshooting_refuse_audit_change()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are only ever added: % refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'restrict_violation';
END;
$$;

COMMENT ON FUNCTION support_troubleshooting_refuse_audit_change() IS
  'Trigger function: refuses UPDATE, DELETE and TRUNCATE with SQLSTATE 23001.';

CREATE TRIGGER refuse_change
  BEFORE UPDATE OR DELETE OR TRUNCATE ON support_troubleshooting_audit_log
  FOR EACH STATEMENT
  EXECUTE FUNCTION support_troubleshooting_refuse_audit_change();
