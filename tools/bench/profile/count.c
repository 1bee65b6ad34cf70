// SPDX-License-Identifier: MIT
/*
 * A plugin of QEMU that counts how often each instruction of the guest's kernel runs, in sections that the guest marks.
 *
 * A program in the guest opens section N with the instruction `nopl 0x51580000 + N(%rax)`, which does nothing, and closes it
 * with N = 0. At the end the file named by `out=` has a line for each block of instructions: section, address, length in
 * instructions, times.
 *
 * QEMU's own header is not in Debian's packages: what is used of it is declared here (plugin API, version 4).
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef struct qemu_info_t qemu_info_t;
enum qemu_plugin_cb_flags { QEMU_PLUGIN_CB_NO_REGS };

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, struct qemu_plugin_tb *));
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *, void (*)(unsigned int, void *),
					  enum qemu_plugin_cb_flags, void *);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *, void (*)(unsigned int, void *),
					    enum qemu_plugin_cb_flags, void *);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, void *), void *);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *, size_t);
size_t qemu_plugin_insn_data(const struct qemu_plugin_insn *, void *, size_t);

__attribute__((visibility("default"))) int qemu_plugin_version = 4;

#define SECTIONS 16

/* A piece of code that the emulator runs from its first instruction. */
struct block {
	struct block *next;
	uint64_t address, length;
	uint64_t times[SECTIONS];
};

static struct block *blocks;
static unsigned int section;
static const char *out;

static void run_block(unsigned int cpu, void *data)
{
	struct block *block = data;

	(void)cpu;
	block->times[section]++;
}

static void enter(unsigned int cpu, void *data)
{
	(void)cpu;
	section = (uintptr_t)data;
}

static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	struct block *block = calloc(1, sizeof(*block));
	size_t length = qemu_plugin_tb_n_insns(tb);

	(void)id;
	if (!block)
		abort();
	block->address = qemu_plugin_tb_vaddr(tb);
	block->length = length;
	block->next = blocks;
	blocks = block;
	qemu_plugin_register_vcpu_tb_exec_cb(tb, run_block, QEMU_PLUGIN_CB_NO_REGS, block);
	for (size_t i = 0; i < length; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint8_t code[7];

		if (qemu_plugin_insn_data(insn, code, sizeof(code)) == 7 && !memcmp(code, "\x0f\x1f\x80", 3) &&
		    !memcmp(code + 5, "\x58\x51", 2) && code[3] < SECTIONS && !code[4])
			qemu_plugin_register_vcpu_insn_exec_cb(insn, enter, QEMU_PLUGIN_CB_NO_REGS,
							       (void *)(uintptr_t)code[3]);
	}
}

static void finish(qemu_plugin_id_t id, void *data)
{
	FILE *file = fopen(out, "w");

	(void)id;
	(void)data;
	if (!file)
		return;
	for (struct block *block = blocks; block; block = block->next)
		for (int i = 1; i < SECTIONS; i++)
			if (block->times[i])
				fprintf(file, "%d %" PRIx64 " %" PRIu64 " %" PRIu64 "\n", i, block->address, block->length,
					block->times[i]);
	fclose(file);
}

__attribute__((visibility("default"))) int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc,
							       char **argv)
{
	(void)info;
	if (argc != 1 || strncmp(argv[0], "out=", 4))
		return 1;
	out = strdup(argv[0] + 4);
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
	qemu_plugin_register_atexit_cb(id, finish, NULL);
	return 0;
}
