-- kbvault: description Removes feedback with all its rows

DROP VIEW support_troubleshooting_feedback_summary;
DROP TABLE support_troubleshooting_feedback;
