-- The books: the journal as rows, for plain SQL. See daemon/SCHEMA.md.
-- All of it follows from the journal and can be made anew from it.

-- What ledger's journal it is. One row.
CREATE TABLE source (
    ledger_id BLOB NOT NULL, -- 16 bytes, big-endian
    format    INTEGER NOT NULL
) STRICT;

-- How far the journal has been written into the books. One row.
CREATE TABLE progress (
    sequence INTEGER NOT NULL, -- the last entry that is in
    chain    BLOB NOT NULL     -- head of the audit chain up to it, 32 bytes
) STRICT;

-- One row for each entry of the journal, all of its fields. Append-only.
CREATE TABLE journal (
    sequence             INTEGER PRIMARY KEY,
    timestamp            ANY NOT NULL,     -- nanoseconds since 1970-01-01 UTC
    kind                 INTEGER NOT NULL,
    id                   BLOB NOT NULL,    -- 16 bytes, big-endian
    from_account         ANY,              -- NULL where nothing was debited
    to_account           ANY,
    amount               ANY NOT NULL,     -- minor units; TEXT above 2^63 - 1
    requested            ANY NOT NULL,
    currency             INTEGER NOT NULL,
    related_id           BLOB,             -- NULL where there is none
    reference            BLOB,             -- NULL where there is none
    code                 INTEGER NOT NULL,
    flags                INTEGER NOT NULL,
    timeout              INTEGER NOT NULL,
    account_flags        INTEGER NOT NULL,
    actor                INTEGER NOT NULL,
    owner                INTEGER NOT NULL,
    from_debits_posted   ANY NOT NULL,     -- the account debited, after the change; TEXT above 2^63 - 1
    from_credits_posted  ANY NOT NULL,
    from_debits_held     ANY NOT NULL,
    from_credits_held    ANY NOT NULL,
    to_debits_posted     ANY NOT NULL,     -- the account credited, after the change
    to_credits_posted    ANY NOT NULL,
    to_debits_held       ANY NOT NULL,
    to_credits_held      ANY NOT NULL,
    crc                  INTEGER NOT NULL  -- CRC-32C of the entry as the kernel wrote it
) STRICT;

CREATE INDEX journal_by_from ON journal (from_account) WHERE from_account IS NOT NULL;
CREATE INDEX journal_by_to ON journal (to_account) WHERE to_account IS NOT NULL;
CREATE INDEX journal_by_id ON journal (id);
CREATE INDEX journal_by_related ON journal (related_id) WHERE related_id IS NOT NULL;
CREATE INDEX journal_by_reference ON journal (reference) WHERE reference IS NOT NULL;
CREATE INDEX journal_by_owner ON journal (owner, to_account) WHERE kind IN (1, 9);

CREATE TRIGGER journal_never_changes BEFORE UPDATE ON journal
BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;

CREATE TRIGGER journal_never_goes BEFORE DELETE ON journal
BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;

CREATE TRIGGER source_never_changes BEFORE UPDATE ON source
BEGIN SELECT raise(ABORT, 'what the books are of does not change'); END;

