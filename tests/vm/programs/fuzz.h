/* SPDX-License-Identifier: MIT */
/* What the parts of the fuzzer share; fuzz.c says what it is. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "qenex.h"

#define STRUCT_MAX 256
#define KNOWN 256 /* accounts and ids that calls refer to */

struct call {
	uint32_t cmd;
	uint8_t argument[STRUCT_MAX];
	uint8_t items[2048]; /* of a batch, numbers of accounts, ids */
};

struct state {
	unsigned int number;
	bool root;
	uint64_t random;
	uint64_t calls;
	uint8_t *arena, *racy, *argument;
	unsigned long *cover;
	int kcov;
	struct call call;
};

extern uint64_t accounts[KNOWN];

uint64_t any(struct state *s);
uint64_t below(struct state *s, uint64_t end);
/* A number that matters, or any. */
uint64_t number(struct state *s);
/* How many items to say that there are: now and then more than there is, or than may be. */
uint32_t count(struct state *s, uint32_t usual);
/* Something that may never happen has happened. */
void finding(const char *what, const struct call *call, uint64_t value);

/* In fuzz_restoring.c: a ledger that is being restored. */
extern bool may_spoil; /* what is a little wrong may be taken */
void prepare_restoring(uint64_t seed);
void make_restoring(struct state *s, struct call *call);
/* After each call; the argument as the kernel has left it, if it is not in memory that changes. */
void check_restoring(struct state *s, const struct call *call, const uint8_t *argument, int status);
/* Ends the restoring, if it can be; whether the ledger is open now. */
bool finish_restoring(int file);

#endif
