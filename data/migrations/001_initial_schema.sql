-- kbvault: description Troubleshooting sessions and attempts, their summary and statistics

CREATE TABLE support_troubleshooting_sessions (
  -- A uuid, because it appears in links and must not tell how many sessions there are.
  session_id    uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id       text        NOT NULL,
  problem_id    text        NOT NULL,
  kb_version_id text        NOT NULL,
  difficulty    text        NOT NULL,
  total_steps   integer     NOT NULL,
  current_step  integer     NOT NULL DEFAULT 1,
  status        text        NOT NULL DEFAULT 'in_progress',
  started_at    timestamptz NOT NULL DEFAULT now(),
  ended_at      timestamptz,
  updated_at    timestamptz NOT NULL DEFAULT now(),

  CONSTRAINT sessions_user_id_trimmed
    CHECK (user_id = btrim(user_id) AND char_length(user_id) BETWEEN 1 AND 200),
  CONSTRAINT sessions_problem_id_trimmed
    CHECK (problem_id = btrim(problem_id) AND char_length(problem_id) BETWEEN 1 AND 200),
  CONSTRAINT sessions_kb_version_id_form
    CHECK (kb_version_id ~ '^v[1-9][0-9]*_[0-9]{8}_[0-9]{6}$'),
  CONSTRAINT sessions_difficulty_known
    CHECK (difficulty IN ('fácil', 'medio', 'avanzado')),
  CONSTRAINT sessions_current_step_within_total
    CHECK (current_step BETWEEN 1 AND total_steps),
  CONSTRAINT sessions_status_known
    CHECK (status IN ('in_progress', 'resolved', 'escalated', 'abandoned')),
  CONSTRAINT sessions_ended_unless_in_progress
    CHECK ((status = 'in_progress') = (ended_at IS NULL)),
  CONSTRAINT sessions_end_after_start
    CHECK (ended_at >= started_at)
);

COMMENT ON TABLE support_troubleshooting_sessions IS
  'One user following the steps of one problem of the knowledge base, from the first step to an end.';
COMMENT ON COLUMN support_troubleshooting_sessions.user_id IS
  'The user as the surrounding product names them; this schema keeps no users.';
COMMENT ON COLUMN support_troubleshooting_sessions.problem_id IS
  'Key of the problem in the knowledge base, such as conexion_internet.';
COMMENT ON COLUMN support_troubleshooting_sessions.kb_version_id IS
  'Version of the knowledge base that the session follows, such as v3_20250127_120000; step numbers mean nothing without it.';
COMMENT ON COLUMN support_troubleshooting_sessions.difficulty IS
  'Difficulty of the problem when the session started: fácil, medio or avanzado.';
COMMENT ON COLUMN support_troubleshooting_sessions.total_steps IS
  'Number of steps of the problem when the session started.';
COMMENT ON COLUMN support_troubleshooting_sessions.current_step IS
  'Step the user stands at, counted from 1.';
COMMENT ON COLUMN support_troubleshooting_sessions.status IS
  'in_progress; resolved: a step helped; escalated: handed to a person; abandoned: the user left.';
COMMENT ON COLUMN support_troubleshooting_sessions.ended_at IS
  'When the session left in_progress; null until then.';

-- The page "my sessions" reads one user's sessions, newest first.
CREATE INDEX idx_troubleshooting_sessions_user
  ON support_troubleshooting_sessions (user_id, started_at DESC);

-- Statistics read the sessions of one problem over a period.
CREATE INDEX idx_troubleshooting_sessions_problem
  ON support_troubleshooting_sessions (problem_id, started_at);

CREATE TABLE support_troubleshooting_attempts (
  attempt_id     bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  session_id     uuid        NOT NULL,
  step_number    integer     NOT NULL,
  attempt_number integer     NOT NULL DEFAULT 1,
  outcome        text,
  note           text,
  started_at     timestamptz NOT NULL DEFAULT now(),
  finished_at    timestamptz,

  -- An attempt is a part of its session: erasing a user's session erases it too.
  CONSTRAINT attempts_session_fkey
    FOREIGN KEY (session_id) REFERENCES support_troubleshooting_sessions (session_id) ON DELETE CASCADE,
  -- Refuses the second half of a double click. Its index leads with session_id and so serves the foreign key too.
  CONSTRAINT attempts_once_per_step_and_number
    UNIQUE (session_id, step_number, attempt_number),
  CONSTRAINT attempts_step_number_positive
    CHECK (step_number > 0),
  CONSTRAINT attempts_attempt_number_positive
    CHECK (attempt_number > 0),
  CONSTRAINT attempts_outcome_known
    CHECK (outcome IN ('succeeded', 'failed', 'skipped')),
  CONSTRAINT attempts_outcome_when_finished
    CHECK ((outcome IS NULL) = (finished_at IS NULL)),
  CONSTRAINT attempts_finish_after_start
    CHECK (finished_at >= started_at),
  CONSTRAINT attempts_note_length
    CHECK (char_length(note) BETWEEN 1 AND 4000)
);

