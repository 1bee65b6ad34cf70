\set debit random(1, 10000)
\set gap random(1, 9999)
\set credit 1 + (:debit + :gap - 1) % 10000
\set amount random(1, 100)
SELECT transfer(:debit, :credit, :amount);
