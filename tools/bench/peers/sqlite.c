// SPDX-License-Identifier: MIT
/*
 * `sqlite FILE CLIENTS BATCH SECONDS`: the same in SQLite in this process, as durable (WAL, synchronous=FULL): BATCH transfers
 * in each transaction, prepared statements, one connection for each client.
 */
#include <sqlite3.h>
#include <stdarg.h>

#include "measure.h"

static const char *path;

static void check(sqlite3 *db, int status, const char *what)
{
	if (status != SQLITE_OK && status != SQLITE_DONE && status != SQLITE_ROW) {
		fprintf(stderr, "%s: %s\n", what, sqlite3_errmsg(db));
		exit(1);
	}
}

static sqlite3 *connect_to(void)
{
	sqlite3 *db;

	check(NULL, sqlite3_open(path, &db), path);
	sqlite3_busy_timeout(db, 60000);
	check(db, sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;", NULL, NULL, NULL),
	      "PRAGMA");
	return db;
}

static void prepare_tables(void)
{
	sqlite3 *db = connect_to();
	char fill[256];

	check(db,
	      sqlite3_exec(db,
			   "BEGIN;"
			   "CREATE TABLE IF NOT EXISTS accounts (id INTEGER PRIMARY KEY, debits INTEGER NOT NULL,"
			   " credits INTEGER NOT NULL, currency INTEGER NOT NULL);"
			   "CREATE TABLE IF NOT EXISTS transfers (id INTEGER PRIMARY KEY, debit INTEGER NOT NULL REFERENCES accounts,"
			   " credit INTEGER NOT NULL REFERENCES accounts, amount INTEGER NOT NULL, at INTEGER NOT NULL);"
			   "CREATE INDEX IF NOT EXISTS by_debit ON transfers (debit);"
			   "CREATE INDEX IF NOT EXISTS by_credit ON transfers (credit);",
			   NULL, NULL, NULL),
	      "CREATE");
	snprintf(fill, sizeof(fill),
		 "INSERT OR IGNORE INTO accounts WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
		 " SELECT i, 0, %d, 840 FROM n; COMMIT;",
		 ACCOUNTS, OPENING);
	check(db, sqlite3_exec(db, fill, NULL, NULL, NULL), "INSERT");
	sqlite3_close(db);
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *text)
{
	sqlite3_stmt *statement;

	check(db, sqlite3_prepare_v2(db, text, -1, &statement, NULL), text);
	return statement;
}

static void run(sqlite3 *db, sqlite3_stmt *statement, int values, ...)
{
	va_list list;

	va_start(list, values);
	for (int i = 1; i <= values; i++)
		sqlite3_bind_int64(statement, i, va_arg(list, sqlite3_int64));
	va_end(list);
	check(db, sqlite3_step(statement), sqlite3_sql(statement));
	sqlite3_reset(statement);
}

static void *transfers(void *argument)
{
	struct client *client = argument;
	sqlite3 *db = connect_to();
	/* Checks the balance, as our ledger does. */
	sqlite3_stmt *debit = prepare(db, "UPDATE accounts SET debits = debits + ?1 WHERE id = ?2 AND credits - debits >= ?1");
	sqlite3_stmt *credit = prepare(db, "UPDATE accounts SET credits = credits + ?1 WHERE id = ?2");
	sqlite3_stmt *insert = prepare(db, "INSERT INTO transfers VALUES (NULL, ?1, ?2, ?3, ?4)");
	sqlite3_stmt *begin = prepare(db, "BEGIN IMMEDIATE"), *commit = prepare(db, "COMMIT");

	while (!over) {
		run(db, begin, 0);
		for (unsigned int i = 0; i < client->batch; i++) {
			sqlite3_int64 from = below(client, ACCOUNTS), amount = 1 + below(client, 100);
			sqlite3_int64 to = (from + 1 + below(client, ACCOUNTS - 1)) % ACCOUNTS;

			run(db, debit, 2, amount, from + 1);
			if (sqlite3_changes(db) != 1) {
				fprintf(stderr, "exceeds the balance\n");
				exit(1);
			}
			run(db, credit, 2, amount, to + 1);
			run(db, insert, 4, from + 1, to + 1, amount, (sqlite3_int64)time(NULL));
		}
		run(db, commit, 0);
		client->done += client->batch;
	}
	return NULL;
}

int main(int argc, char **argv)
{
	if (argc != 5)
		return 2;
	path = argv[1];
	prepare_tables();
	measure("SQLite", atoi(argv[2]), atoi(argv[3]), atof(argv[4]), transfers);
	return 0;
}
