-- kbvault: description Removes webhooks and deliveries with all their rows

DROP TABLE support_troubleshooting_webhook_deliveries;
DROP TABLE support_troubleshooting_webhooks;