COMMENT ON TABLE support_troubleshooting_attempts IS
  'One try of one step within a session.';
COMMENT ON COLUMN support_troubleshooting_attempts.step_number IS
  'Number of the step in the knowledge base version of the session.';
COMMENT ON COLUMN support_troubleshooting_attempts.attempt_number IS
  'First, second, third try of the same step in the same session, counted from 1.';
COMMENT ON COLUMN support_troubleshooting_attempts.outcome IS
  'succeeded: the step went as described; failed: it did not; skipped; null while the user is at it.';
COMMENT ON COLUMN support_troubleshooting_attempts.note IS
  'What the user saw, in their own words.';

CREATE VIEW support_troubleshooting_session_summary AS
SELECT
  s.session_id,
  s.user_id,
  s.problem_id,
  s.kb_version_id,
  s.difficulty,
  s.status,
  s.total_steps,
  s.current_step,
  a.steps_succeeded,
  round(least(a.steps_succeeded::numeric / s.total_steps, 1), 4) AS progress,
  a.attempts,
  a.failed_attempts,
  s.started_at,
  s.ended_at,
  a.last_attempt_at,
  coalesce(s.ended_at, now()) - s.started_at AS duration
FROM support_troubleshooting_sessions AS s
-- LATERAL, so that a filter on the sessions reads the attempts of those sessions only.
CROSS JOIN LATERAL (
  SELECT
    count(*) AS attempts,
    count(*) FILTER (WHERE outcome = 'failed') AS failed_attempts,
    count(DISTINCT step_number) FILTER (WHERE outcome = 'succeeded') AS steps_succeeded,
    max(started_at) AS last_attempt_at
  FROM support_troubleshooting_attempts
  WHERE session_id = s.session_id
) AS a;

COMMENT ON VIEW support_troubleshooting_session_summary IS
  'Each session with the sums of its attempts.';
COMMENT ON COLUMN support_troubleshooting_session_summary.progress IS
  'Share of the steps that succeeded, from 0 to 1.';
COMMENT ON COLUMN support_troubleshooting_session_summary.duration IS
  'From start to end; until now while the session is in progress.';

-- BEGIN ATOMIC binds every name when the function is made, so no search_path can redirect it later.
CREATE FUNCTION support_troubleshooting_statistics(
  p_from       timestamptz DEFAULT '-infinity',
  p_to         timestamptz DEFAULT 'infinity',
  p_problem_id text        DEFAULT NULL
)
RETURNS TABLE (
  problem_id       text,
  sessions         bigint,
  in_progress      bigint,
  resolved         bigint,
  escalated        bigint,
  abandoned        bigint,
  resolution_rate  numeric,
  average_attempts numeric,
  median_duration  interval
)
LANGUAGE sql
STABLE
BEGIN ATOMIC
  SELECT
    s.problem_id,
    count(*),
    count(*) FILTER (WHERE s.status = 'in_progress'),
    count(*) FILTER (WHERE s.status = 'resolved'),
    count(*) FILTER (WHERE s.status = 'escalated'),
    count(*) FILTER (WHERE s.status = 'abandoned'),
    round(avg((s.status = 'resolved')::integer) FILTER (WHERE s.status <> 'in_progress'), 4),
    round(avg(a.attempts), 2),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY s.ended_at - s.started_at)
  FROM support_troubleshooting_sessions AS s
  CROSS JOIN LATERAL (
    SELECT count(*) AS attempts
    FROM support_troubleshooting_attempts AS t
    WHERE t.session_id = s.session_id
  ) AS a
  WHERE s.started_at >= p_from
    AND s.started_at < p_to
    AND (p_problem_id IS NULL OR s.problem_id = p_problem_id)
  GROUP BY s.problem_id
  ORDER BY s.problem_id;
END;

COMMENT ON FUNCTION support_troubleshooting_statistics(timestamptz, timestamptz, text) IS
  'Figures per problem over the sessions started in [p_from, p_to), of one problem or of all. resolution_rate is resolved by ended, from 0 to 1; median_duration is over ended sessions; both are null where none has ended.';
