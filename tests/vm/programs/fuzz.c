/* SPDX-License-Identifier: MIT */
/*
 * Calls of the device with everything that can be wrong about them.
 *
 *	fuzz SEED CALLS THREADS [CORPUS [FAULTS]]
 *	fuzz restoring SEED CALLS THREADS [CORPUS [FAULTS]]
 *	fuzz settle
 *
 * Threads make calls whose structs are made from what the ABI knows (struct by struct, field by field, with the numbers,
 * ids and states that matter), or of random bytes; pointers lead to memory that is there, not there, read-only, half
 * mapped, or changed and taken away by another thread while the call runs. Files are closed, duplicated and inherited by
 * children meanwhile; signals interrupt waits. With an odd seed all threads have given up root, with an even one every
 * second has, and a consumer of the journal is fenced and takes over again and again. With FAULTS given, one in so many
 * allocations and copies of the calling threads fails, where the kernel can do that.
 *
 * Where the kernel tells which blocks of the module a call has run (KCOV), calls that reach new ones are kept and varied,
 * in CORPUS beyond this run; CORPUS.blocks has the offsets of the blocks reached. Half of the threads are watched like that:
 * what they keep serves all, and the others are faster.
 *
 * A model of what may never happen stands beside it: no struct comes back with a result that is none or does not fit
 * errno; nothing outside the struct is written; in each currency debits and credits are equal; no account is overdrawn that
 * may not be; the accounts of an owner whom nobody here is lose nothing and are not changed, unless by root.
 *
 * The second form is for a ledger that waits to be restored (fuzz_restoring.c), the others for a volatile one. The last form
 * acknowledges what is written, so that the module may go.
 *
 * Exits with 0 when nothing of that has happened.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fuzz.h"

#define KCOV_INIT_TRACE _IOR('c', 1, unsigned long)
#define KCOV_ENABLE _IO('c', 100)
#define KCOV_DISABLE _IO('c', 101)
/* Of a call with many items the first few hundred tell which blocks it reaches: more would only take time. */
#define COVER (8 << 10)

#define THREADS_MAX 16
#define PAGE 4096
#define ARENA (64 * PAGE)
#define CORPUS_MAX 4096
#define VICTIMS 8
#define VICTIM_OWNER 4242
#define CUSTOMER 1000
#define PAINT 0xa5

static const struct {
	uint32_t cmd;
	bool operator;
} calls[] = {
	{ QENEX_INFO, false }, { QENEX_CREATE_ACCOUNT, false }, { QENEX_GET_ACCOUNTS, false },
	{ QENEX_TRANSFER, false }, { QENEX_TRANSFER, false }, { QENEX_TRANSFER, false },
	{ QENEX_BATCH, false }, { QENEX_BATCH, false }, { QENEX_BATCH, false },
	{ QENEX_GET_TRANSFERS, false }, { QENEX_UPDATE_ACCOUNT, false }, { QENEX_UPDATE_ACCOUNT, false },
	{ QENEX_WAIT_DURABLE, false }, { QENEX_JOURNAL_ATTACH, true }, { QENEX_JOURNAL_WAIT, true },
	{ QENEX_JOURNAL_ACK, true }, { QENEX_RESTORE_BEGIN, true }, { QENEX_RESTORE_ACCOUNTS, true },
	{ QENEX_RESTORE_HOLDS, true }, { QENEX_RESTORE_TRANSFERS, true }, { QENEX_GO_LIVE, true },
};

static volatile bool stop;
static int files[8];
static uint64_t latest; /* the last change, or nearly */
static uint64_t victims[VICTIMS], opened[KNOWN];
uint64_t accounts[KNOWN];
static struct qenex_account before[VICTIMS];
static struct qenex_id recent[KNOWN]; /* what was asked for lately, so that something may be done about it */
static uint64_t findings, reached;
static uint8_t *seen; /* one bit for each address of the module that may be reached */
static unsigned long text;
static struct call *corpus;
static unsigned int kept;
static pthread_mutex_t corpus_lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned long total;
static gid_t group;
static bool customers_only; /* nobody has the operator's right */
static bool with_faults;
static bool restoring; /* the ledger was not open when this began */

#define SEEN_BITS (1ul << 24)

uint64_t any(struct state *s)
{
	s->random += 0x9e3779b97f4a7c15u;
	uint64_t word = s->random;

	word = (word ^ word >> 30) * 0xbf58476d1ce4e5b9u;
	word = (word ^ word >> 27) * 0x94d049bb133111ebu;
	return word ^ word >> 31;
}

uint64_t below(struct state *s, uint64_t end)
{
	return any(s) % end;
}

void finding(const char *what, const struct call *call, uint64_t value)
{
	if (__atomic_add_fetch(&findings, 1, __ATOMIC_RELAXED) > 20)
		return;
	printf("FOUND: %s (call %#x, %llu):", what, call ? call->cmd : 0, (unsigned long long)value);
	for (unsigned int i = 0; call && i < _IOC_SIZE(call->cmd); i++)
		printf("%s%02x", i % 8 ? "" : " ", call->argument[i]);
	printf("\n");
	fflush(stdout);
}

/* ---- Values that matter ---- */

