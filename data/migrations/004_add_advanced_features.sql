-- kbvault: description Notifications, reports, configuration, live and period metrics, updated_at by trigger

CREATE TABLE support_troubleshooting_notifications (
  notification_id bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  recipient_id    text        NOT NULL,
  kind            text        NOT NULL,
  session_id      uuid,
  title           text        NOT NULL,
  body            text        NOT NULL DEFAULT '',
  created_at      timestamptz NOT NULL DEFAULT now(),
  read_at         timestamptz,

  -- A notification that leads to an erased session leads nowhere.
  CONSTRAINT notifications_session_fkey
    FOREIGN KEY (session_id) REFERENCES support_troubleshooting_sessions (session_id) ON DELETE CASCADE,
  CONSTRAINT notifications_recipient_id_trimmed
    CHECK (recipient_id = btrim(recipient_id) AND char_length(recipient_id) BETWEEN 1 AND 200),
  CONSTRAINT notifications_kind_known
    CHECK (kind IN ('session_escalated', 'session_stalled', 'feedback_received', 'report_ready')),
  CONSTRAINT notifications_session_when_about_one
    CHECK (kind = 'report_ready' OR session_id IS NOT NULL),
  CONSTRAINT notifications_title_length
    CHECK (char_length(title) BETWEEN 1 AND 200),
  CONSTRAINT notifications_body_length
    CHECK (char_length(body) <= 4000),
  CONSTRAINT notifications_read_after_created
    CHECK (read_at >= created_at)
);

COMMENT ON TABLE support_troubleshooting_notifications IS
  'Messages to the support team inside the product.';
COMMENT ON COLUMN support_troubleshooting_notifications.recipient_id IS
  'Member of the support team, as the surrounding product names them.';
COMMENT ON COLUMN support_troubleshooting_notifications.kind IS
  'session_escalated, session_stalled, feedback_received or report_ready.';
COMMENT ON COLUMN support_troubleshooting_notifications.session_id IS
  'The session it is about; null for report_ready.';
COMMENT ON COLUMN support_troubleshooting_notifications.read_at IS
  'When the recipient opened it; null until then.';

-- The bell: one person's unread notifications, newest first. Partial, so read ones cost it nothing.
CREATE INDEX idx_troubleshooting_notifications_unread
  ON support_troubleshooting_notifications (recipient_id, created_at DESC)
  WHERE read_at IS NULL;

-- Without it, erasing a session would read every notification.
CREATE INDEX idx_troubleshooting_notifications_session
  ON support_troubleshooting_notifications (session_id);

CREATE TABLE support_troubleshooting_reports (
  -- A uuid, because it is part of the download link.
  report_id     uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
  requested_by  text        NOT NULL,
  period_start  timestamptz NOT NULL,
  period_end    timestamptz NOT NULL,
  status        text        NOT NULL DEFAULT 'requested',
  content       jsonb,
  error_message text,
  requested_at  timestamptz NOT NULL DEFAULT now(),
  finished_at   timestamptz,

  CONSTRAINT reports_requested_by_trimmed
    CHECK (requested_by = btrim(requested_by) AND char_length(requested_by) BETWEEN 1 AND 200),
  CONSTRAINT reports_period_finite_and_forward
    CHECK (period_start < period_end AND isfinite(period_start) AND isfinite(period_end)),
  CONSTRAINT reports_status_known
    CHECK (status IN ('requested', 'ready', 'failed')),
  CONSTRAINT reports_content_when_ready
    CHECK ((status = 'ready') = (content IS NOT NULL)),
  CONSTRAINT reports_content_object
    CHECK (jsonb_typeof(content) = 'object'),
  CONSTRAINT reports_error_when_failed
    CHECK ((status = 'failed') = (error_message IS NOT NULL)),
  CONSTRAINT reports_finished_unless_requested
    CHECK ((status = 'requested') = (finished_at IS NULL)),
  CONSTRAINT reports_finish_after_request
    CHECK (finished_at >= requested_at)
);

