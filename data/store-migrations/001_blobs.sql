-- kbvault: description The blobs of shared stores, in rows of at most 1 MiB

CREATE TABLE kbvault_blobs (
  -- The prefix of the store's URL: several stores share the table.
  store      text        NOT NULL,
  -- What precedes the last part of the blob's name, '' or 'packs/', so that a listing needs equality only.
  folder     text        NOT NULL,
  name       text        NOT NULL,
  -- From 0. Part 0 decides which of several writers of a name wins.
  part       integer     NOT NULL,
  -- Size of the whole blob.
  bytes      bigint      NOT NULL,
  -- Who put it: drawn for each put, so that a writer whose connection was cut can tell its blob from another's.
  writer     uuid        NOT NULL,
  written_at timestamptz NOT NULL DEFAULT now(),
  content    bytea       NOT NULL,

  CONSTRAINT kbvault_blobs_key PRIMARY KEY (store, folder, name, part),
  CONSTRAINT kbvault_blobs_part_not_negative CHECK (part >= 0),
  CONSTRAINT kbvault_blobs_content_at_most_1_mib CHECK (octet_length(content) <= 1048576)
);
