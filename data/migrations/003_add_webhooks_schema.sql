-- kbvault: description Webhooks that other systems subscribe with, and the deliveries to them

CREATE TABLE support_troubleshooting_webhooks (
  webhook_id   uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
  name         text        NOT NULL,
  url          text        NOT NULL,
  event_types  text[]      NOT NULL,
  secret_name  text        NOT NULL,
  is_active    boolean     NOT NULL DEFAULT true,
  max_attempts smallint    NOT NULL DEFAULT 5,
  timeout_ms   integer     NOT NULL DEFAULT 10000,
  created_at   timestamptz NOT NULL DEFAULT now(),
  updated_at   timestamptz NOT NULL DEFAULT now(),

  CONSTRAINT webhooks_name_unique
    UNIQUE (name),
  CONSTRAINT webhooks_name_trimmed
    CHECK (name = btrim(name) AND char_length(name) BETWEEN 1 AND 100),
  -- No user:password@ before the host: whoever may read this table must not learn credentials from it.
  CONSTRAINT webhooks_url_http_without_credentials
    CHECK (url ~ '^https?://[^[:space:]/?#@]+([/?#][^[:space:]]*)?$' AND char_length(url) <= 2048),
  CONSTRAINT webhooks_event_types_some
    CHECK (cardinality(event_types) > 0),
  CONSTRAINT webhooks_event_types_known
    CHECK (event_types <@ ARRAY[
      'session.started', 'session.resolved', 'session.escalated', 'session.abandoned', 'feedback.received'
    ]),
  CONSTRAINT webhooks_secret_name_form
    CHECK (secret_name ~ '^[A-Z][A-Z0-9_]{0,99}$'),
  CONSTRAINT webhooks_max_attempts_range
    CHECK (max_attempts BETWEEN 1 AND 20),
  CONSTRAINT webhooks_timeout_range
    CHECK (timeout_ms BETWEEN 100 AND 60000)
);

COMMENT ON TABLE support_troubleshooting_webhooks IS
  'Addresses of other systems and the events that each wants to hear of. Switch one off with is_active.';
COMMENT ON COLUMN support_troubleshooting_webhooks.event_types IS
  'At least one of session.started, session.resolved, session.escalated, session.abandoned, feedback.received.';
COMMENT ON COLUMN support_troubleshooting_webhooks.secret_name IS
  'Name of the environment variable that holds the signing secret; the secret itself is never stored here.';
COMMENT ON COLUMN support_troubleshooting_webhooks.max_attempts IS
  'Attempts per delivery before it is given up.';
COMMENT ON COLUMN support_troubleshooting_webhooks.timeout_ms IS
  'Milliseconds to wait for an answer to one attempt.';

CREATE TABLE support_troubleshooting_webhook_deliveries (
  -- A uuid, because it is sent along and receivers recognise a repeated delivery by it.
  delivery_id     uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
  webhook_id      uuid        NOT NULL,
  session_id      uuid        NOT NULL,
  event_type      text        NOT NULL,
  payload         jsonb       NOT NULL,
  status          text        NOT NULL DEFAULT 'pending',
  attempts        smallint    NOT NULL DEFAULT 0,
  next_attempt_at timestamptz DEFAULT now(),
  response_status smallint,
  last_error      text,
  created_at      timestamptz NOT NULL DEFAULT now(),
  delivered_at    timestamptz,

  -- Deliveries are the proof of what was sent: a webhook that has any is switched off, not deleted.
  CONSTRAINT deliveries_webhook_fkey
    FOREIGN KEY (webhook_id) REFERENCES support_troubleshooting_webhooks (webhook_id) ON DELETE RESTRICT,
  -- The payload speaks of the session, so erasing the session erases it.
  CONSTRAINT deliveries_session_fkey
    FOREIGN KEY (session_id) REFERENCES support_troubleshooting_sessions (session_id) ON DELETE CASCADE,
  -- Only the form: the list stands at the webhooks, and history outlives an event that is taken off it.
  CONSTRAINT deliveries_event_type_form
    CHECK (event_type ~ '^[a-z_]+\.[a-z_]+$'),
  CONSTRAINT deliveries_payload_object
    CHECK (jsonb_typeof(payload) = 'object'),
  CONSTRAINT deliveries_status_known
    CHECK (status IN ('pending', 'delivered', 'given_up')),
  CONSTRAINT deliveries_attempts_not_negative
    CHECK (attempts >= 0),
  CONSTRAINT deliveries_attempted_when_settled
    CHECK (status = 'pending' OR attempts > 0),
  CONSTRAINT deliveries_next_attempt_while_pending
    CHECK ((status = 'pending') = (next_attempt_at IS NOT NULL)),
  CONSTRAINT deliveries_delivered_at_when_delivered
    CHECK ((status = 'delivered') = (delivered_at IS NOT NULL)),
  CONSTRAINT deliveries_response_status_range
    CHECK (response_status BETWEEN 100 AND 599)
);

COMMENT ON TABLE support_troubleshooting_webhook_deliveries IS
  'One event on its way to one webhook. Workers take due rows with FOR UPDATE SKIP LOCKED.';
COMMENT ON COLUMN support_troubleshooting_webhook_deliveries.payload IS
  'The JSON object that is sent, fixed when the event happened.';
COMMENT ON COLUMN support_troubleshooting_webhook_deliveries.status IS
  'pending: waits for its first or next attempt; delivered; given_up: the last attempt failed.';
COMMENT ON COLUMN support_troubleshooting_webhook_deliveries.attempts IS
  'Attempts made so far.';
COMMENT ON COLUMN support_troubleshooting_webhook_deliveries.next_attempt_at IS
  'When the delivery is due; null once it is settled.';
COMMENT ON COLUMN support_troubleshooting_webhook_deliveries.response_status IS
  'HTTP status of the last answer; null where none came.';
COMMENT ON COLUMN support_troubleshooting_webhook_deliveries.last_error IS
  'Why the last attempt failed; null where none did.';

-- The queue: what is due, oldest first. Partial, so settled deliveries cost it nothing.
CREATE INDEX idx_troubleshooting_deliveries_due
  ON support_troubleshooting_webhook_deliveries (next_attempt_at)
  WHERE status = 'pending';

-- The history page of one webhook, newest first; also serves its foreign key.
CREATE INDEX idx_troubleshooting_deliveries_webhook
  ON support_troubleshooting_webhook_deliveries (webhook_id, created_at DESC);

-- Without it, erasing a session would read every delivery.
CREATE INDEX idx_troubleshooting_deliveries_session
  ON support_troubleshooting_webhook_deliveries (session_id);
