-- SPDX-License-Identifier: MIT
-- The same ledger in PostgreSQL: a function that does one transfer, and a statement that does 8,192.

CREATE TABLE accounts (
    id integer PRIMARY KEY,
    debits_posted bigint NOT NULL,
    credits_posted bigint NOT NULL,
    currency integer NOT NULL,
    CHECK (debits_posted <= credits_posted)
) WITH (fillfactor = 50);
CREATE TABLE transfers (
    id bigserial PRIMARY KEY,
    debit integer NOT NULL REFERENCES accounts,
    credit integer NOT NULL REFERENCES accounts,
    amount bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON transfers (debit);
CREATE INDEX ON transfers (credit);
INSERT INTO accounts SELECT i, 0, 1000000000, 840 FROM generate_series(1, 10000) i;

CREATE FUNCTION transfer(p_debit integer, p_credit integer, p_amount bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    made bigint;
BEGIN
    -- In the order of ids, so that two transfers never wait for each other.
    PERFORM 1 FROM accounts WHERE id IN (p_debit, p_credit) ORDER BY id FOR NO KEY UPDATE;
    UPDATE accounts SET debits_posted = debits_posted + p_amount
        WHERE id = p_debit AND credits_posted - debits_posted >= p_amount;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'exceeds the balance';
    END IF;
    UPDATE accounts SET credits_posted = credits_posted + p_amount WHERE id = p_credit;
    INSERT INTO transfers (debit, credit, amount) VALUES (p_debit, p_credit, p_amount) RETURNING id INTO made;
    RETURN made;
END $$;

-- Made in the server, so that nothing has to be sent: the best case.
CREATE FUNCTION transfers(count integer) RETURNS bigint LANGUAGE sql AS $$
    WITH items AS MATERIALIZED (
        SELECT debit, 1 + (debit + gap) % 10000 AS credit, amount FROM (
            SELECT 1 + (random() * 9999)::integer AS debit, (random() * 9998)::integer AS gap,
                1 + (random() * 99)::bigint AS amount
            FROM generate_series(1, count)) drawn
    ), made AS (
        INSERT INTO transfers (debit, credit, amount) SELECT debit, credit, amount FROM items RETURNING id
    ), moved AS (
        UPDATE accounts SET debits_posted = debits_posted + sums.debits, credits_posted = credits_posted + sums.credits
        FROM (
            SELECT id, sum(debits) AS debits, sum(credits) AS credits FROM (
                SELECT debit AS id, amount AS debits, 0 AS credits FROM items
                UNION ALL
                SELECT credit, 0, amount FROM items) legs
            GROUP BY id) sums
        WHERE accounts.id = sums.id
    )
    SELECT count(*) FROM made
$$;

VACUUM ANALYZE accounts;
