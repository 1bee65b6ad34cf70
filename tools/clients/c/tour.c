/* SPDX-License-Identifier: MIT */
/*
 * What the other clients do, too: money is moved once, however often it is sent, and refusals say why.
 *
 *	tour device              by the device, as root or a ledger operator
 *	tour api USER PASSWORD   by the daemon at QENEX_SOCKET or /run/qenex/api.sock, as an operator
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <unistd.h>

#include "api.h"
#include "qenex.h"

#define USD 840

static void fail(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s\n", what, why);
	exit(1);
}

static uint64_t open_account(int fd, uint64_t initial_balance)
{
	struct qenex_account_request request = { .initial_balance = initial_balance, .currency = USD };

	if (ioctl(fd, QENEX_CREATE_ACCOUNT, &request))
		fail("QENEX_CREATE_ACCOUNT", request.result ? qenex_result_name(request.result) : strerror(errno));
	return request.account_number;
}

static void by_device(void)
{
	int fd = open(QENEX_DEVICE_PATH, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		fail(QENEX_DEVICE_PATH, strerror(errno));
	uint64_t payer = open_account(fd, 100000);
	uint64_t payee = open_account(fd, 0);

	/* An id makes it safe to send this again. */
	struct qenex_transfer_request rent = { .from_account = payer, .to_account = payee, .amount = 5000, .currency = USD };
	if (getrandom(&rent.id.low, sizeof(rent.id.low), 0) != sizeof(rent.id.low))
		fail("getrandom", strerror(errno));
	struct qenex_transfer_request again = rent;
	if (ioctl(fd, QENEX_TRANSFER, &rent))
		fail("QENEX_TRANSFER", qenex_result_name(rent.result));
	printf("moved 50.00\n");
	if (ioctl(fd, QENEX_TRANSFER, &again) == 0 && again.result == QENEX_EXISTS && again.sequence == rent.sequence)
		printf("sent again: the same posting\n");

	struct qenex_transfer_request much = { .from_account = payer, .to_account = payee, .amount = 500000, .currency = USD };
	if (ioctl(fd, QENEX_TRANSFER, &much))
		printf("refused: %s\n", qenex_result_name(much.result));

	/* Both or none: the second is too much. */
	struct qenex_transfer chain[2] = {
		{ .from_account = payer, .to_account = payee, .amount = 1000, .currency = USD, .flags = QENEX_TRANSFER_LINKED },
		{ .from_account = payer, .to_account = payee, .amount = 500000, .currency = USD },
	};
	struct qenex_transfer_result results[2];
	struct qenex_batch_request batch = { .items = (uintptr_t)chain, .results = (uintptr_t)results, .count = 2 };
	if (ioctl(fd, QENEX_BATCH, &batch))
		fail("QENEX_BATCH", qenex_result_name(batch.result));
	printf("a chain: %s %s\n", qenex_result_name(results[0].result), qenex_result_name(results[1].result));

	/* Both at one instant. */
	uint64_t numbers[2] = { payer, payee };
	struct qenex_account accounts[2];
	struct qenex_accounts_request get = { .numbers = (uintptr_t)numbers, .accounts = (uintptr_t)accounts, .count = 2 };
	if (ioctl(fd, QENEX_GET_ACCOUNTS, &get))
		fail("QENEX_GET_ACCOUNTS", qenex_result_name(get.result));
	printf("balances: %.2f %.2f\n", (double)accounts[0].balance / 100, (double)accounts[1].balance / 100);
	close(fd);
}

/* Calls, and ends the program unless the answer has this status. */
static json_t *expect(struct qenex_api *api, long wanted, const char *method, const char *path, json_t *body, const char *key)
{
	json_t *answer;
	long status = qenex_api_call(api, method, path, body, key, &answer);

	if (status != wanted)
		fail(path, answer ? qenex_api_problem(answer) : "no answer");
	json_decref(body);
	return answer;
}

static const char *text(const json_t *document, const char *field)
{
	const char *value = json_string_value(json_object_get(document, field));

	return value ? value : "";
}

static void new_key(char key[17])
{
	uint64_t random;

	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		fail("getrandom", strerror(errno));
	snprintf(key, 17, "%016llx", (unsigned long long)random);
}

static void by_api(const char *socket, const char *user, const char *password)
{
	struct qenex_api *api = qenex_api_new(socket);
	char key[17], path[128];

	if (!api)
		fail(socket, "no memory, or the path is too long");
	if (qenex_api_log_in(api, user, password) != 201)
		fail(user, "cannot log in");
	new_key(key);
	json_t *payer = expect(api, 201, "POST", "/v1/accounts",
			       json_pack("{s:s, s:s}", "currency", "USD", "opening_balance", "1000.00"), key);
	new_key(key);
	json_t *payee = expect(api, 201, "POST", "/v1/accounts", json_pack("{s:s}", "currency", "USD"), key);
	const char *numbers[2] = { text(payer, "number"), text(payee, "number") };
	json_t *rent = json_pack("{s:s, s:s, s:s, s:s}", "debtor_account", numbers[0], "creditor_account", numbers[1],
				 "amount", "50.00", "currency", "USD");

	new_key(key);
	json_t *first = expect(api, 201, "POST", "/v1/transfers", json_incref(rent), key);
	printf("moved %s\n", text(first, "amount"));
	json_t *again = expect(api, 200, "POST", "/v1/transfers", json_incref(rent), key);
	if (strcmp(text(again, "id"), text(first, "id")) == 0)
		printf("sent again: the same posting\n");

	new_key(key);
	json_t *much = json_copy(rent);
	json_object_set_new(much, "amount", json_string("5000.00"));
	json_t *refusal = expect(api, 422, "POST", "/v1/transfers", much, key);
	printf("refused: %s\n", qenex_api_problem(refusal));

	/* Both or none: the second is too much. */
	json_t *items = json_array();
	static const char *const amounts[2] = { "10.00", "5000.00" };
	for (int i = 0; i < 2; i++) {
		json_t *item = json_copy(rent);

		json_object_set_new(item, "kind", json_string("transfer"));
		json_object_set_new(item, "amount", json_string(amounts[i]));
		json_object_set_new(item, "linked", json_boolean(i == 0));
		json_array_append_new(items, item);
	}
	new_key(key);
	json_t *batch = expect(api, 200, "POST", "/v1/batches", json_pack("{s:o}", "items", items), key);
	const json_t *outcomes = json_object_get(batch, "items");
	printf("a chain: %s %s\n", text(json_array_get(outcomes, 0), "result"), text(json_array_get(outcomes, 1), "result"));

	printf("balances:");
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "/v1/accounts/%s", numbers[i]);
		json_t *account = expect(api, 200, "GET", path, NULL, NULL);
		printf(" %s", text(account, "balance"));
		json_decref(account);
	}
	printf("\n");

	json_t *documents[] = { payer, payee, rent, first, again, refusal, batch };
	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++)
		json_decref(documents[i]);
	qenex_api_free(api);
}

int main(int argc, char **argv)
{
	const char *socket = getenv("QENEX_SOCKET");

	if (argc == 2 && strcmp(argv[1], "device") == 0)
		by_device();
	else if (argc == 4 && strcmp(argv[1], "api") == 0)
		by_api(socket ? socket : "/run/qenex/api.sock", argv[2], argv[3]);
	else
		fail("usage", "tour device | tour api USER PASSWORD");
	return 0;
}
