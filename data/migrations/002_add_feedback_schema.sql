-- kbvault: description What users thought of a session or of one of its steps

CREATE TABLE support_troubleshooting_feedback (
  feedback_id bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  session_id  uuid        NOT NULL,
  step_number integer,
  rating      smallint    NOT NULL,
  reason      text,
  comment     text,
  created_at  timestamptz NOT NULL DEFAULT now(),
  reviewed_at timestamptz,
  reviewed_by text,

  -- Feedback quotes the user: it goes when their session goes.
  CONSTRAINT feedback_session_fkey
    FOREIGN KEY (session_id) REFERENCES support_troubleshooting_sessions (session_id) ON DELETE CASCADE,
  CONSTRAINT feedback_step_number_positive
    CHECK (step_number > 0),
  CONSTRAINT feedback_rating_range
    CHECK (rating BETWEEN 1 AND 5),
  CONSTRAINT feedback_reason_known
    CHECK (reason IN ('unclear', 'wrong', 'outdated', 'missing_step', 'too_difficult', 'helpful')),
  CONSTRAINT feedback_comment_length
    CHECK (char_length(comment) BETWEEN 1 AND 4000),
  CONSTRAINT feedback_reviewed_by_someone
    CHECK ((reviewed_at IS NULL) = (reviewed_by IS NULL)),
  CONSTRAINT feedback_reviewed_by_trimmed
    CHECK (reviewed_by = btrim(reviewed_by) AND reviewed_by <> '')
);

COMMENT ON TABLE support_troubleshooting_feedback IS
  'A user''s opinion of a session, or of one step of it; editors of the knowledge base work through it.';
COMMENT ON COLUMN support_troubleshooting_feedback.step_number IS
  'The step that the opinion is about; null for the session as a whole.';
COMMENT ON COLUMN support_troubleshooting_feedback.rating IS
  'From 1, useless, to 5, solved it at once.';
COMMENT ON COLUMN support_troubleshooting_feedback.reason IS
  'unclear, wrong, outdated, missing_step, too_difficult or helpful; null where the user gave none.';
COMMENT ON COLUMN support_troubleshooting_feedback.reviewed_at IS
  'When an editor dealt with it; null until then.';

-- One opinion per session and per step. Steps count from 1, so 0 can stand for the whole session, whose null
-- a plain unique index would let in twice. It leads with session_id and so serves the foreign key too.
CREATE UNIQUE INDEX idx_troubleshooting_feedback_once
  ON support_troubleshooting_feedback (session_id, coalesce(step_number, 0));

-- The editors' list: low ratings that nobody has looked at, oldest first. Partial, so it stays as short as the list.
CREATE INDEX idx_troubleshooting_feedback_to_review
  ON support_troubleshooting_feedback (created_at)
  WHERE rating <= 2 AND reviewed_at IS NULL;

CREATE VIEW support_troubleshooting_feedback_summary AS
SELECT
  s.problem_id,
  s.kb_version_id,
  f.step_number,
  count(*) AS ratings,
  round(avg(f.rating), 2) AS average_rating,
  count(*) FILTER (WHERE f.rating <= 2) AS low_ratings,
  count(*) FILTER (WHERE f.rating <= 2 AND f.reviewed_at IS NULL) AS to_review,
  max(f.created_at) AS last_feedback_at
FROM support_troubleshooting_feedback AS f
JOIN support_troubleshooting_sessions AS s ON s.session_id = f.session_id
GROUP BY s.problem_id, s.kb_version_id, f.step_number;

COMMENT ON VIEW support_troubleshooting_feedback_summary IS
  'Ratings per problem, knowledge base version and step; step_number is null for whole sessions.';
COMMENT ON COLUMN support_troubleshooting_feedback_summary.low_ratings IS
  'Ratings of 1 or 2.';
COMMENT ON COLUMN support_troubleshooting_feedback_summary.to_review IS
  'Low ratings that no editor has dealt with.';
