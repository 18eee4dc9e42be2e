-- kbvault: description Removes troubleshooting sessions and attempts with all their rows

DROP FUNCTION support_troubleshooting_statistics(timestamptz, timestamptz, text);
DROP VIEW support_troubleshooting_session_summary;
DROP TABLE support_troubleshooting_attempts;
DROP TABLE support_troubleshooting_sessions;