COMMENT ON TABLE support_troubleshooting_reports IS
  'Reports over a period, made in the background and kept as they were then.';
COMMENT ON COLUMN support_troubleshooting_reports.period_end IS
  'End of the period, itself not part of it.';
COMMENT ON COLUMN support_troubleshooting_reports.status IS
  'requested; ready: content is there; failed: error_message says why.';
COMMENT ON COLUMN support_troubleshooting_reports.content IS
  'The figures as a JSON object; null until ready.';

-- The page "my reports" reads one person's reports, newest first.
CREATE INDEX idx_troubleshooting_reports_requester
  ON support_troubleshooting_reports (requested_by, requested_at DESC);

CREATE TABLE support_troubleshooting_configuration (
  key         text        PRIMARY KEY,
  value       jsonb       NOT NULL,
  description text        NOT NULL,
  updated_at  timestamptz NOT NULL DEFAULT now(),
  updated_by  text        NOT NULL,

  CONSTRAINT configuration_key_form
    CHECK (key ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$' AND char_length(key) <= 100),
  CONSTRAINT configuration_description_given
    CHECK (btrim(description) <> ''),
  CONSTRAINT configuration_updated_by_trimmed
    CHECK (updated_by = btrim(updated_by) AND char_length(updated_by) BETWEEN 1 AND 200)
);

COMMENT ON TABLE support_troubleshooting_configuration IS
  'Settings that change without a release. Not for secrets: everyone who reads the tables reads these.';
COMMENT ON COLUMN support_troubleshooting_configuration.key IS
  'Name in dotted lower case, such as reports.retention_days.';
COMMENT ON COLUMN support_troubleshooting_configuration.value IS
  'Any JSON value but SQL null; a setting without a value is a row that is not there.';
COMMENT ON COLUMN support_troubleshooting_configuration.description IS
  'What the setting does, with its unit, for the person who is about to change it.';

CREATE VIEW support_troubleshooting_realtime_metrics AS
SELECT
  now() AS measured_at,
  open.open_sessions,
  open.stalled_sessions,
  started.started_last_hour,
  ended.ended_last_hour,
  ended.resolved_last_hour,
  ended.escalated_last_hour,
  ended.resolution_rate_last_day,
  feedback.average_rating_last_day,
  deliveries.pending_deliveries,
  deliveries.overdue_deliveries
FROM (
  SELECT
    count(*) AS open_sessions,
    count(*) FILTER (WHERE updated_at < now() - interval '30 minutes') AS stalled_sessions
  FROM support_troubleshooting_sessions
  WHERE status = 'in_progress'
) AS open
CROSS JOIN (
  SELECT count(*) AS started_last_hour
  FROM support_troubleshooting_sessions
  WHERE started_at >= now() - interval '1 hour'
) AS started
CROSS JOIN (
  SELECT
    count(*) FILTER (WHERE ended_at >= now() - interval '1 hour') AS ended_last_hour,
    count(*) FILTER (WHERE ended_at >= now() - interval '1 hour' AND status = 'resolved') AS resolved_last_hour,
    count(*) FILTER (WHERE ended_at >= now() - interval '1 hour' AND status = 'escalated') AS escalated_last_hour,
    round(avg((status = 'resolved')::integer), 4) AS resolution_rate_last_day
  FROM support_troubleshooting_sessions
  WHERE ended_at >= now() - interval '24 hours'
) AS ended
CROSS JOIN (
  SELECT round(avg(rating), 2) AS average_rating_last_day
  FROM support_troubleshooting_feedback
  WHERE created_at >= now() - interval '24 hours'
) AS feedback
CROSS JOIN (
  SELECT
    count(*) AS pending_deliveries,
    count(*) FILTER (WHERE next_attempt_at < now() - interval '5 minutes') AS overdue_deliveries
  FROM support_troubleshooting_webhook_deliveries
  WHERE status = 'pending'
) AS deliveries;

COMMENT ON VIEW support_troubleshooting_realtime_metrics IS
  'One row: what is going on now. Rates and averages are null where there was nothing to take them of.';
COMMENT ON COLUMN support_troubleshooting_realtime_metrics.stalled_sessions IS
  'Open sessions whose row has not changed for 30 minutes.';
COMMENT ON COLUMN support_troubleshooting_realtime_metrics.resolution_rate_last_day IS
  'Resolved by ended over the last 24 hours, from 0 to 1.';
COMMENT ON COLUMN support_troubleshooting_realtime_metrics.overdue_deliveries IS
  'Deliveries that have been due for more than 5 minutes: no worker takes them.';

CREATE FUNCTION support_troubleshooting_period_metrics(
  p_from timestamptz,
  p_to   timestamptz,
  p_step interval DEFAULT '1 day'
)
RETURNS TABLE (
  period_start      timestamptz,
  period_end        timestamptz,
  sessions_started  bigint,
  sessions_ended    bigint,
  sessions_resolved bigint,
  attempts_started  bigint,
  ratings           bigint,
  average_rating    numeric
)
LANGUAGE sql
STABLE
BEGIN ATOMIC
  SELECT
    p.period_start,
    p.period_end,
    started.sessions_started,
    ended.sessions_ended,
    ended.sessions_resolved,
    tried.attempts_started,
    rated.ratings,
    rated.average_rating
  FROM (
    SELECT
      t AS period_start,
      coalesce(lead(t) OVER (ORDER BY t), p_to) AS period_end
    -- An infinite bound would be counted to for ever; a null bound gives no periods.
    FROM generate_series(p_from, CASE WHEN isfinite(p_from) AND isfinite(p_to) THEN p_to END, p_step) AS t
    WHERE t < p_to
  ) AS p
  CROSS JOIN LATERAL (
    SELECT count(*) AS sessions_started
    FROM support_troubleshooting_sessions AS s
    WHERE s.started_at >= p.period_start AND s.started_at < p.period_end
  ) AS started
  CROSS JOIN LATERAL (
    SELECT
      count(*) AS sessions_ended,
      count(*) FILTER (WHERE s.status = 'resolved') AS sessions_resolved
    FROM support_troubleshooting_sessions AS s
    WHERE s.ended_at >= p.period_start AND s.ended_at < p.period_end
  ) AS ended
  CROSS JOIN LATERAL (
    SELECT count(*) AS attempts_started
    FROM support_troubleshooting_attempts AS a
    WHERE a.started_at >= p.period_start AND a.started_at < p.period_end
  ) AS tried
  CROSS JOIN LATERAL (
    SELECT count(*) AS ratings, round(avg(f.rating), 2) AS average_rating
    FROM support_troubleshooting_feedback AS f
    WHERE f.created_at >= p.period_start AND f.created_at < p.period_end
  ) AS rated
  ORDER BY p.period_start;
END;

COMMENT ON FUNCTION support_troubleshooting_period_metrics(timestamptz, timestamptz, interval) IS
  'Figures for each period of length p_step in [p_from, p_to), the last one cut at p_to; periods without events are there too. Days and months are those of the session''s TimeZone. An infinite bound gives no rows.';

-- now() is found in pg_catalog, which the empty search_path leaves alone.
CREATE FUNCTION support_troubleshooting_set_updated_at()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END;
$$;

COMMENT ON FUNCTION support_troubleshooting_set_updated_at() IS
  'Trigger function: updated_at is the time of the transaction that last changed the row.';

-- The conditions keep an UPDATE that changes nothing from looking like a change.
CREATE TRIGGER set_updated_at
  BEFORE UPDATE ON support_troubleshooting_sessions
  FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*)
  EXECUTE FUNCTION support_troubleshooting_set_updated_at();

CREATE TRIGGER set_updated_at
  BEFORE UPDATE ON support_troubleshooting_webhooks
  FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*)
  EXECUTE FUNCTION support_troubleshooting_set_updated_at();

CREATE TRIGGER set_updated_at
  BEFORE UPDATE ON support_troubleshooting_configuration
  FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*)
  EXECUTE FUNCTION support_troubleshooting_set_updated_at();
