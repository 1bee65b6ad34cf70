-- People: users, logins, approvals and the log of decisions. See daemon/API.md.
-- Times are nanoseconds since 1970-01-01 UTC.

CREATE TABLE about (format INTEGER NOT NULL) STRICT;
INSERT INTO about VALUES (1);

CREATE TABLE user (
    name       TEXT PRIMARY KEY,
    role       TEXT NOT NULL CHECK (role IN ('admin', 'operator', 'auditor', 'customer')),
    owner      INTEGER NOT NULL UNIQUE,  -- whose accounts in the ledger are theirs
    password   TEXT NOT NULL,            -- PHC string
    iterations INTEGER NOT NULL,         -- of the password's hash
    enabled    INTEGER NOT NULL,
    created    INTEGER NOT NULL,
    request    BLOB UNIQUE               -- idempotency key under which the user was added
) STRICT;

-- Owner numbers are never used again.
CREATE TABLE owner_given (owner INTEGER PRIMARY KEY) STRICT;

CREATE TABLE session (
    token   BLOB PRIMARY KEY,            -- SHA-256 of the token, which nobody keeps but its holder
    user    TEXT NOT NULL REFERENCES user,
    peer    TEXT NOT NULL,               -- the token is good from there only
    process INTEGER,                     -- of the one who logged in, if known
    begun   INTEGER NOT NULL,
    expires INTEGER NOT NULL
) STRICT;

CREATE INDEX session_by_user ON session (user, begun);

CREATE TABLE attempt (
    number  INTEGER PRIMARY KEY,
    user    BLOB NOT NULL,               -- SHA-256 of the name: people type passwords into the wrong field
    peer    TEXT NOT NULL,
    at      INTEGER NOT NULL,
    pending INTEGER NOT NULL             -- the password is being checked
) STRICT;

CREATE INDEX attempt_by_user ON attempt (user, at);
CREATE INDEX attempt_by_peer ON attempt (peer, at);

CREATE TABLE approval (
    number       INTEGER PRIMARY KEY,
    id           BLOB NOT NULL UNIQUE,   -- id of the change in the ledger, big-endian
    operation    TEXT NOT NULL,
    request      TEXT NOT NULL,          -- JSON
    requested_by TEXT NOT NULL REFERENCES user,
    requested_at INTEGER NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'rejected', 'carried_out', 'failed')),
    decided_by   TEXT REFERENCES user,
    decided_at   INTEGER,
    outcome      TEXT                    -- JSON, when it was carried out or has failed
) STRICT;

CREATE INDEX approval_by_state ON approval (state, number);

-- Every decision, append-only, each chained to the one before it.
CREATE TABLE decision (
    number   INTEGER PRIMARY KEY,
    at       INTEGER NOT NULL,
    what     TEXT NOT NULL,
    actor    TEXT NOT NULL,
    subject  TEXT NOT NULL,
    peer     TEXT NOT NULL,
    details  TEXT NOT NULL,
    hash     BLOB NOT NULL
) STRICT;

CREATE TRIGGER decision_never_changes BEFORE UPDATE ON decision
BEGIN SELECT raise(ABORT, 'the log of decisions is append-only'); END;

CREATE TRIGGER decision_never_goes BEFORE DELETE ON decision
BEGIN SELECT raise(ABORT, 'the log of decisions is append-only'); END;