uint64_t number(struct state *s)
{
	static const uint64_t interesting[] = {
		0, 1, 2, 5, 63, 64, 65, 97, 100, 8191, 8192, 8193, 65535, 65536, INT32_MAX, UINT32_MAX, 1ull << 32,
		INT64_MAX, 1ull << 63, UINT64_MAX - 1, UINT64_MAX,
	};

	switch (below(s, 4)) {
	case 0:
		return interesting[below(s, sizeof(interesting) / sizeof(*interesting))];
	case 1:
		return below(s, 1000);
	case 2:
		return 1ull << below(s, 64);
	default:
		return any(s);
	}
}

static uint64_t account(struct state *s)
{
	switch (below(s, 12)) {
	case 0:
		return number(s);
	case 1:
		return victims[below(s, VICTIMS)];
	case 2: /* the number of an account that may be there */
	{
		uint64_t index = 1 + below(s, 400);

		return index * 100 + 98 - index * 100 % 97;
	}
	case 3:
	case 4:
		return __atomic_load_n(&opened[below(s, KNOWN)], __ATOMIC_RELAXED);
	default:
		return __atomic_load_n(&accounts[below(s, KNOWN)], __ATOMIC_RELAXED);
	}
}

static struct qenex_id id(struct state *s)
{
	struct qenex_id made = { below(s, 4096), 1 + below(s, 4) };

	switch (below(s, 16)) {
	case 0:
		return (struct qenex_id){ 0, 0 };
	case 1:
		return (struct qenex_id){ number(s), number(s) };
	case 2:
		return (struct qenex_id){ below(s, 100), UINT64_MAX };
	case 3 ... 9:
		return (struct qenex_id){ any(s), 77 };
	default:
		return made;
	}
}

static uint32_t currency(struct state *s)
{
	static const uint32_t some[] = { 840, 840, 840, 978, 978, 392, 999, 0, 1000, UINT32_MAX };

	return some[below(s, 10)];
}

static uint64_t amount(struct state *s)
{
	return below(s, 4) ? below(s, 500) : number(s);
}

/* Two accounts between which money may move, most often: of one currency, the debited one a customer's; see open_victims(). */
static void pair(struct state *s, struct qenex_transfer *made)
{
	unsigned int class = below(s, 3), from = below(s, KNOWN / 6) * 6 + class, to = below(s, KNOWN / 6) * 6 + class;

	made->from_account = __atomic_load_n(&accounts[from % 2 ? from : from + 3], __ATOMIC_RELAXED);
	made->to_account = __atomic_load_n(&accounts[below(s, 2) ? to : to + 3], __ATOMIC_RELAXED);
	made->currency = class ? 840 : 978;
}

static struct qenex_id related(struct state *s)
{
	return below(s, 4) ? recent[below(s, KNOWN)] : id(s);
}

static uint32_t flags(struct state *s, unsigned int bits)
{
	switch (below(s, 4)) {
	case 0:
		return 0;
	case 1:
		return (uint32_t)number(s);
	default:
		return 1u << below(s, bits);
	}
}

static struct qenex_transfer transfer(struct state *s)
{
	static const uint32_t actions[] = {
		0, 0, 0, QENEX_TRANSFER_HOLD, QENEX_TRANSFER_HOLD, QENEX_TRANSFER_POST_HOLD, QENEX_TRANSFER_VOID_HOLD,
		QENEX_TRANSFER_REVERSE,
	};
	struct qenex_transfer made = { .id = id(s), .flags = actions[below(s, 8)] };

	if (made.flags & ~QENEX_TRANSFER_HOLD) {
		made.related_id = related(s);
		made.amount = below(s, 2) ? UINT64_MAX : amount(s);
	} else {
		if (below(s, 3)) {
			pair(s, &made);
		} else {
			made.from_account = account(s);
			made.to_account = account(s);
			made.currency = currency(s);
		}
		made.amount = amount(s);
		if (made.flags)
			made.timeout = below(s, 3);
		/* Without a lock: an id that is half another's is one that nobody has used. */
		recent[below(s, KNOWN)] = made.id;
	}
	if (below(s, 8) == 0)
		made.flags |= flags(s, 9);
	if (below(s, 64) == 0)
		made.reserved = number(s);
	return made;
}

/* ---- Pointers ---- */

static uint64_t pointer(struct state *s, const void *items, size_t size)
{
	uint8_t *place;

	switch (below(s, 12)) {
	case 0:
		return number(s);
	case 1: /* ends within what is not mapped */
		place = s->arena + ARENA - below(s, 200);
		memcpy(place, items, (size_t)(s->arena + ARENA - place) < size ? (size_t)(s->arena + ARENA - place) : size);
		return (uintptr_t)place;
	case 2: /* read-only */
		return (uintptr_t)s->arena + ARENA + PAGE;
	case 3:
		return 0xffff888000000000u + below(s, 1 << 30);
	case 4:
		return (uintptr_t)s->racy + below(s, 8 * PAGE);
	default:
		place = s->arena + below(s, 2 * PAGE);
		memcpy(place, items, size);
		return (uintptr_t)place;
	}
}

/* Now and then more than there is, or than may be. Thousands of items take as long as thousands of calls. */
uint32_t count(struct state *s, uint32_t usual)
{
	uint32_t odd = below(s, 120) ? usual : (uint32_t)number(s);

	return odd > 64 && odd <= QENEX_BATCH_MAX && below(s, 16) ? usual : odd;
}

