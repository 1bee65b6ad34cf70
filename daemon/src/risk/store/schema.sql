-- Risk: what was known and decided of payments, reviews, labels, models, rules. See daemon/API.md.
-- Times are nanoseconds since 1970-01-01 UTC, ids are big-endian, amounts are minor units (the sign bit is the highest).

CREATE TABLE about (format INTEGER NOT NULL) STRICT;
INSERT INTO about VALUES (1);

-- How far the journal was followed. One row; none before the first start.
CREATE TABLE progress (sequence INTEGER NOT NULL) STRICT;

-- One row for each payment that was judged before it was posted, and for each of which something was done right after.
CREATE TABLE judged (
    posting     BLOB PRIMARY KEY,        -- id in the ledger
    sequence    INTEGER,                 -- of its entry in the journal, once it was followed
    at          INTEGER NOT NULL,
    debtor      INTEGER NOT NULL,
    creditor    INTEGER NOT NULL,
    amount      INTEGER NOT NULL,
    currency    INTEGER NOT NULL,
    channel     TEXT NOT NULL,
    country     TEXT,
    device      INTEGER,                 -- hash
    before      INTEGER NOT NULL,        -- judged before it was posted
    action      TEXT NOT NULL,
    score       REAL,
    probability REAL,
    model       TEXT,                    -- version
    decision    TEXT                     -- JSON, where something was done or went wrong
) STRICT, WITHOUT ROWID;

CREATE INDEX judged_by_sequence ON judged (sequence) WHERE sequence IS NOT NULL;

-- What an analyst is to look at: payments whose money is held, and alerts about what was posted.
CREATE TABLE review (
    number     INTEGER PRIMARY KEY,
    id         BLOB NOT NULL UNIQUE,     -- of the hold, or of the posting that the alert is about
    kind       TEXT NOT NULL CHECK (kind IN ('payment', 'hold', 'alert')),
    state      TEXT NOT NULL
               CHECK (state IN ('holding', 'pending', 'approving', 'approved', 'rejecting', 'rejected', 'failed')),
    at         INTEGER NOT NULL,
    user       TEXT NOT NULL,            -- who asked for the payment; empty if that is not known
    owner      INTEGER,                  -- the customer whose payment it is
    decision   TEXT NOT NULL,            -- JSON
    decided_by TEXT,
    decided_at INTEGER,
    note       TEXT,
    labels     INTEGER NOT NULL DEFAULT 1, -- whether the verdict says what the payment was
    outcome    TEXT                      -- name of the ledger's result code, where it has failed
) STRICT;

CREATE INDEX review_by_state ON review (state, number);
CREATE INDEX review_by_owner ON review (owner, number) WHERE owner IS NOT NULL;

-- The items of a review, in order; more than one if they happen together or not at all.
CREATE TABLE review_item (
    review   INTEGER NOT NULL REFERENCES review,
    place    INTEGER NOT NULL,
    id       BLOB NOT NULL UNIQUE,
    transfer BLOB NOT NULL,              -- as it was asked for
    held     INTEGER NOT NULL,           -- whether its money is held
    PRIMARY KEY (review, place)
) STRICT, WITHOUT ROWID;

-- What became known of payments. Append-only.
CREATE TABLE label (
    number  INTEGER PRIMARY KEY,
    posting BLOB NOT NULL,
    fraud   INTEGER NOT NULL,
    kind    TEXT NOT NULL,
    source  TEXT NOT NULL,
    at      INTEGER NOT NULL
) STRICT;

-- Models, each in the file format of the library, whose header has the hash of the feature schema.
CREATE TABLE model (
    version       TEXT PRIMARY KEY,
    kind          TEXT NOT NULL CHECK (kind IN ('fraud', 'credit')),
    crate_version TEXT NOT NULL,
    schema        BLOB NOT NULL,
    at            INTEGER NOT NULL,
    columns       TEXT NOT NULL,         -- JSON; of a model for fraud, empty
    bytes         BLOB NOT NULL
) STRICT;

-- Changes of the champion. Append-only.
CREATE TABLE reign (
    number INTEGER PRIMARY KEY,
    at     INTEGER NOT NULL,
    what   TEXT NOT NULL CHECK (what IN ('install', 'promote', 'rollback')),
    model  TEXT,                         -- version of the champion from then on
    record TEXT NOT NULL                 -- JSON, as in the log of decisions
) STRICT;

-- Sets of rules; the last one is in force. Append-only.
CREATE TABLE rule_set (
    number INTEGER PRIMARY KEY,
    at     INTEGER NOT NULL,
    author TEXT NOT NULL,
    text   TEXT NOT NULL
) STRICT;

-- The challenger, if there is one.
CREATE TABLE challenger (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    model TEXT NOT NULL REFERENCES model,
    since INTEGER NOT NULL
) STRICT;

CREATE TRIGGER label_never_changes BEFORE UPDATE ON label
BEGIN SELECT raise(ABORT, 'labels are append-only'); END;
CREATE TRIGGER reign_never_changes BEFORE UPDATE ON reign
BEGIN SELECT raise(ABORT, 'changes of the champion are append-only'); END;
CREATE TRIGGER reign_never_goes BEFORE DELETE ON reign
BEGIN SELECT raise(ABORT, 'changes of the champion are append-only'); END;
CREATE TRIGGER rules_never_change BEFORE UPDATE ON rule_set
BEGIN SELECT raise(ABORT, 'sets of rules are append-only'); END;
