// SPDX-License-Identifier: MIT
/*
 * What calls of the device cost, in instructions.
 *
 * For a machine whose clock counts instructions (`./qemu/vm run --icount`). One unit of that clock is not exactly one
 * instruction, so a loop of known length is measured first. Each figure is the median of many measurements, so that the
 * timer's interrupts are not in it. A string instruction (what copies and clears memory) counts once for each of its steps.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "qenex.h"

#define ACCOUNTS 1000
#define BATCH 8192
/* Calls in one measurement, and measurements. */
#define CALLS 50
#define MEASUREMENTS 201

static int device;
static uint64_t accounts[ACCOUNTS];
static uint64_t next_id;
static double unit; /* instructions in one nanosecond of the clock */

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1e9 + time.tv_nsec;
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static uint64_t any(void)
{
	static uint64_t state = 88172645463325252u;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/*
 * Opens a section of the profile, see ../profile/count.c; 0 closes it. The instruction does nothing.
 */
#define SECTION(number) __asm__ volatile("nopl 0x51580000 + " #number "(%%rax)" ::: "memory")

static void section(int number)
{
	switch (number) {
	case 1: SECTION(1); break;
	case 2: SECTION(2); break;
	case 3: SECTION(3); break;
	case 4: SECTION(4); break;
	case 5: SECTION(5); break;
	default: SECTION(0); break;
	}
}

static int ascending(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

/* What `calls` calls of `run` cost, each time after `prepare`; of each call, the median. */
static double median(void (*prepare)(int calls), void (*run)(int call), int number, int calls, int measurements)
{
	static double all[MEASUREMENTS];

	for (int i = 0; i < measurements; i++) {
		double begun;

		if (prepare)
			prepare(calls);
		begun = now();
		section(number);
		for (int call = 0; call < calls; call++)
			run(call);
		section(0);
		all[i] = now() - begun;
	}
	qsort(all, measurements, sizeof(*all), ascending);
	return all[measurements / 2] * unit / calls;
}

static void report(const char *name, double instructions)
{
	printf("%-36s %7.0f\n", name, instructions);
}

static void loop(int call)
{
	uint64_t left = 100000;

	(void)call;
	/* Two instructions a round. */
	__asm__ volatile("1: dec %0\n\tjnz 1b" : "+r"(left));
}

static void getppid_call(int call)
{
	(void)call;
	syscall(SYS_getppid);
}

static void empty_ioctl(int call)
{
	(void)call;
	ioctl(device, 0, 0);
}

static void open_accounts(void)
{
	for (int i = 0; i < ACCOUNTS; i++) {
		struct qenex_account_request request = { .initial_balance = 1000000000000, .currency = 840 };

		if (ioctl(device, QENEX_CREATE_ACCOUNT, &request))
			die("QENEX_CREATE_ACCOUNT");
		accounts[i] = request.account_number;
	}
}

static void fill(struct qenex_transfer *item)
{
	int from = any() % ACCOUNTS;

	memset(item, 0, sizeof(*item));
	item->from_account = accounts[from];
	item->to_account = accounts[(from + 1 + any() % (ACCOUNTS - 1)) % ACCOUNTS];
	item->amount = 1 + any() % 100;
	item->currency = 840;
	item->id.low = ++next_id;
	item->id.high = 7;
}

static struct qenex_transfer_request requests[CALLS];

static void prepare_transfers(int calls)
{
	for (int i = 0; i < calls; i++) {
		memset(&requests[i], 0, sizeof(requests[i]));
		/* The request begins with the fields of an item, in its order. */
		fill((struct qenex_transfer *)&requests[i]);
	}
}

static void prepare_nameless(int calls)
{
	prepare_transfers(calls);
	for (int i = 0; i < calls; i++)
		memset(&requests[i].id, 0, sizeof(requests[i].id));
}

static void prepare_refused(int calls)
{
	prepare_transfers(calls);
	for (int i = 0; i < calls; i++)
		requests[i].amount = UINT64_MAX / 4;
}

static void prepare_holds(int calls)
{
	prepare_transfers(calls);
	for (int i = 0; i < calls; i++)
		requests[i].flags = QENEX_TRANSFER_HOLD;
}

static void transfer(int call)
{
	if (ioctl(device, QENEX_TRANSFER, &requests[call]))
		die("QENEX_TRANSFER");
}

static void refused(int call)
{
	if (!ioctl(device, QENEX_TRANSFER, &requests[call]))
		die("a transfer that should be refused");
}

static void prepare_repeats(int calls)
{
	prepare_transfers(calls);
	for (int i = 0; i < calls; i++)
		transfer(i);
}

static void prepare_posts(int calls)
{
	prepare_holds(calls);
	for (int i = 0; i < calls; i++) {
		struct qenex_transfer_request post = { .amount = QENEX_AMOUNT_ALL, .flags = QENEX_TRANSFER_POST_HOLD };

		transfer(i);
		post.related_id = requests[i].id;
		post.id.low = ++next_id;
		post.id.high = 7;
		requests[i] = post;
	}
}

static struct qenex_transfer items[BATCH];
static struct qenex_transfer_result results[BATCH];
static int length;

static void prepare_batch(int calls)
{
	(void)calls;
	for (int i = 0; i < length; i++)
		fill(&items[i]);
}

static void prepare_chains(int calls)
{
	prepare_batch(calls);
	for (int i = 0; i < length; i++)
		if (i % 4 != 3)
			items[i].flags = QENEX_TRANSFER_LINKED;
}

static void batch(int call)
{
	struct qenex_batch_request request = {
		.items = (uintptr_t)items, .results = (uintptr_t)results, .count = length
	};

	(void)call;
	if (ioctl(device, QENEX_BATCH, &request))
		die("QENEX_BATCH");
	if (request.accepted != (unsigned int)length) {
		fprintf(stderr, "%u of %d accepted\n", request.accepted, length);
		exit(1);
	}
}

static void batches(int of, void (*prepare)(int), const char *what)
{
	char name[48];
	int number = prepare == prepare_chains ? 0 : of == BATCH ? 4 : of == 1 ? 3 : 0;

	length = of;
	snprintf(name, sizeof(name), "%s of %d, each item", what, of);
	report(name, median(prepare, batch, number, 1, of > 1000 ? 9 : MEASUREMENTS) / of);
}

static struct qenex_account found[ACCOUNTS];

static void read_accounts(int call)
{
	struct qenex_accounts_request request = {
		.numbers = (uintptr_t)accounts, .accounts = (uintptr_t)found, .count = length
	};

	(void)call;
	if (ioctl(device, QENEX_GET_ACCOUNTS, &request))
		die("QENEX_GET_ACCOUNTS");
}

static void reads(int of)
{
	char name[48];

	length = of;
	snprintf(name, sizeof(name), "GET_ACCOUNTS of %d, each account", of);
	report(name, median(NULL, read_accounts, of == ACCOUNTS ? 5 : 0, 1, MEASUREMENTS) / of);
}

int main(void)
{
	device = open("/dev/qenex_banking", O_RDWR);
	if (device < 0)
		die("/dev/qenex_banking");
	unit = 1;
	unit = 2e5 / median(NULL, loop, 0, 1, MEASUREMENTS);
	report("getppid", median(NULL, getppid_call, 0, CALLS, MEASUREMENTS));
	report("empty ioctl", median(NULL, empty_ioctl, 1, CALLS, MEASUREMENTS));
	open_accounts();
	report("TRANSFER", median(prepare_transfers, transfer, 2, CALLS, MEASUREMENTS));
	report("TRANSFER, without an id", median(prepare_nameless, transfer, 0, CALLS, MEASUREMENTS));
	report("TRANSFER, refused", median(prepare_refused, refused, 0, CALLS, MEASUREMENTS));
	report("TRANSFER, repeated", median(prepare_repeats, transfer, 0, CALLS, MEASUREMENTS));
	batches(1, prepare_batch, "BATCH");
	batches(10, prepare_batch, "BATCH");
	batches(100, prepare_batch, "BATCH");
	batches(BATCH, prepare_batch, "BATCH");
	batches(BATCH, prepare_chains, "BATCH of chains of 4");
	/* Last, because the holds stay open. */
	report("TRANSFER, a hold", median(prepare_holds, transfer, 0, CALLS, MEASUREMENTS));
	report("TRANSFER, the post of a hold", median(prepare_posts, transfer, 0, CALLS, MEASUREMENTS));
	reads(1);
	reads(ACCOUNTS);
	return 0;
}