/* ---- Calls ---- */

static bool restores(uint32_t cmd)
{
	return cmd == QENEX_RESTORE_ACCOUNTS || cmd == QENEX_RESTORE_HOLDS || cmd == QENEX_RESTORE_TRANSFERS;
}

static void make(struct state *s, struct call *call)
{
	void *argument = call->argument;
	/* Of calls with few items there can be many. */
	uint32_t some = 1 + below(s, below(s, 8) ? 4 : 16);

	memset(call, 0, sizeof(*call));
	call->cmd = calls[below(s, sizeof(calls) / sizeof(*calls))].cmd;
	if (restoring && (below(s, 3) || restores(call->cmd))) {
		make_restoring(s, call);
		return;
	}
	if (below(s, 100) == 0)
		call->cmd = below(s, 2) ? (uint32_t)any(s) : call->cmd ^ 1u << below(s, 32);
	if (below(s, 50) == 0) {
		for (unsigned int i = 0; i < STRUCT_MAX; i++)
			call->argument[i] = any(s);
		return;
	}
	switch (call->cmd) {
	case QENEX_CREATE_ACCOUNT:
		*(struct qenex_account_request *)argument = (struct qenex_account_request){
			.id = id(s), .initial_balance = below(s, 2) ? 0 : amount(s), .currency = currency(s),
			.account_type = below(s, 10), .flags = flags(s, 10),
			.owner = below(s, 3) ? 0 : (uint32_t)number(s), .overdraft_limit = below(s, 4) ? 0 : amount(s),
		};
		break;
	case QENEX_GET_ACCOUNTS:
		for (uint32_t i = 0; i < 16; i++)
			((uint64_t *)call->items)[i] = account(s);
		*(struct qenex_accounts_request *)argument = (struct qenex_accounts_request){ .count = count(s, some) };
		break;
	case QENEX_TRANSFER: {
		struct qenex_transfer item = transfer(s);

		memcpy(argument, &item, sizeof(item) - sizeof(item.reserved));
		break;
	}
	case QENEX_BATCH:
		for (uint32_t i = 0; i < some; i++) {
			((struct qenex_transfer *)call->items)[i] = transfer(s);
			if (i + 1 < some && below(s, 4) == 0)
				((struct qenex_transfer *)call->items)[i].flags |= QENEX_TRANSFER_LINKED;
		}
		*(struct qenex_batch_request *)argument = (struct qenex_batch_request){ .count = count(s, some) };
		break;
	case QENEX_GET_TRANSFERS:
		for (uint32_t i = 0; i < 16; i++)
			((struct qenex_id *)call->items)[i] = id(s);
		/* From far back a customer's call looks at thousands of entries, until it has found enough of the customer's own. */
		*(struct qenex_transfers_request *)argument = (struct qenex_transfers_request){ .count = count(s, some) };
		if (below(s, 2))
			((struct qenex_transfers_request *)argument)->first_sequence =
				below(s, 64) ? __atomic_load_n(&latest, __ATOMIC_RELAXED) - below(s, 64) : number(s);
		break;
	case QENEX_UPDATE_ACCOUNT:
		*(struct qenex_update_request *)argument = (struct qenex_update_request){
			.id = id(s), .account_number = account(s), .changes = flags(s, 9),
		};
		/* What is not to be changed must be zero; sometimes it is not. */
		if (below(s, 16) == 0 || ((struct qenex_update_request *)argument)->changes & QENEX_UPDATE_OWNER)
			((struct qenex_update_request *)argument)->owner = below(s, 2) ? CUSTOMER : (uint32_t)number(s);
		if (below(s, 16) == 0 || ((struct qenex_update_request *)argument)->changes & QENEX_UPDATE_OVERDRAFT_LIMIT)
			((struct qenex_update_request *)argument)->overdraft_limit = amount(s);
		if (below(s, 16) == 0 || ((struct qenex_update_request *)argument)->changes & QENEX_UPDATE_SPENDING_LIMIT) {
			((struct qenex_update_request *)argument)->spending_limit = 10000 + amount(s);
			((struct qenex_update_request *)argument)->spending_window = below(s, 100);
		}
		break;
	case QENEX_WAIT_DURABLE:
		*(struct qenex_durable_request *)argument =
			(struct qenex_durable_request){ .sequence = number(s), .timeout_ms = below(s, 3) };
		break;
	case QENEX_JOURNAL_WAIT:
		*(struct qenex_wait_request *)argument =
			(struct qenex_wait_request){ .after = number(s), .timeout_ms = below(s, 3) };
		break;
	case QENEX_RESTORE_ACCOUNTS:
	case QENEX_RESTORE_HOLDS:
	case QENEX_RESTORE_TRANSFERS:
		for (unsigned int i = 0; i < sizeof(call->items) / 8; i++)
			((uint64_t *)call->items)[i] = number(s);
		*(struct qenex_restore_request *)argument = (struct qenex_restore_request){ .count = count(s, some) };
		break;
	default:
		/* Journal, restoring: on a ledger in use they are refused, whatever they say. */
		for (unsigned int i = 0; i < _IOC_SIZE(call->cmd) / 8 && i < STRUCT_MAX / 8; i++)
			((uint64_t *)argument)[i] = below(s, 3) ? 0 : number(s);
	}
}

