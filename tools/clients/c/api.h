/* SPDX-License-Identifier: MIT */
/* The daemon's HTTP API from C, by libcurl and jansson. The device needs no library: see qenex.h. */
#ifndef QENEX_API_H
#define QENEX_API_H

#include <jansson.h>

/* One user at one connection. Not for several threads at once. */
struct qenex_api;

/* The daemon at `socket`; NULL if there is no memory. */
struct qenex_api *qenex_api_new(const char *socket);
void qenex_api_free(struct qenex_api *api);

/* Logs in; afterwards every call is this user's. Returns the status, as qenex_api_call. */
long qenex_api_log_in(struct qenex_api *api, const char *user, const char *password);

/*
 * Sends a request, with `body` if it is not NULL, and returns the status of the answer, or -1 if none came: then send the
 * same again with the same `key`, and it is done once. `answer`, if not NULL, is to be given back with json_decref; of a
 * refusal its "type" ends in a stable name and its "detail" says why.
 */
long qenex_api_call(struct qenex_api *api, const char *method, const char *path, const json_t *body,
		    const char *key, json_t **answer);

/* The stable name of a refusal, such as `exceeds_available_balance`. */
const char *qenex_api_problem(const json_t *answer);

#endif /* QENEX_API_H */
