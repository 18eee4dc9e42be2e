-- kbvault: description Removes the summaries, their refresh and the indexes; no rows are lost

DROP FUNCTION support_troubleshooting_refresh_summaries(regclass[]);
DROP MATERIALIZED VIEW mv_troubleshooting_step_outcomes;
DROP MATERIALIZED VIEW mv_daily_troubleshooting_summary;
DROP INDEX idx_troubleshooting_feedback_created;
DROP INDEX idx_troubleshooting_attempts_started;
DROP INDEX idx_troubleshooting_sessions_ended;
DROP INDEX idx_troubleshooting_sessions_started;
DROP INDEX idx_troubleshooting_sessions_open;