/* A call that has been made before, a little different. */
static void vary(struct state *s, struct call *call)
{
	for (uint64_t times = 1 + below(s, 3); times; times--) {
		bool items = below(s, 2);
		uint8_t *place = items ? call->items : call->argument;
		uint64_t at = below(s, items ? sizeof(call->items) / 8 : STRUCT_MAX / 8) * 8;
		uint64_t value = below(s, 3) ? number(s) : account(s);

		switch (below(s, 4)) {
		case 0:
			place[at + below(s, 8)] ^= 1u << below(s, 8);
			break;
		case 1:
			memcpy(place + at + 4 * below(s, 2), &value, 4);
			break;
		default:
			memcpy(place + at, &value, 8);
		}
	}
}

static void shorten(struct state *s, struct call *call, size_t place)
{
	uint32_t length;

	memcpy(&length, call->argument + place, 4);
	if (call->cmd == QENEX_TRANSFER || length <= 4 || length > QENEX_BATCH_MAX || below(s, 8) == 0)
		return;
	length = 1 + below(s, 4);
	memcpy(call->argument + place, &length, 4);
}

/*
 * A call that waits until a signal comes, or that looks at thousands of entries, takes the time of hundreds of others: few
 * may, for their path through the kernel. Of the others the wait is short, the entries are late ones.
 */
static void hurry(struct state *s, struct call *call)
{
	struct qenex_transfer *items = (void *)(call->cmd == QENEX_TRANSFER ? call->argument : call->items);
	size_t length = call->cmd == QENEX_TRANSFER ? 1 : sizeof(call->items) / sizeof(*items);
	uint64_t first, last = __atomic_load_n(&latest, __ATOMIC_RELAXED);
	uint32_t *timeout;

	if (below(s, 256) == 0)
		return;
	switch (call->cmd) {
	case QENEX_TRANSFER:
	case QENEX_BATCH:
		for (size_t i = 0; i < length; i++)
			items[i].flags &= ~QENEX_TRANSFER_DURABLE;
		shorten(s, call, offsetof(struct qenex_batch_request, count));
		break;
	case QENEX_GET_ACCOUNTS:
		shorten(s, call, offsetof(struct qenex_accounts_request, count));
		break;
	case QENEX_GET_TRANSFERS:
		shorten(s, call, offsetof(struct qenex_transfers_request, count));
		memcpy(&first, call->argument + offsetof(struct qenex_transfers_request, first_sequence), 8);
		if (first && last > 64 && first < last - 64) {
			first = last - below(s, 64);
			memcpy(call->argument + offsetof(struct qenex_transfers_request, first_sequence), &first, 8);
		}
		break;
	case QENEX_WAIT_DURABLE:
	case QENEX_JOURNAL_WAIT:
		timeout = (void *)(call->argument + (call->cmd == QENEX_WAIT_DURABLE ?
			offsetof(struct qenex_durable_request, timeout_ms) : offsetof(struct qenex_wait_request, timeout_ms)));
		*timeout = below(s, 32) == 0;
		break;
	}
}

/* The fields that are pointers are set for each call: they lead to this thread's memory. */
static void point(struct state *s, struct call *call, uint8_t *argument)
{
	uint64_t in = pointer(s, call->items, sizeof(call->items));
	uint64_t out = below(s, 4) ? (uintptr_t)s->arena + 16 * PAGE + below(s, PAGE) : pointer(s, call->items, 64);

	switch (call->cmd) {
	case QENEX_BATCH:
	case QENEX_GET_ACCOUNTS:
		memcpy(argument, &in, 8);
		memcpy(argument + 8, &out, 8);
		break;
	case QENEX_GET_TRANSFERS:
		if (((struct qenex_transfers_request *)call->argument)->first_sequence)
			in = 0;
		memcpy(argument, &in, 8);
		memcpy(argument + 8, &out, 8);
		break;
	case QENEX_RESTORE_ACCOUNTS:
	case QENEX_RESTORE_HOLDS:
	case QENEX_RESTORE_TRANSFERS:
		memcpy(argument, &in, 8);
		break;
	}
}

static uint64_t field32(const uint8_t *place)
{
	uint32_t value;

	memcpy(&value, place, 4);
	return value;
}

/* Where a struct has its result; 0 is nowhere. */
static size_t result_at(uint32_t cmd)
{
	switch (cmd) {
	case QENEX_CREATE_ACCOUNT:
		return offsetof(struct qenex_account_request, result);
	case QENEX_GET_ACCOUNTS:
		return offsetof(struct qenex_accounts_request, result);
	case QENEX_TRANSFER:
		return offsetof(struct qenex_transfer_request, result);
	case QENEX_BATCH:
		return offsetof(struct qenex_batch_request, result);
	case QENEX_GET_TRANSFERS:
		return offsetof(struct qenex_transfers_request, result);
	case QENEX_UPDATE_ACCOUNT:
		return offsetof(struct qenex_update_request, result);
	case QENEX_WAIT_DURABLE:
		return offsetof(struct qenex_durable_request, result);
	case QENEX_RESTORE_BEGIN:
		return offsetof(struct qenex_restore_begin_request, result);
	case QENEX_RESTORE_ACCOUNTS:
	case QENEX_RESTORE_HOLDS:
	case QENEX_RESTORE_TRANSFERS:
		return offsetof(struct qenex_restore_request, result);
	case QENEX_GO_LIVE:
		return offsetof(struct qenex_go_live_request, result);
	default:
		return 0;
	}
}

