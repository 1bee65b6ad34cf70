-- Messages, what is wrong with them, what they asked for and what became of it. See daemon/API.md.
-- Times are nanoseconds since 1970-01-01 UTC, days are days since then, ids and keys are big-endian.

CREATE TABLE about (format INTEGER NOT NULL) STRICT;
INSERT INTO about VALUES (1);

CREATE TABLE message (
    number     INTEGER PRIMARY KEY,
    id         BLOB NOT NULL UNIQUE,
    direction  TEXT NOT NULL CHECK (direction IN ('in', 'out')),
    definition TEXT NOT NULL,            -- such as pacs.008.001.08 or MT103
    reference  TEXT,                     -- its identifier, given by whoever made it
    sender     TEXT NOT NULL,            -- within whose identifiers this one is unique
    user       TEXT NOT NULL,            -- who handed it in
    owner      INTEGER,                  -- the customer whose message it is; of the bank's business, none
    at         INTEGER NOT NULL,
    profile    TEXT NOT NULL,            -- by which it was judged
    original   BLOB NOT NULL,            -- the text, byte for byte
    errors     INTEGER NOT NULL,
    warnings   INTEGER NOT NULL,
    answers    INTEGER REFERENCES message,
    state      TEXT NOT NULL CHECK (state IN ('refused', 'received', 'waiting', 'done', 'issued')),
    due        INTEGER                   -- day on which the first payment that waits is to be executed
) STRICT;

-- Whoever sends an identifier again sends the same message again.
CREATE UNIQUE INDEX message_once ON message (sender, definition, reference)
    WHERE direction = 'in' AND state <> 'refused';
CREATE INDEX message_by_state ON message (state, number);
CREATE INDEX message_by_definition ON message (definition, number);
CREATE INDEX message_by_reference ON message (reference);
CREATE INDEX message_by_owner ON message (owner, number);
CREATE INDEX message_by_answered ON message (answers);

CREATE TRIGGER original_never_changes
BEFORE UPDATE OF number, id, direction, definition, reference, sender, user, owner, at, profile, original, answers ON message
BEGIN SELECT raise(ABORT, 'what was received or issued never changes'); END;

CREATE TRIGGER message_never_goes BEFORE DELETE ON message
BEGIN SELECT raise(ABORT, 'messages are kept'); END;

CREATE TABLE finding (
    message  INTEGER NOT NULL REFERENCES message,
    place    INTEGER NOT NULL,
    severity TEXT NOT NULL,
    code     TEXT NOT NULL,
    path     TEXT NOT NULL,
    line     INTEGER NOT NULL,
    col      INTEGER NOT NULL,
    rule     TEXT NOT NULL,
    text     TEXT NOT NULL,
    PRIMARY KEY (message, place)
) STRICT, WITHOUT ROWID;

-- One debit for all payments of a group, when the customer wants batch booking.
CREATE TABLE booking (
    message  INTEGER NOT NULL REFERENCES message,
    part     INTEGER NOT NULL,           -- place of the group in the message
    key      TEXT NOT NULL,
    account  INTEGER NOT NULL,           -- debited
    amount   INTEGER NOT NULL,           -- minor units, as the two's complement of 64 bits
    currency INTEGER NOT NULL,           -- ISO 4217 numeric
    state    TEXT NOT NULL CHECK (state IN ('ready', 'settled', 'rejected')),
    transfer BLOB,
    sequence INTEGER,
    PRIMARY KEY (message, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE payment (
    number      INTEGER PRIMARY KEY,
    message     INTEGER NOT NULL REFERENCES message,
    place       INTEGER NOT NULL,        -- in the message, over all groups, from 0
    part        INTEGER NOT NULL,        -- place of its group in the message
    kind        TEXT NOT NULL,
    key         TEXT NOT NULL UNIQUE,    -- ids in the ledger are derived from it
    batch       INTEGER NOT NULL,        -- booked with its group
    end_to_end  TEXT NOT NULL,
    instruction TEXT,
    reference   TEXT,                    -- the transaction's, TxId
    uetr        TEXT,
    amount      INTEGER NOT NULL,        -- minor units, as the two's complement of 64 bits
    currency    INTEGER NOT NULL,        -- ISO 4217 numeric; zero if it is not one in use
    debit       INTEGER NOT NULL,        -- account; zero if there is none
    credit      INTEGER NOT NULL,
    due         INTEGER NOT NULL,
    original    INTEGER REFERENCES payment,
    state       TEXT NOT NULL,
    reason      TEXT,                    -- ISO 20022 external code
    explanation TEXT,
    sent        INTEGER REFERENCES message,
    -- Of the first collection of a mandate: creditor, reference and day by which it can be taken back there.
    mandate_creditor  TEXT,
    mandate_reference TEXT,
    mandate_day       INTEGER,
    UNIQUE (message, place)
) STRICT;

CREATE INDEX payment_by_state ON payment (state, due);
CREATE INDEX payment_by_reference ON payment (reference);
CREATE INDEX payment_by_uetr ON payment (uetr);
CREATE INDEX payment_by_end_to_end ON payment (end_to_end);
CREATE INDEX payment_by_original ON payment (original);
CREATE INDEX payment_by_sent ON payment (sent);

-- What the ledger did for a payment. All of it is durable there.
CREATE TABLE posting (
    transfer BLOB PRIMARY KEY,
    payment  INTEGER NOT NULL REFERENCES payment,
    sequence INTEGER NOT NULL,
    debit    INTEGER NOT NULL,
    credit   INTEGER NOT NULL,
    amount   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX posting_by_payment ON posting (payment);

CREATE TABLE mandate (
    number   INTEGER PRIMARY KEY,
    creditor TEXT NOT NULL,              -- creditor identifier
    mandate  TEXT NOT NULL,              -- the creditor's reference of it
    scheme   TEXT NOT NULL CHECK (scheme IN ('CORE', 'B2B')),
    account  INTEGER NOT NULL,           -- debited; zero if the debtor's bank is another
    credit   INTEGER NOT NULL,           -- credited; zero if the creditor's bank is another
    signed   INTEGER NOT NULL,
    state    TEXT NOT NULL CHECK (state IN ('signed', 'in_use', 'finished', 'cancelled')),
    last     INTEGER,                    -- day of the last collection
    origin   TEXT NOT NULL,              -- who registered it, or the message that used it first
    at       INTEGER NOT NULL,
    UNIQUE (creditor, mandate)
) STRICT;

-- Every step, append-only.
CREATE TABLE event (
    number  INTEGER PRIMARY KEY,
    message INTEGER NOT NULL REFERENCES message,
    at      INTEGER NOT NULL,
    what    TEXT NOT NULL,
    actor   TEXT NOT NULL,
    details TEXT NOT NULL
) STRICT;

CREATE INDEX event_by_message ON event (message, number);

CREATE TRIGGER event_never_changes BEFORE UPDATE ON event
BEGIN SELECT raise(ABORT, 'events are append-only'); END;

CREATE TRIGGER event_never_goes BEFORE DELETE ON event
BEGIN SELECT raise(ABORT, 'events are append-only'); END;