CREATE TABLE entry_kind (kind INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
INSERT INTO entry_kind VALUES (1, 'open'), (2, 'posting'), (3, 'hold'), (4, 'post_hold'), (5, 'void_hold'),
    (6, 'expire_hold'), (7, 'reversal'), (8, 'id_used_up'), (9, 'update');

CREATE TABLE account_type (account_type INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
INSERT INTO account_type VALUES (0, 'checking'), (1, 'savings'), (2, 'loan'), (3, 'settlement'), (4, 'income'),
    (5, 'expense'), (6, 'suspense'), (7, 'liquidity'), (8, 'cash');

-- What happened to each account's money: two rows for each transfer and hold, one for each side.
CREATE VIEW postings AS
    SELECT from_account AS account, sequence, timestamp, 'debit' AS side, entry_kind.name AS kind, amount, currency,
           to_account AS other_account, hex(id) AS id, hex(reference) AS reference, code,
           from_debits_posted AS debits_posted, from_credits_posted AS credits_posted,
           from_debits_held AS debits_held, from_credits_held AS credits_held
      FROM journal JOIN entry_kind USING (kind) WHERE kind BETWEEN 2 AND 7
    UNION ALL
    SELECT to_account, sequence, timestamp, 'credit', entry_kind.name, amount, currency, from_account, hex(id),
           hex(reference), code, to_debits_posted, to_credits_posted, to_debits_held, to_credits_held
      FROM journal JOIN entry_kind USING (kind) WHERE kind BETWEEN 2 AND 7;

-- Money that moved.
CREATE VIEW transfers AS
    SELECT sequence, timestamp, entry_kind.name AS kind, from_account, to_account, amount, requested, currency,
           hex(id) AS id, hex(related_id) AS related_id, hex(reference) AS reference, code, flags, actor
      FROM journal JOIN entry_kind USING (kind) WHERE kind IN (2, 4, 7);

-- Every hold and how it ended.
CREATE VIEW holds AS
    SELECT hold.sequence, hold.timestamp, hold.from_account, hold.to_account, hold.amount, hold.currency,
           CASE WHEN hold.timeout > 0 THEN hold.timestamp + hold.timeout * 1000000000 END AS expires,
           hex(hold.id) AS id, hex(hold.reference) AS reference, hold.code,
           CASE ended.kind WHEN 4 THEN 'posted' WHEN 5 THEN 'voided' WHEN 6 THEN 'expired' ELSE 'open' END AS state,
           ended.sequence AS end_sequence, ended.timestamp AS end_timestamp,
           CASE ended.kind WHEN 4 THEN ended.amount END AS posted
      FROM journal AS hold
      LEFT JOIN journal AS ended ON ended.sequence =
           (SELECT min(sequence) FROM journal
             WHERE related_id = hold.id AND kind IN (4, 5, 6) AND sequence > hold.sequence)
     WHERE hold.kind = 3;

-- Every account as it is after the last entry in the books.
CREATE VIEW accounts AS
    SELECT opening.to_account AS account, opening.currency, account_type.name AS type, opening.timestamp AS opened,
           coalesce(changed.owner, opening.owner) AS owner,
           coalesce(changed.requested, opening.requested) AS overdraft_limit,
           coalesce(changed.account_flags, opening.account_flags) AS flags,
           coalesce(changed.amount, 0) AS spending_limit, coalesce(changed.timeout, 0) AS spending_window,
           hex(opening.reference) AS reference, opening.code,
           coalesce(iif(latest.from_account = opening.to_account, latest.from_debits_posted, latest.to_debits_posted), 0)
               AS debits_posted,
           coalesce(iif(latest.from_account = opening.to_account, latest.from_credits_posted, latest.to_credits_posted), 0)
               AS credits_posted,
           coalesce(iif(latest.from_account = opening.to_account, latest.from_debits_held, latest.to_debits_held), 0)
               AS debits_held,
           coalesce(iif(latest.from_account = opening.to_account, latest.from_credits_held, latest.to_credits_held), 0)
               AS credits_held
      FROM journal AS opening
      JOIN account_type ON account_type.account_type = opening.timeout
      LEFT JOIN journal AS latest ON latest.sequence = max(
           coalesce((SELECT max(sequence) FROM journal
                      WHERE from_account = opening.to_account AND kind BETWEEN 2 AND 7), 0),
           coalesce((SELECT max(sequence) FROM journal
                      WHERE to_account = opening.to_account AND kind BETWEEN 2 AND 7), 0))
      LEFT JOIN journal AS changed ON changed.sequence =
           (SELECT max(sequence) FROM journal WHERE to_account = opening.to_account AND kind = 9)
     WHERE opening.kind = 1;
