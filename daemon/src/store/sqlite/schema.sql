-- The journal of one ledger. See daemon/SCHEMA.md.

-- What the store is. One row for each fact; never changed.
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value ANY NOT NULL
) STRICT, WITHOUT ROWID;

-- The journal in groups: what is made durable, and what everything else follows from.
CREATE TABLE journal_group (
    first    INTEGER PRIMARY KEY, -- sequence number of its first entry
    last     INTEGER NOT NULL,    -- sequence number of its last entry
    previous BLOB NOT NULL,       -- chain head before it, 32 bytes
    head     BLOB NOT NULL,       -- chain head after it, 32 bytes
    crc      INTEGER NOT NULL,    -- CRC-32C of entries
    entries  BLOB NOT NULL        -- the entries as the kernel wrote them, 192 bytes each
) STRICT;

CREATE TRIGGER journal_group_follows BEFORE INSERT ON journal_group
WHEN NEW.first IS NOT coalesce((SELECT last FROM journal_group ORDER BY first DESC LIMIT 1), 0) + 1
BEGIN SELECT raise(ABORT, 'the journal must not have gaps'); END;

CREATE TRIGGER journal_group_never_changes BEFORE UPDATE ON journal_group
BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;

CREATE TRIGGER journal_group_never_goes BEFORE DELETE ON journal_group
BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;

CREATE TRIGGER meta_never_changes BEFORE UPDATE ON meta
BEGIN SELECT raise(ABORT, 'what a store is does not change'); END;

CREATE TRIGGER meta_never_goes BEFORE DELETE ON meta
BEGIN SELECT raise(ABORT, 'what a store is does not change'); END;
