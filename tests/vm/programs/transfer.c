/* Opens two accounts, moves money from one to the other and reads both balances at one instant. */

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "qenex.h"

static uint64_t open_account(int fd, uint64_t initial_balance)
{
	struct qenex_account_request acc_req = { .initial_balance = initial_balance, .currency = 840 };

	if (ioctl(fd, QENEX_CREATE_ACCOUNT, &acc_req))
		return 0;
	return acc_req.account_number;
}

int main(void)
{
	int fd = open("/dev/qenex_banking", O_RDWR);
	uint64_t account = open_account(fd, 100000);
	uint64_t other_account = open_account(fd, 0);

	struct qenex_transfer_request tx_req = { .from_account = account,
			.to_account = other_account, .amount = 5000, .currency = 840 };

	if (ioctl(fd, QENEX_TRANSFER, &tx_req)) {
		perror("QENEX_TRANSFER");
		return 1;
	}
	if (tx_req.sequence == 0 || tx_req.timestamp == 0 || tx_req.result != 0 ||
	    (tx_req.id.low == 0 && tx_req.id.high == 0)) {
		fprintf(stderr, "the request was not filled in\n");
		return 1;
	}

	uint64_t numbers[2] = { account, other_account };
	struct qenex_account accounts[2];
	struct qenex_accounts_request get = { .numbers = (uintptr_t)numbers,
			.accounts = (uintptr_t)accounts, .count = 2 };

	if (ioctl(fd, QENEX_GET_ACCOUNTS, &get)) {
		perror("QENEX_GET_ACCOUNTS");
		return 1;
	}
	printf("%lld %lld\n", (long long)accounts[0].balance, (long long)accounts[1].balance);
	close(fd);
	return accounts[0].balance == 95000 && accounts[1].balance == 5000 ? 0 : 1;
}
