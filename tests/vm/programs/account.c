/* Opens an account with an opening balance, as a program outside this project would: with the header alone. */

#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "qenex.h"

int main(void)
{
	int fd = open("/dev/qenex_banking", O_RDWR);

	if (fd < 0) {
		perror("/dev/qenex_banking");
		return 1;
	}

	struct qenex_account_request acc_req = { .initial_balance = 100000, .currency = 840 };

	if (ioctl(fd, QENEX_CREATE_ACCOUNT, &acc_req)) {
		perror("QENEX_CREATE_ACCOUNT");
		return 1;
	}
	printf("%llu\n", (unsigned long long)acc_req.account_number);
	close(fd);
	return 0;
}
