// SPDX-License-Identifier: MIT
/*
 * `raw FILE SECONDS`: what the disk does with the least that a durable change needs, 4 KiB written and synced, again and again.
 */
#include <fcntl.h>
#include <unistd.h>

#include "measure.h"

static int file;

static void *writes(void *argument)
{
	struct client *client = argument;
	static char block[4096];

	while (!over) {
		if (pwrite(file, block, sizeof(block), (client->done % 1024) * sizeof(block)) < 0 || fdatasync(file))
			die("fdatasync");
		client->done++;
	}
	return NULL;
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	file = open(argv[1], O_RDWR | O_CREAT, 0600);
	/* Written once before, so that what is measured is no growth of the file. */
	if (file < 0 || posix_fallocate(file, 0, 4096 * 1024))
		die(argv[1]);
	measure("write + fdatasync of 4 KiB", 1, 1, atof(argv[2]), writes);
	return 0;
}