static bool new_blocks(struct state *s)
{
	unsigned long length = s->cover ? __atomic_load_n(&s->cover[0], __ATOMIC_RELAXED) : 0;
	bool found = false;

	if (length > COVER - 1)
		length = COVER - 1;
	for (unsigned long i = 1; i <= length; i++) {
		unsigned long at = s->cover[i] - text;

		if (at >= SEEN_BITS || __atomic_load_n(&seen[at], __ATOMIC_RELAXED))
			continue;
		__atomic_store_n(&seen[at], 1, __ATOMIC_RELAXED);
		__atomic_add_fetch(&reached, 1, __ATOMIC_RELAXED);
		found = true;
	}
	return found;
}

static void make_call(struct state *s)
{
	struct call *call = &s->call;
	uint8_t *argument = s->argument;
	size_t size, at;
	unsigned int held;
	int status, error;

	held = __atomic_load_n(&kept, __ATOMIC_ACQUIRE);
	if (held && below(s, 3) == 0) {
		*call = corpus[below(s, held)];
		vary(s, call);
		if (restoring && !may_spoil && restores(call->cmd))
			make_restoring(s, call);
	} else {
		make(s, call);
	}
	hurry(s, call);
	size = _IOC_SIZE(call->cmd) < STRUCT_MAX ? _IOC_SIZE(call->cmd) : STRUCT_MAX;
	switch (below(s, 40)) {
	case 0: /* the struct itself is half mapped, or not there */
		argument = (uint8_t *)(uintptr_t)pointer(s, call->argument, size);
		break;
	case 1:
		argument = s->racy + below(s, 8 * PAGE);
		break;
	default:
		memset(argument, PAINT, STRUCT_MAX + 64);
		memcpy(argument, call->argument, size);
		point(s, call, argument);
	}
	if (s->cover)
		__atomic_store_n(&s->cover[0], 0, __ATOMIC_RELAXED);
	errno = 0;
	status = ioctl(files[below(s, 8)], call->cmd, argument);
	error = errno;
	s->calls++;
	if (new_blocks(s)) {
		pthread_mutex_lock(&corpus_lock);
		if (kept < CORPUS_MAX) {
			corpus[kept] = *call;
			__atomic_store_n(&kept, kept + 1, __ATOMIC_RELEASE);
		}
		pthread_mutex_unlock(&corpus_lock);
	}
	if (restoring)
		check_restoring(s, call, argument == s->argument ? argument : NULL, status);
	if (argument != s->argument)
		return;
	for (size_t i = size; i < STRUCT_MAX + 64; i++)
		if (argument[i] != PAINT) {
			finding("something was written behind the struct", call, i);
			break;
		}
	at = result_at(call->cmd);
	if (!at || error == EFAULT || error == EBADF || error == EINTR || error == ENOMEM)
		return;
	if (field32(argument + at) > QENEX_DIGEST_MISMATCH)
		finding("a result that does not exist", call, field32(argument + at));
	if (!status && call->cmd == QENEX_TRANSFER) {
		uint64_t sequence;

		memcpy(&sequence, argument + offsetof(struct qenex_transfer_request, sequence), 8);
		__atomic_store_n(&latest, sequence, __ATOMIC_RELAXED);
	}
	if (!status && call->cmd == QENEX_CREATE_ACCOUNT) {
		uint64_t made;

		memcpy(&made, argument + offsetof(struct qenex_account_request, account_number), 8);
		if (made % 97 != 1)
			finding("an account number with wrong check digits", call, made);
		__atomic_store_n(&opened[below(s, KNOWN)], made, __ATOMIC_RELAXED);
	}
}

static bool write_to(const char *path, const char *text)
{
	int file = open(path, O_WRONLY | O_CLOEXEC);
	bool written = file >= 0 && write(file, text, strlen(text)) > 0;

	if (file >= 0)
		close(file);
	return written;
}

/* One in so many allocations and copies of a thread that asks for it fails, quietly. */
static bool prepare_faults(unsigned long one_in)
{
	static const char *const kinds[] = { "failslab", "fail_page_alloc", "fail_usercopy" };
	static const struct {
		const char *name, *value;
	} settings[] = {
		{ "task-filter", "Y" }, { "times", "-1" }, { "verbose", "0" }, { "ignore-gfp-wait", "N" },
		{ "ignore-gfp-highmem", "N" }, { "min-order", "0" }, { "probability", "100" },
	};
	char path[128], interval[24];

	snprintf(interval, sizeof(interval), "%lu", one_in);
	for (unsigned int kind = 0; kind < 3; kind++) {
		snprintf(path, sizeof(path), "/sys/kernel/debug/%s/interval", kinds[kind]);
		if (!write_to(path, interval))
			return false;
		for (unsigned int i = 0; i < sizeof(settings) / sizeof(*settings); i++) {
			snprintf(path, sizeof(path), "/sys/kernel/debug/%s/%s", kinds[kind], settings[i].name);
			if (!write_to(path, settings[i].value) && access(path, F_OK) == 0)
				return false;
		}
	}
	return true;
}

