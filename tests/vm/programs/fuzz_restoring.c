/* SPDX-License-Identifier: MIT */
/*
 * The part of the fuzzer for a ledger that is being restored.
 *
 * There is a picture of a ledger that was saved: accounts, holds, entries. Now and then one of the threads gives the next of
 * it, and so the ledger comes to be what is in the picture, while all others give what is out of turn, a little wrong, or
 * quite wrong, open it too early, begin anew, and do what only an open ledger takes. The digest that the kernel has found is
 * given back to it, so that only its own checks stand between what it was given and business. With every second seed what is
 * a little wrong may be taken, too: then the books do not balance, and the ledger may not be opened.
 *
 * What may never happen: that somebody without the right restores; that anything is changed before the ledger is open; that it
 * opens and the books do not balance.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "fuzz.h"

#define ACCOUNTS 60
#define HOLDS 20
#define ENTRIES 30
#define SECOND 1000000000ull
#define BEGUN (1700000000ull * SECOND)

static struct qenex_restore_account saved_accounts[ACCOUNTS];
static struct qenex_restore_hold saved_holds[HOLDS];
static struct qenex_journal_entry saved_entries[ENTRIES];
static struct qenex_restore_end saved_end;
static int device;
bool may_spoil;

/* What the kernel has found when it was last asked to open. */
static struct qenex_go_live_request learnt;
static pthread_mutex_t learnt_lock = PTHREAD_MUTEX_INITIALIZER;

void prepare_restoring(uint64_t seed)
{
	struct state chance = { .random = seed * 7919 };
	uint64_t sequence = 0;

	may_spoil = seed % 2;
	device = open(QENEX_DEVICE_PATH, O_RDWR | O_CLOEXEC);
	if (device < 0)
		exit(3);
	/* The first of each currency is its cash account, from which all the money came. */
	for (uint64_t i = 0; i < ACCOUNTS; i++) {
		uint64_t place = (i + 1) * 100, credits = i < 2 ? 0 : 1000 + below(&chance, 1000000);

		saved_accounts[i] = (struct qenex_restore_account){
			.account_number = place + 98 - place % 97, .currency = i % 2 ? 978 : 840, .sequence = ++sequence,
			.opened = BEGUN + i, .owner = i % 3 ? 1000 : 0, .counters.credits_posted = credits,
			.account_type = i < 2 ? QENEX_ACCOUNT_CASH : i % QENEX_ACCOUNT_CASH,
			.flags = i < 2 ? QENEX_ACCOUNT_UNLIMITED : 0,
		};
		saved_accounts[i % 2].counters.debits_posted += credits;
		accounts[i] = saved_accounts[i].account_number;
	}
	for (uint64_t i = ACCOUNTS; i < KNOWN; i++)
		accounts[i] = accounts[i % ACCOUNTS];
	for (uint64_t i = 0; i < HOLDS; i++) {
		struct qenex_restore_account *from = &saved_accounts[2 + below(&chance, ACCOUNTS - 4)], *to = from + 2;
		uint64_t amount = 1 + below(&chance, 20);
		uint32_t timeout = i % 3 ? 0 : 3600;

		saved_holds[i] = (struct qenex_restore_hold){
			.id = { i + 1, 99 }, .sequence = ++sequence, .timestamp = BEGUN + sequence, .currency = from->currency,
			.from_account = from->account_number, .to_account = to->account_number, .amount = amount,
			.timeout = timeout, .expires = timeout ? BEGUN + sequence + timeout * SECOND : 0,
			.flags = QENEX_TRANSFER_HOLD,
		};
		from->counters.debits_held += amount;
		to->counters.credits_held += amount;
	}
	for (uint64_t i = 0; i < ENTRIES; i++)
		saved_entries[i] = (struct qenex_journal_entry){
			.sequence = ++sequence, .timestamp = BEGUN + sequence, .id = { i + 1, 98 },
			.kind = QENEX_ENTRY_POSTING, .from_account = accounts[2], .to_account = accounts[4], .currency = 840,
			.related_id = { i % 4 ? 0 : i, i % 4 ? 0 : 98 },
		};
	saved_end = (struct qenex_restore_end){
		.ledger_id = { 7, 7 }, .sequence = sequence, .timestamp = BEGUN + sequence, .ids_made = 1000,
		.accounts = ACCOUNTS, .holds = HOLDS,
	};
}

static struct qenex_info info(void)
{
	struct qenex_info found = { 0 };

	if (ioctl(device, QENEX_INFO, &found))
		finding("nothing is told", NULL, errno);
	return found;
}

