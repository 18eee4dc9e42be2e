-- kbvault: description Drops the blobs of all shared stores in this database

DROP TABLE kbvault_blobs;
