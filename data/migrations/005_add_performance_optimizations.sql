-- kbvault: description Indexes for metrics and queues, materialized summaries and their refresh

-- Building an index makes writers of its table wait. Where the tables are already large, build these five first,
-- by hand, under the same names, with CREATE INDEX CONCURRENTLY; IF NOT EXISTS then passes over them.
-- kbvault: allow index-blocks-writers large tables get these indexes beforehand, as said above

-- Realtime metrics and the sweep for stalled sessions read the few open ones. Keyed by started_at, which never
-- changes: with updated_at in it, each step that a user takes would have to write to every index of the table.
CREATE INDEX IF NOT EXISTS idx_troubleshooting_sessions_open
  ON support_troubleshooting_sessions (started_at)
  WHERE status = 'in_progress';

-- Statistics, period and realtime metrics read sessions of all problems by their start.
CREATE INDEX IF NOT EXISTS idx_troubleshooting_sessions_started
  ON support_troubleshooting_sessions (started_at);

-- Period and realtime metrics read ended sessions by their end. Partial: open sessions have none.
CREATE INDEX IF NOT EXISTS idx_troubleshooting_sessions_ended
  ON support_troubleshooting_sessions (ended_at)
  WHERE ended_at IS NOT NULL;

-- Period metrics count attempts by their start. BRIN: the largest table, written in the order of time, and a
-- range of blocks is all that counting needs; the index is some thousandths of a btree's size.
CREATE INDEX IF NOT EXISTS idx_troubleshooting_attempts_started
  ON support_troubleshooting_attempts USING brin (started_at) WITH (autosummarize = on);

-- Period and realtime metrics read feedback by its time.
CREATE INDEX IF NOT EXISTS idx_troubleshooting_feedback_created
  ON support_troubleshooting_feedback (created_at);

CREATE MATERIALIZED VIEW mv_daily_troubleshooting_summary AS
SELECT
  (s.started_at AT TIME ZONE 'UTC')::date AS day,
  s.problem_id,
  count(*) AS sessions,
  count(*) FILTER (WHERE s.status = 'in_progress') AS in_progress,
  count(*) FILTER (WHERE s.status = 'resolved') AS resolved,
  count(*) FILTER (WHERE s.status = 'escalated') AS escalated,
  count(*) FILTER (WHERE s.status = 'abandoned') AS abandoned,
  sum(coalesce(a.attempts, 0))::bigint AS attempts,
  sum(coalesce(a.failed_attempts, 0))::bigint AS failed_attempts,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY s.ended_at - s.started_at) AS median_duration,
  round(avg(f.rating), 2) AS average_rating
FROM support_troubleshooting_sessions AS s
LEFT JOIN (
  SELECT
    session_id,
    count(*) AS attempts,
    count(*) FILTER (WHERE outcome = 'failed') AS failed_attempts
  FROM support_troubleshooting_attempts
  GROUP BY session_id
) AS a ON a.session_id = s.session_id
-- At most one per session, so no session is counted twice.
LEFT JOIN support_troubleshooting_feedback AS f
  ON f.session_id = s.session_id AND f.step_number IS NULL
GROUP BY day, s.problem_id;

COMMENT ON MATERIALIZED VIEW mv_daily_troubleshooting_summary IS
  'Sessions started per day (UTC) and problem, as of the last refresh.';
COMMENT ON COLUMN mv_daily_troubleshooting_summary.median_duration IS
  'Over ended sessions; null where none has ended.';
COMMENT ON COLUMN mv_daily_troubleshooting_summary.average_rating IS
  'Of whole sessions, without ratings of single steps; null where there is none.';

-- REFRESH CONCURRENTLY needs a unique index; it also answers for a range of days.
CREATE UNIQUE INDEX idx_mv_daily_troubleshooting_summary_key
  ON mv_daily_troubleshooting_summary (day, problem_id);

CREATE MATERIALIZED VIEW mv_troubleshooting_step_outcomes AS
SELECT
  s.problem_id,
  s.kb_version_id,
  a.step_number,
  count(DISTINCT a.session_id) AS sessions,
  count(*) AS attempts,
  count(*) FILTER (WHERE a.outcome = 'succeeded') AS succeeded,
  count(*) FILTER (WHERE a.outcome = 'failed') AS failed,
  count(*) FILTER (WHERE a.outcome = 'skipped') AS skipped,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY a.finished_at - a.started_at) AS median_duration
FROM support_troubleshooting_attempts AS a
JOIN support_troubleshooting_sessions AS s ON s.session_id = a.session_id
GROUP BY s.problem_id, s.kb_version_id, a.step_number;

COMMENT ON MATERIALIZED VIEW mv_troubleshooting_step_outcomes IS
  'How attempts ended per step of each problem and knowledge base version, as of the last refresh: where users get stuck.';
COMMENT ON COLUMN mv_troubleshooting_step_outcomes.median_duration IS
  'Over finished attempts; null where none has finished.';

-- REFRESH CONCURRENTLY needs a unique index; it also answers for the steps of one problem.
CREATE UNIQUE INDEX idx_mv_troubleshooting_step_outcomes_key
  ON mv_troubleshooting_step_outcomes (problem_id, kb_version_id, step_number);

-- The default holds the views themselves, not their names: it finds them in whichever schema they are, and the
-- empty search_path makes %s print them with that schema.
CREATE FUNCTION support_troubleshooting_refresh_summaries(
  p_views regclass[] DEFAULT ARRAY['mv_daily_troubleshooting_summary', 'mv_troubleshooting_step_outcomes']::regclass[]
)
RETURNS TABLE (
  materialized_view regclass,
  duration          interval
)
LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
  refresh_started timestamptz;
  refresh_mode    text;
BEGIN
  FOREACH materialized_view IN ARRAY p_views LOOP
    -- A view restored without its data can only be filled the plain way.
    SELECT CASE WHEN relispopulated THEN 'CONCURRENTLY' ELSE '' END
      INTO refresh_mode
      FROM pg_class
      WHERE oid = materialized_view;

    refresh_started := clock_timestamp();
    EXECUTE format('REFRESH MATERIALIZED VIEW %s %s', refresh_mode, materialized_view);
    duration := clock_timestamp() - refresh_started;
    RETURN NEXT;
  END LOOP;
END;
$$;

COMMENT ON FUNCTION support_troubleshooting_refresh_summaries(regclass[]) IS
  'Refreshes the given materialized views, all of this schema by default, while readers go on reading, and says how long each took. The caller must own them.';
