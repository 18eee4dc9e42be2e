-- kbvault: description Removes the error log and the audit log with all their rows

DROP TABLE support_troubleshooting_audit_log;
DROP FUNCTION support_troubleshooting_refuse_audit_change();
DROP TABLE support_troubleshooting_error_log;
