/* SPDX-License-Identifier: MIT */
/*
 * What the clients of all ledgers that are compared have in common: threads that do transfers for some seconds, and a line
 * of JSON that says how many.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ACCOUNTS 10000
#define OPENING 1000000000

static volatile int over;

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

/* One client: its random numbers and what it has done. */
struct client {
	uint64_t state;
	unsigned int number, batch;
	uint64_t done;
	pthread_t thread;
};

static inline uint64_t below(struct client *client, uint64_t end)
{
	client->state ^= client->state << 13;
	client->state ^= client->state >> 7;
	client->state ^= client->state << 17;
	return client->state % end;
}

/* Lets `clients` threads run `work` for some seconds and tells what they did. */
static void measure(const char *what, unsigned int clients, unsigned int batch, double seconds, void *(*work)(void *))
{
	struct client *all = calloc(clients, sizeof(*all));
	struct timespec pause = { .tv_sec = seconds, .tv_nsec = 0 };
	uint64_t done = 0;
	double begun = now(), elapsed;

	for (unsigned int i = 0; i < clients; i++) {
		all[i].state = (uint64_t)time(NULL) * 0x9e3779b97f4a7c15u + i * 0x2545f4914f6cdd1du + 1;
		all[i].number = i;
		all[i].batch = batch;
		if (pthread_create(&all[i].thread, NULL, work, &all[i]))
			die("pthread_create");
	}
	nanosleep(&pause, NULL);
	over = 1;
	for (unsigned int i = 0; i < clients; i++) {
		pthread_join(all[i].thread, NULL);
		done += all[i].done;
	}
	elapsed = now() - begun;
	printf("{\"what\": \"%s\", \"clients\": %u, \"batch\": %u, \"transfers\": %llu, \"seconds\": %.3f}\n", what, clients,
	       batch, (unsigned long long)done, elapsed);
	free(all);
}
