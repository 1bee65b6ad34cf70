/*
 * Many threads move money between a few accounts while others read all of them.
 *
 *	stress THREADS ACCOUNTS TRANSFERS
 *
 * Each thread makes TRANSFERS random transfers and keeps its own book of what was accepted. At the end every balance
 * must be what the books say, and every consistent read on the way must have summed to what was paid in.
 */

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "qenex.h"

#define ACCOUNTS_MAX 4096
#define OPENING 100000

static int fd, accounts, transfers;
static uint64_t numbers[ACCOUNTS_MAX];
static _Atomic int64_t book[ACCOUNTS_MAX];
static _Atomic long accepted, refused, reads, wrong_reads, failures;
static _Atomic int running;

static int read_all(struct qenex_account *out)
{
	struct qenex_accounts_request get = { .numbers = (uintptr_t)numbers,
			.accounts = (uintptr_t)out, .count = (uint32_t)accounts };

	return ioctl(fd, QENEX_GET_ACCOUNTS, &get);
}

static void *mover(void *arg)
{
	uint64_t seed = 0x9e3779b97f4a7c15ull * ((uintptr_t)arg + 1);

	for (int i = 0; i < transfers; i++) {
		seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
		int from = (int)(seed % (uint64_t)accounts);
		int to = (int)((seed >> 16) % (uint64_t)accounts);
		/* Large enough that some are refused for lack of money. */
		uint64_t amount = 1 + (seed >> 32) % 60000;

		if (from == to)
			to = (to + 1) % accounts;
		struct qenex_transfer_request request = {
			.id = { .low = (uint64_t)i + 1, .high = numbers[0] << 16 | (uintptr_t)arg },
			.from_account = numbers[from], .to_account = numbers[to],
			.amount = amount, .currency = 840,
		};
		if (ioctl(fd, QENEX_TRANSFER, &request) == 0 && request.result == QENEX_OK) {
			accepted++;
			book[from] -= (int64_t)amount;
			book[to] += (int64_t)amount;
		} else if (request.result == QENEX_EXCEEDS_AVAILABLE_BALANCE) {
			refused++;
		} else {
			failures++;
		}
	}
	return NULL;
}

static void *reader(void *arg)
{
	struct qenex_account *out = calloc((size_t)accounts, sizeof(*out));

	(void)arg;
	while (running) {
		int64_t sum = 0;

		if (read_all(out)) {
			failures++;
			continue;
		}
		for (int i = 0; i < accounts; i++) {
			sum += out[i].balance;
			if (out[i].balance < 0)
				wrong_reads++;
		}
		reads++;
		if (sum != (int64_t)accounts * OPENING)
			wrong_reads++;
	}
	free(out);
	return NULL;
}

int main(int argc, char **argv)
{
	int threads = argc > 1 ? atoi(argv[1]) : 64;
	long wrong = 0;

	accounts = argc > 2 ? atoi(argv[2]) : 100;
	transfers = argc > 3 ? atoi(argv[3]) : 1000;
	if (threads < 1 || threads > 1024 || accounts < 2 || accounts > ACCOUNTS_MAX)
		return 2;
	fd = open("/dev/qenex_banking", O_RDWR);
	for (int i = 0; i < accounts; i++) {
		struct qenex_account_request open = { .initial_balance = OPENING, .currency = 840 };

		if (ioctl(fd, QENEX_CREATE_ACCOUNT, &open)) {
			perror("QENEX_CREATE_ACCOUNT");
			return 1;
		}
		numbers[i] = open.account_number;
		book[i] = OPENING;
	}

	pthread_t movers[1024], readers[2];

	running = 1;
	for (int i = 0; i < 2; i++)
		pthread_create(&readers[i], NULL, reader, NULL);
	for (int i = 0; i < threads; i++)
		pthread_create(&movers[i], NULL, mover, (void *)(uintptr_t)i);
	for (int i = 0; i < threads; i++)
		pthread_join(movers[i], NULL);
	running = 0;
	for (int i = 0; i < 2; i++)
		pthread_join(readers[i], NULL);

	struct qenex_account *out = calloc((size_t)accounts, sizeof(*out));

	if (read_all(out))
		failures++;
	for (int i = 0; i < accounts; i++)
		wrong += out[i].balance != book[i];
	printf("%d threads, %d accounts: %ld accepted, %ld refused, %ld reads; %ld wrong balances, %ld wrong reads, %ld failures\n",
	       threads, accounts, (long)accepted, (long)refused, (long)reads, wrong, (long)wrong_reads, (long)failures);
	return wrong || wrong_reads || failures || !accepted || !refused || !reads;
}
