// SPDX-License-Identifier: MIT
/*
 * What calls of the device cost, in instructions.
 *
 * For a machine whose clock counts instructions (`./qemu/vm run --icount`). One unit of that clock is not exactly one
 * instruction, so a loop of known length is measured first.
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

#define ROUNDS 20000
#define ACCOUNTS 1000
#define BATCH 8192

static int device;
static uint64_t accounts[ACCOUNTS];
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

static void report(const char *name, double elapsed, double count)
{
	printf("%-24s %8.0f\n", name, elapsed * unit / count);
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

static void calibrate(void)
{
	uint64_t left = 10000000;
	double begun = now();

	/* Two instructions a round. */
	__asm__ volatile("1: dec %0\n\tjnz 1b" : "+r"(left));
	unit = 2e7 / (now() - begun);
}

static void system_calls(void)
{
	double begun = now();

	for (int i = 0; i < ROUNDS; i++)
		syscall(SYS_getppid);
	report("getppid", now() - begun, ROUNDS);

	begun = now();
	section(1);
	for (int i = 0; i < ROUNDS; i++)
		ioctl(device, 0, 0);
	section(0);
	report("empty ioctl", now() - begun, ROUNDS);
}

static void open_accounts(void)
{
	for (int i = 0; i < ACCOUNTS; i++) {
		struct qenex_account_request request = { .initial_balance = 1000000000, .currency = 840 };

		if (ioctl(device, QENEX_CREATE_ACCOUNT, &request))
			die("QENEX_CREATE_ACCOUNT");
		accounts[i] = request.account_number;
	}
}

static void transfers(void)
{
	static struct qenex_transfer_request requests[ROUNDS];
	double begun;

	for (int i = 0; i < ROUNDS; i++) {
		int from = any() % ACCOUNTS;

		requests[i].from_account = accounts[from];
		requests[i].to_account = accounts[(from + 1 + any() % (ACCOUNTS - 1)) % ACCOUNTS];
		requests[i].amount = 1 + any() % 100;
		requests[i].currency = 840;
		requests[i].id.low = i + 1;
		requests[i].id.high = 7;
	}
	begun = now();
	section(2);
	for (int i = 0; i < ROUNDS; i++)
		if (ioctl(device, QENEX_TRANSFER, &requests[i]))
			die("QENEX_TRANSFER");
	section(0);
	report("TRANSFER", now() - begun, ROUNDS);
}

static void batches(int length)
{
	static struct qenex_transfer items[BATCH];
	static struct qenex_transfer_result results[BATCH];
	static uint64_t next_id;
	double elapsed = 0;
	int rounds = 4 * BATCH / length;
	char name[32];

	if (rounds > 1000)
		rounds = 1000;
	for (int round = 0; round < rounds; round++) {
		struct qenex_batch_request request = {
			.items = (uintptr_t)items, .results = (uintptr_t)results, .count = length
		};
		double begun;

		memset(items, 0, sizeof(items));
		for (int i = 0; i < length; i++) {
			int from = any() % ACCOUNTS;

			items[i].from_account = accounts[from];
			items[i].to_account = accounts[(from + 1 + any() % (ACCOUNTS - 1)) % ACCOUNTS];
			items[i].amount = 1 + any() % 100;
			items[i].currency = 840;
			items[i].id.low = ++next_id;
			items[i].id.high = 8;
		}
		begun = now();
		section(length == BATCH ? 4 : length == 1 ? 3 : 0);
		if (ioctl(device, QENEX_BATCH, &request))
			die("QENEX_BATCH");
		section(0);
		elapsed += now() - begun;
		for (int i = 0; i < length; i++)
			if (results[i].result) {
				fprintf(stderr, "item %d: result %u\n", i, results[i].result);
				exit(1);
			}
	}
	snprintf(name, sizeof(name), "BATCH of %d, each", length);
	report(name, elapsed, (double)rounds * length);
}

static void reads(int length)
{
	static uint64_t numbers[ACCOUNTS];
	static struct qenex_account found[ACCOUNTS];
	struct qenex_accounts_request request = {
		.numbers = (uintptr_t)numbers, .accounts = (uintptr_t)found, .count = length
	};
	int rounds = 2000 / length + 10;
	double begun;
	char name[40];

	memcpy(numbers, accounts, sizeof(numbers));
	begun = now();
	section(length == ACCOUNTS ? 5 : 0);
	for (int i = 0; i < rounds; i++)
		if (ioctl(device, QENEX_GET_ACCOUNTS, &request))
			die("QENEX_GET_ACCOUNTS");
	section(0);
	snprintf(name, sizeof(name), "GET_ACCOUNTS of %d, each", length);
	report(name, now() - begun, (double)rounds * length);
}

int main(void)
{
	device = open("/dev/qenex_banking", O_RDWR);
	if (device < 0)
		die("/dev/qenex_banking");
	calibrate();
	system_calls();
	open_accounts();
	transfers();
	batches(1);
	batches(10);
	batches(100);
	batches(BATCH);
	reads(1);
	reads(ACCOUNTS);
	return 0;
}