/* Items of one of the three kinds from this place on, at most as many as there are; returns how many. */
static uint32_t put(struct call *call, uint32_t cmd, uint64_t at, uint32_t wanted)
{
	static const struct {
		uint32_t cmd, length;
		size_t size;
		void *items;
	} kinds[] = {
		{ QENEX_RESTORE_ACCOUNTS, ACCOUNTS, sizeof(*saved_accounts), saved_accounts },
		{ QENEX_RESTORE_HOLDS, HOLDS, sizeof(*saved_holds), saved_holds },
		{ QENEX_RESTORE_TRANSFERS, ENTRIES, sizeof(*saved_entries), saved_entries },
	};
	uint32_t kind = 0;

	while (kinds[kind].cmd != cmd)
		kind++;
	if (at >= kinds[kind].length)
		at = kinds[kind].length - 1;
	if (wanted > kinds[kind].length - at)
		wanted = kinds[kind].length - at;
	call->cmd = cmd;
	memcpy(call->items, (uint8_t *)kinds[kind].items + at * kinds[kind].size, wanted * kinds[kind].size);
	*(struct qenex_restore_request *)call->argument = (struct qenex_restore_request){ .count = wanted };
	return wanted;
}

/* What comes next in the picture. */
static uint32_t put_next(struct call *call, const struct qenex_info *now, uint32_t wanted)
{
	if (now->accounts < ACCOUNTS)
		return put(call, QENEX_RESTORE_ACCOUNTS, now->accounts, wanted);
	if (now->holds < HOLDS && !now->sequence)
		return put(call, QENEX_RESTORE_HOLDS, now->holds, wanted);
	return put(call, QENEX_RESTORE_TRANSFERS, now->sequence ? now->sequence - ACCOUNTS - HOLDS : 0, wanted);
}

static void put_end(struct state *s, struct call *call, const struct qenex_info *now)
{
	struct qenex_go_live_request *request = (void *)call->argument;

	call->cmd = QENEX_GO_LIVE;
	pthread_mutex_lock(&learnt_lock);
	*request = (struct qenex_go_live_request){ .end = saved_end };
	if (below(s, 4)) {
		request->end = learnt.end;
		memcpy(request->digest, learnt.digest_found, sizeof(request->digest));
	}
	pthread_mutex_unlock(&learnt_lock);
	if (below(s, 3) == 0) {
		request->end.accounts = now->accounts;
		request->end.holds = now->holds;
	}
	if (below(s, 4) == 0)
		((uint64_t *)request)[below(s, sizeof(request->end) / 8)] = number(s);
	/* An empty ledger opens as well, and once it has accounts is never restored again: seldom. */
	if (!request->end.accounts && below(s, 500))
		request->end.accounts = 1;
}

/* One item is a little wrong: in most ways that can be seen at once, and if this seed wants that in any. */
static void spoil(struct state *s, struct call *call)
{
	struct qenex_restore_account *account = (void *)call->items;
	struct qenex_restore_hold *hold = (void *)call->items;
	struct qenex_journal_entry *entry = (void *)call->items;
	size_t size = call->cmd == QENEX_RESTORE_ACCOUNTS ? sizeof(*account) :
		      call->cmd == QENEX_RESTORE_HOLDS    ? sizeof(*hold) : sizeof(*entry);
	uint64_t way = below(s, 4);

	if (may_spoil && below(s, 4) == 0) {
		((uint64_t *)call->items)[below(s, size / 8)] = number(s);
		return;
	}
	switch (call->cmd) {
	case QENEX_RESTORE_ACCOUNTS:
		if (way == 0)
			account->account_number += 1 + below(s, 96);
		else if (way == 1)
			account->flags |= 1u << (12 + below(s, 20));
		else if (way == 2)
			account->currency = 1000 + below(s, 1000);
		else
			account->counters.debits_held = UINT64_MAX - below(s, 2), account->counters.debits_posted |= 2;
		break;
	case QENEX_RESTORE_HOLDS:
		if (way == 0)
			hold->from_account += 1 + below(s, 96);
		else if (way == 1)
			hold->amount = UINT64_MAX - below(s, 1000);
		else if (way == 2)
			hold->id = (struct qenex_id){ 0, 0 };
		else
			hold->expires = !hold->expires;
		break;
	default:
		if (way == 0)
			entry->id = (struct qenex_id){ 0, 0 };
		else
			entry->sequence = way == 1 ? 0 : entry->sequence + ENTRIES + number(s) / 2;
		/* The first may have any number but none. */
		if (!info().sequence)
			entry->sequence = 0;
	}
}

