// SPDX-License-Identifier: MIT
/*
 * `device CLIENTS BATCH SECONDS [accepted]`: durable transfers through /dev/qenex_banking between 10,000 accounts, each
 * answered when its journal entry is stored; with `accepted` when it is done. Accounts are opened if there are none.
 */
#include <fcntl.h>
#include <sys/ioctl.h>

#include "measure.h"
#include "qenex.h"

static int device;
static uint64_t accounts[ACCOUNTS];
static uint64_t run;
static uint32_t flags = QENEX_TRANSFER_DURABLE;

static void open_accounts(void)
{
	struct qenex_info info = { 0 };

	if (ioctl(device, QENEX_INFO, &info))
		die("QENEX_INFO");
	for (unsigned int i = 0; i < ACCOUNTS; i++) {
		/* The first index is the cash account's. */
		uint64_t shifted = (i + 2) * 100ull;
		struct qenex_account_request request = { .initial_balance = OPENING, .currency = 840 };

		accounts[i] = shifted + 98 - shifted % 97;
		if (info.accounts <= ACCOUNTS && ioctl(device, QENEX_CREATE_ACCOUNT, &request))
			die("QENEX_CREATE_ACCOUNT");
	}
}

static void fill(struct client *client, struct qenex_transfer *item)
{
	uint64_t from = below(client, ACCOUNTS);

	memset(item, 0, sizeof(*item));
	item->from_account = accounts[from];
	item->to_account = accounts[(from + 1 + below(client, ACCOUNTS - 1)) % ACCOUNTS];
	item->amount = 1 + below(client, 100);
	item->currency = 840;
	item->flags = flags;
	item->id.low = ++client->done;
	item->id.high = run << 16 | client->number;
}

static void *one_by_one(void *argument)
{
	struct client *client = argument;

	while (!over) {
		struct qenex_transfer_request request = { 0 };

		/* The request begins with the fields of an item, in its order. */
		fill(client, (struct qenex_transfer *)&request);
		if (ioctl(device, QENEX_TRANSFER, &request))
			die("QENEX_TRANSFER");
	}
	return NULL;
}

static void *in_batches(void *argument)
{
	struct client *client = argument;
	struct qenex_transfer *items = calloc(client->batch, sizeof(*items));
	struct qenex_transfer_result *results = calloc(client->batch, sizeof(*results));

	while (!over) {
		struct qenex_batch_request request = {
			.items = (uintptr_t)items, .results = (uintptr_t)results, .count = client->batch
		};

		for (unsigned int i = 0; i < client->batch; i++)
			fill(client, &items[i]);
		if (ioctl(device, QENEX_BATCH, &request))
			die("QENEX_BATCH");
		if (request.accepted != client->batch) {
			fprintf(stderr, "%u of %u accepted\n", request.accepted, client->batch);
			exit(1);
		}
	}
	return NULL;
}

int main(int argc, char **argv)
{
	if (argc < 4)
		return 2;
	if (argc == 5)
		flags = 0;
	device = open("/dev/qenex_banking", O_RDWR);
	if (device < 0)
		die("/dev/qenex_banking");
	run = (uint64_t)time(NULL);
	open_accounts();
	measure("QENEX", atoi(argv[1]), atoi(argv[2]), atof(argv[3]), atoi(argv[2]) == 1 ? one_by_one : in_batches);
	return 0;
}
