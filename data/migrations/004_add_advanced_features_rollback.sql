-- kbvault: description Removes notifications, reports and configuration with all their rows, metrics and triggers

DROP TRIGGER set_updated_at ON support_troubleshooting_configuration;
DROP TRIGGER set_updated_at ON support_troubleshooting_webhooks;
DROP TRIGGER set_updated_at ON support_troubleshooting_sessions;
DROP FUNCTION support_troubleshooting_set_updated_at();
DROP FUNCTION support_troubleshooting_period_metrics(timestamptz, timestamptz, interval);
DROP VIEW support_troubleshooting_realtime_metrics;
DROP TABLE support_troubleshooting_configuration;
DROP TABLE support_troubleshooting_reports;
DROP TABLE support_troubleshooting_notifications;