void make_restoring(struct state *s, struct call *call)
{
	static const uint32_t kinds[] = { QENEX_RESTORE_ACCOUNTS, QENEX_RESTORE_HOLDS, QENEX_RESTORE_TRANSFERS };
	struct qenex_restore_request *request = (void *)call->argument;
	struct qenex_info now = info();
	uint64_t way = below(s, 100);

	memset(call, 0, sizeof(*call));
	if (way < 3) {
		put_next(call, &now, 1 + below(s, 4));
	} else if (way < 30) {
		put_next(call, &now, 1);
		spoil(s, call);
	} else if (way < 45) {
		/* Of random words nothing is taken, but perhaps the first entry. */
		call->cmd = kinds[below(s, may_spoil ? 3 : 2)];
		for (unsigned int i = 0; i < sizeof(call->items) / 8; i++)
			((uint64_t *)call->items)[i] = number(s);
		request->count = count(s, 1 + below(s, 8));
	} else if (way < 60) {
		/* Right, but not now. With all accounts there a hold may be given that is not the next: that spoils the picture. */
		uint32_t cmd = kinds[below(s, 3)];
		uint64_t at = below(s, ENTRIES);
		bool taken = cmd == QENEX_RESTORE_HOLDS || (cmd == QENEX_RESTORE_TRANSFERS && !now.sequence);

		put(call, taken && !may_spoil ? QENEX_RESTORE_ACCOUNTS : cmd, taken && !may_spoil ? 0 : at, 1 + below(s, 4));
	} else if (way < 68) {
		call->cmd = QENEX_RESTORE_BEGIN;
		((uint64_t *)call->argument)[below(s, 2)] = below(s, 4) ? 0 : number(s);
	} else if (way < 92) {
		put_end(s, call, &now);
	} else {
		put_next(call, &now, 1);
		((uint32_t *)request)[2 + below(s, 6)] = (uint32_t)number(s);
		/* What comes after it is nothing that is taken. */
		memset(call->items, 0xff, sizeof(call->items));
	}
}

void check_restoring(struct state *s, const struct call *call, const uint8_t *argument, int status)
{
	bool changed = false;

	switch (call->cmd) {
	case QENEX_RESTORE_BEGIN:
	case QENEX_RESTORE_ACCOUNTS:
	case QENEX_RESTORE_HOLDS:
	case QENEX_RESTORE_TRANSFERS:
		if (!status && !s->root)
			finding("a customer restores", call, 0);
		break;
	case QENEX_GO_LIVE:
		if (!status && !s->root)
			finding("a customer opens the ledger", call, 0);
		if (status && argument && ((const struct qenex_go_live_request *)argument)->result == QENEX_DIGEST_MISMATCH) {
			pthread_mutex_lock(&learnt_lock);
			learnt = *(const struct qenex_go_live_request *)argument;
			pthread_mutex_unlock(&learnt_lock);
		}
		break;
	case QENEX_CREATE_ACCOUNT:
	case QENEX_TRANSFER:
	case QENEX_UPDATE_ACCOUNT:
		changed = !status;
		break;
	case QENEX_BATCH:
		changed = !status && argument && ((const struct qenex_batch_request *)argument)->accepted;
		break;
	}
	/* Once it is open and has an account it stays so: had it been open, it would be now. */
	if (changed && info().state == QENEX_STATE_RESTORING)
		finding("a ledger that is being restored was changed", call, 0);
}

bool finish_restoring(int file)
{
	struct qenex_transfer_request transfer = {
		.from_account = accounts[2], .to_account = accounts[4], .amount = 1, .currency = 840,
	};
	struct qenex_go_live_request request = { .end = saved_end };
	struct qenex_info now = info();
	struct call call;
	uint64_t steps = 0;

	while (now.state == QENEX_STATE_RESTORING && now.sequence < saved_end.sequence && steps++ < 200) {
		memset(&call, 0, sizeof(call));
		put_next(&call, &now, 4);
		((struct qenex_restore_request *)call.argument)->items = (uintptr_t)call.items;
		if (ioctl(file, call.cmd, call.argument))
			break;
		now = info();
	}
	if (now.state == QENEX_STATE_RESTORING && ioctl(file, QENEX_GO_LIVE, &request)) {
		memcpy(request.digest, request.digest_found, sizeof(request.digest));
		ioctl(file, QENEX_GO_LIVE, &request);
	}
	now = info();
	if (now.state == QENEX_STATE_RESTORING && (!ioctl(file, QENEX_TRANSFER, &transfer) || transfer.result != QENEX_NOT_LIVE))
		finding("a ledger that does not open takes a transfer", NULL, transfer.result);
	return now.state == QENEX_STATE_LIVE;
}