/* This thread alone gives up root: the C library's functions would change all. */
static void become_customer(void)
{
	if (syscall(SYS_setgroups, 1, &group) || syscall(SYS_setresgid, CUSTOMER, CUSTOMER, CUSTOMER) ||
	    syscall(SYS_setresuid, CUSTOMER, CUSTOMER, CUSTOMER))
		exit(3);
}

static void *caller(void *data)
{
	struct state *s = data;

	if (s->kcov >= 0 && s->number % 4 < 2) {
		s->cover = mmap(NULL, COVER * sizeof(unsigned long), PROT_READ | PROT_WRITE, MAP_SHARED, s->kcov, 0);
		if (s->cover == MAP_FAILED || ioctl(s->kcov, KCOV_ENABLE, 0))
			s->cover = NULL;
	}
	if (with_faults && !write_to("/proc/thread-self/make-it-fail", "1"))
		exit(3);
	if (!s->root)
		become_customer();
	while (!stop) {
		make_call(s);
		if (s->calls % 64 == 0)
			__atomic_add_fetch(&total, 64, __ATOMIC_RELAXED);
	}
	return NULL;
}

/* ---- What happens meanwhile ---- */

static struct state states[THREADS_MAX];
static pthread_t threads[THREADS_MAX];
static unsigned int running;

/*
 * Takes pages away, gives them back, makes them read-only, and changes what is in them. Each change of what is mapped costs
 * all processors their notes of where pages are, which an emulated one takes long to make again: some hundreds a second are
 * enough to meet calls in the middle.
 */
static void *racer(void *data)
{
	struct state *s = data;

	while (!stop) {
		uint8_t *page = states[below(s, running)].racy + below(s, 8) * PAGE;
		struct qenex_transfer item = transfer(s);

		switch (below(s, 6)) {
		case 0:
			mprotect(page, PAGE, PROT_NONE);
			break;
		case 1:
			mprotect(page, PAGE, PROT_READ);
			break;
		case 2:
			madvise(page, PAGE, MADV_DONTNEED);
			break;
		default:
			mprotect(page, PAGE, PROT_READ | PROT_WRITE);
			memcpy(page + below(s, (PAGE - sizeof(item)) / 8) * 8, &item, sizeof(item));
		}
		usleep(3000);
	}
	return NULL;
}

/* Closes files and opens them again, duplicates them, has children inherit them, maps what may not be mapped, interrupts. */
static void *disturber(void *data)
{
	struct state *s = data;

	while (!stop) {
		int file = files[below(s, 8)], other;

		switch (below(s, 8)) {
		case 0:
			other = open(QENEX_DEVICE_PATH, O_RDWR | O_CLOEXEC);
			if (other >= 0) {
				dup2(other, file); /* closes the one and puts the other in its place, at once */
				close(other);
			}
			break;
		case 1:
			dup2(files[below(s, 8)], file);
			break;
		case 2: {
			void *map = mmap(NULL, PAGE * (1 + below(s, 64)), 1 + below(s, 3), MAP_SHARED, file, below(s, 4) * PAGE);

			if (map != MAP_FAILED)
				munmap(map, PAGE);
			break;
		}
		case 3:
			if (below(s, 100) == 0) {
				pid_t child = fork();

				if (child == 0) {
					/* Nobody sends it signals: if it still waits then, it dies in its wait. */
					struct itimerval soon = { .it_value = { .tv_usec = 20000 } };

					setitimer(ITIMER_REAL, &soon, NULL);
					become_customer();
					make_call(s);
					_exit(0);
				}
				if (child > 0)
					waitpid(child, NULL, 0);
			}
			break;
		default:
			pthread_kill(threads[below(s, running)], SIGUSR1);
			usleep(3000);
		}
	}
	return NULL;
}

/* A daemon that stores nothing: whoever attached before is fenced, and what is written is acknowledged. */
static void *consumer(void *data)
{
	struct state *s = data;
	int file = open(QENEX_DEVICE_PATH, O_RDWR | O_CLOEXEC);

	while (!stop && !customers_only) {
		struct qenex_attach_request attach = { .flags = QENEX_JOURNAL_TAKE_OVER };
		struct qenex_wait_request wait = { .timeout_ms = 10 };
		struct qenex_ack_request ack = { 0 };

		if (ioctl(file, QENEX_JOURNAL_ATTACH, &attach))
			finding("the consumer cannot attach", NULL, attach.result);
		for (uint64_t times = below(s, 20); times && !stop; times--) {
			wait.after = ack.sequence;
			if (ioctl(file, QENEX_JOURNAL_WAIT, &wait))
				break;
			ack.sequence = wait.written;
			if (ioctl(file, QENEX_JOURNAL_ACK, &ack))
				break;
			usleep(1000);
		}
	}
	close(file);
	return NULL;
}

static void ignore(int signal)
{
	(void)signal;
}

/* ---- The model ---- */

static int read_accounts(int file, const uint64_t *numbers, struct qenex_account *found, uint32_t length)
{
	struct qenex_accounts_request request = {
		.numbers = (uintptr_t)numbers, .accounts = (uintptr_t)found, .count = length,
	};

	return ioctl(file, QENEX_GET_ACCOUNTS, &request);
}

