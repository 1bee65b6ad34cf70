/* SPDX-License-Identifier: MIT */
/*
 * A system call in which one allocation or one copy of the caller's memory fails: the nth that the kernel comes to; or all
 * allocations beyond so many bytes.
 *
 * A library for inject.py. Between the asking and the call nothing of the interpreter runs, so that what fails is the call's.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

struct outcome {
	long status;
	int error;
	int failed; /* whether the call came to its nth place */
};

/* `file` is /proc/thread-self/fail-nth of this thread. */
void call_with_fault(int file, unsigned int nth, struct outcome *outcome, long number, const long *arguments)
{
	char text[16];
	ssize_t length = snprintf(text, sizeof(text), "%u", nth);

	outcome->failed = 0;
	if (nth && pwrite(file, text, length, 0) != length) {
		outcome->status = -1;
		outcome->error = EBADF;
		return;
	}
	errno = 0;
	outcome->status = syscall(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
	outcome->error = errno;
	if (!nth)
		return;
	/* It has counted down to nothing. If one is left it is this read that fails, and nothing had failed before. */
	length = pread(file, text, sizeof(text), 0);
	outcome->failed = length == 2 && text[0] == '0';
	/* The first of these may be what fails. */
	for (int times = 0; times < 2; times++)
		if (pwrite(file, "0", 1, 0) == 1)
			break;
}

/* `file` is /proc/thread-self/make-it-fail: during the call everything fails that is set up to fail for such threads. */
void call_while_failing(int file, struct outcome *outcome, long number, const long *arguments)
{
	outcome->failed = pwrite(file, "1", 1, 0) == 1;
	errno = 0;
	outcome->status = syscall(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
	outcome->error = errno;
	if (pwrite(file, "0", 1, 0) != 1)
		outcome->failed = 0;
}