static void examine(int file)
{
	static struct qenex_account found[8192];
	static uint64_t numbers[8192];
	__int128 debits[1000] = { 0 }, credits[1000] = { 0 }, held[1000] = { 0 };
	struct qenex_info info;
	uint64_t done = 0;

	if (ioctl(file, QENEX_INFO, &info))
		exit(3);
	if (info.state != QENEX_STATE_LIVE)
		finding("the ledger is not open any more", NULL, info.state);
	while (done < info.accounts) {
		uint32_t length = info.accounts - done < 8192 ? info.accounts - done : 8192;

		for (uint32_t i = 0; i < length; i++) {
			uint64_t index = done + i + 1;

			numbers[i] = index * 100 + 98 - index * 100 % 97;
		}
		if (read_accounts(file, numbers, found, length))
			finding("accounts cannot be read", NULL, errno);
		for (uint32_t i = 0; i < length; i++) {
			struct qenex_account *a = &found[i];

			if (a->result || a->currency >= 1000) {
				finding("an account is not there", NULL, numbers[i]);
				continue;
			}
			/* Only root lowers limits. */
			if (customers_only && a->available < 0 && !(a->flags & QENEX_ACCOUNT_UNLIMITED))
				finding("an account is overdrawn", NULL, a->account_number);
			debits[a->currency] += a->debits_posted;
			credits[a->currency] += a->credits_posted;
			held[a->currency] += a->debits_held;
			held[a->currency] -= a->credits_held;
		}
		done += length;
	}
	for (int c = 0; c < 1000; c++)
		if (debits[c] != credits[c] || held[c])
			finding("the books of a currency do not balance", NULL, c);
	/* Without the operator's right for anybody, and so not where it is restored. */
	if (customers_only && read_accounts(file, victims, found, VICTIMS))
		finding("the victims cannot be read", NULL, errno);
	for (int i = 0; i < VICTIMS; i++) {
		const struct qenex_account *was = &before[i], *is = &found[i];

		if (!customers_only)
			continue;
		if (is->debits_posted != was->debits_posted || is->debits_held != was->debits_held)
			finding("a customer has taken from another's account", NULL, is->account_number);
		if (is->flags != was->flags || is->owner != was->owner || is->overdraft_limit != was->overdraft_limit)
			finding("a customer has changed another's account", NULL, is->account_number);
	}
	printf("%llu accounts, %llu entries, %llu accepted, %llu refused, %llu repeated\n",
	       (unsigned long long)info.accounts, (unsigned long long)info.sequence,
	       (unsigned long long)info.transfers_accepted, (unsigned long long)info.transfers_refused,
	       (unsigned long long)info.transfers_repeated);
}

static int settle(int file)
{
	struct qenex_attach_request attach = { .flags = QENEX_JOURNAL_TAKE_OVER };
	struct qenex_wait_request wait = { 0 };
	struct qenex_ack_request ack = { 0 };

	if (ioctl(file, QENEX_JOURNAL_ATTACH, &attach))
		return 1;
	/* With nothing written after what is acknowledged there is nothing to do. */
	wait.after = attach.acknowledged;
	if (ioctl(file, QENEX_JOURNAL_WAIT, &wait))
		return errno != ETIMEDOUT;
	ack.sequence = wait.written;
	return ioctl(file, QENEX_JOURNAL_ACK, &ack) != 0;
}

static void load_corpus(const char *path)
{
	int file = path ? open(path, O_RDONLY) : -1;
	ssize_t length;

	if (file < 0)
		return;
	length = read(file, corpus, CORPUS_MAX * sizeof(*corpus));
	kept = length > 0 ? length / sizeof(*corpus) : 0;
	close(file);
}

static void save_corpus(const char *path)
{
	int file = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644) : -1;

	if (file < 0)
		return;
	if (write(file, corpus, kept * sizeof(*corpus)) < 0)
		perror(path);
	close(file);
}

/* The offsets of the blocks that were reached, in this run and those before. */
static void load_blocks(const char *path)
{
	char name[4096];
	unsigned long at;
	FILE *file;

	snprintf(name, sizeof(name), "%s.blocks", path ? path : "");
	file = path ? fopen(name, "r") : NULL;
	while (file && fscanf(file, "%lx", &at) == 1)
		if (at < SEEN_BITS && !seen[at]) {
			seen[at] = 1;
			reached++;
		}
	if (file)
		fclose(file);
}

static void save_blocks(const char *path)
{
	char name[4096];
	FILE *file;

	snprintf(name, sizeof(name), "%s.blocks", path ? path : "");
	file = path ? fopen(name, "w") : NULL;
	for (unsigned long at = 0; file && at < SEEN_BITS; at++)
		if (seen[at])
			fprintf(file, "%lx\n", at);
	if (file && fclose(file))
		perror(name);
}

static void prepare(struct state *s, unsigned int number, uint64_t seed, bool root)
{
	s->number = number;
	s->root = root;
	s->random = seed * 1000003 + number;
	/* Behind the arena nothing, then a page that cannot be written to. */
	s->arena = mmap(NULL, ARENA + 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	s->racy = mmap(NULL, 10 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	s->argument = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (s->arena == MAP_FAILED || s->racy == MAP_FAILED || s->argument == MAP_FAILED)
		exit(3);
	mprotect(s->arena + ARENA + PAGE, PAGE, PROT_READ);
	/* Not unmapped: something else would be put there. */
	mprotect(s->arena + ARENA, PAGE, PROT_NONE);
	s->kcov = open("/sys/kernel/debug/kcov", O_RDWR | O_CLOEXEC);
	if (s->kcov >= 0 && ioctl(s->kcov, KCOV_INIT_TRACE, COVER)) {
		close(s->kcov);
		s->kcov = -1;
	}
}

static void open_victims(int file)
{
	for (int i = 0; i < VICTIMS; i++) {
		struct qenex_account_request request = {
			.initial_balance = 1000000, .currency = 840, .flags = QENEX_ACCOUNT_OWNER_GIVEN, .owner = VICTIM_OWNER,
		};

		if (ioctl(file, QENEX_CREATE_ACCOUNT, &request))
			exit(3);
		victims[i] = request.account_number;
	}
	if (read_accounts(file, victims, before, VICTIMS))
		exit(3);
	for (int i = 0; i < KNOWN; i++) {
		struct qenex_account_request request = {
			.initial_balance = 100000, .currency = i % 3 ? 840 : 978, .flags = QENEX_ACCOUNT_OWNER_GIVEN,
			.owner = i % 2 ? CUSTOMER : 0,
		};

		if (ioctl(file, QENEX_CREATE_ACCOUNT, &request))
			exit(3);
		accounts[i] = request.account_number;
	}
}

int main(int argc, char **argv)
{
	static struct state meanwhile[3];
	struct sigaction action = { .sa_handler = ignore };
	void *(*const also[])(void *) = { racer, disturber, consumer };
	pthread_t others[3];
	FILE *place;
	uint64_t wanted, seed;
	struct timespec begun, ended;
	double seconds;
	int file;

	if (argc == 2 && !strcmp(argv[1], "settle"))
		return settle(open(QENEX_DEVICE_PATH, O_RDWR | O_CLOEXEC));
	restoring = argc > 1 && !strcmp(argv[1], "restoring");
	argc -= restoring;
	argv += restoring;
	if (argc < 4)
		return 2;
	seed = strtoull(argv[1], NULL, 0);
	wanted = strtoull(argv[2], NULL, 0);
	running = strtoul(argv[3], NULL, 0);
	customers_only = seed % 2 && !restoring;
	group = getgrnam("qenex")->gr_gid;
	if (running < 1 || running > THREADS_MAX)
		return 2;
	sigaction(SIGUSR1, &action, NULL);
	corpus = calloc(CORPUS_MAX, sizeof(*corpus));
	seen = calloc(SEEN_BITS, 1);
	place = fopen("/sys/module/qenex_banking/sections/.text", "r");
	if (!corpus || !seen || (place && fscanf(place, "%lx", &text) != 1))
		return 3;
	load_corpus(argc > 4 ? argv[4] : NULL);
	load_blocks(argc > 4 ? argv[4] : NULL);
	file = open(QENEX_DEVICE_PATH, O_RDWR | O_CLOEXEC);
	if (file < 0) {
		perror(QENEX_DEVICE_PATH);
		return 3;
	}
	for (int i = 0; i < 8; i++)
		files[i] = open(QENEX_DEVICE_PATH, O_RDWR | O_CLOEXEC);
	if (restoring)
		prepare_restoring(seed);
	else
		open_victims(file);
	for (unsigned int i = 0; i < running; i++)
		prepare(&states[i], i, seed, !customers_only && i % 2 == 0);
	for (unsigned int i = 0; i < 3; i++)
		prepare(&meanwhile[i], 100 + i, seed, true);
	with_faults = argc > 5;
	if (with_faults && !prepare_faults(strtoul(argv[5], NULL, 0))) {
		fprintf(stderr, "this kernel does not make anything fail\n");
		return 3;
	}
	clock_gettime(CLOCK_MONOTONIC, &begun);
	for (unsigned int i = 0; i < running; i++)
		pthread_create(&threads[i], NULL, caller, &states[i]);
	for (int i = 0; i < 3; i++)
		pthread_create(&others[i], NULL, also[i], &meanwhile[i]);
	while (__atomic_load_n(&total, __ATOMIC_RELAXED) < wanted)
		usleep(10000);
	stop = true;
	for (unsigned int i = 0; i < running; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < 3; i++)
		pthread_join(others[i], NULL);
	clock_gettime(CLOCK_MONOTONIC, &ended);
	seconds = (ended.tv_sec - begun.tv_sec) + (ended.tv_nsec - begun.tv_nsec) / 1e9;
	if (!restoring || finish_restoring(file))
		examine(file);
	else
		printf("not opened\n");
	save_corpus(argc > 4 ? argv[4] : NULL);
	save_blocks(argc > 4 ? argv[4] : NULL);
	printf("seed %llu: %lu calls, %.0f a second, %u kept, %llu blocks reached, %llu findings\n", (unsigned long long)seed,
	       total, total / seconds, kept, (unsigned long long)reached, (unsigned long long)findings);
	return findings != 0;
}
