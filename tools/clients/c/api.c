/* SPDX-License-Identifier: MIT */

#include "api.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct qenex_api {
	CURL *curl;
	char socket[108]; /* as long as the path of a socket can be */
	char authorization[160];
};

/* What has come of an answer. */
struct text {
	char *bytes;
	size_t length;
};

static size_t take(const char *bytes, size_t size, size_t count, void *where)
{
	struct text *text = where;
	size_t length = size * count;
	char *more = realloc(text->bytes, text->length + length + 1);

	if (!more)
		return 0;
	memcpy(more + text->length, bytes, length);
	text->bytes = more;
	text->length += length;
	more[text->length] = '\0';
	return length;
}

struct qenex_api *qenex_api_new(const char *socket)
{
	struct qenex_api *api = calloc(1, sizeof(*api));

	if (!api || strlen(socket) >= sizeof(api->socket))
		goto failed;
	strcpy(api->socket, socket);
	api->curl = curl_easy_init();
	if (!api->curl)
		goto failed;
	return api;
failed:
	free(api);
	return NULL;
}

void qenex_api_free(struct qenex_api *api)
{
	if (!api)
		return;
	curl_easy_cleanup(api->curl);
	free(api);
}

long qenex_api_log_in(struct qenex_api *api, const char *user, const char *password)
{
	json_t *answer = NULL;
	json_t *body = json_pack("{s:s, s:s}", "user", user, "password", password);
	long status = qenex_api_call(api, "POST", "/v1/sessions", body, NULL, &answer);
	const char *token = json_string_value(json_object_get(answer, "token"));

	if (status == 201 && token)
		snprintf(api->authorization, sizeof(api->authorization), "Authorization: Bearer %s", token);
	json_decref(body);
	json_decref(answer);
	return status;
}

static struct curl_slist *header(struct curl_slist *headers, const char *name, const char *value)
{
	char line[320];

	snprintf(line, sizeof(line), "%s: %s", name, value);
	return curl_slist_append(headers, line);
}

long qenex_api_call(struct qenex_api *api, const char *method, const char *path, const json_t *body,
		    const char *key, json_t **answer)
{
	struct text text = { 0 };
	struct curl_slist *headers = header(NULL, "Accept", "application/json");
	char *sent = body ? json_dumps(body, JSON_COMPACT) : NULL;
	char url[1024];
	long status = -1;

	*answer = NULL;
	snprintf(url, sizeof(url), "http://qenex%s", path);
	if (sent)
		headers = header(headers, "Content-Type", "application/json");
	if (key)
		headers = header(headers, "Idempotency-Key", key);
	if (api->authorization[0])
		headers = curl_slist_append(headers, api->authorization);

	/* The connection is kept, everything else is set anew. */
	curl_easy_reset(api->curl);
	curl_easy_setopt(api->curl, CURLOPT_UNIX_SOCKET_PATH, api->socket);
	curl_easy_setopt(api->curl, CURLOPT_URL, url);
	curl_easy_setopt(api->curl, CURLOPT_CUSTOMREQUEST, method);
	curl_easy_setopt(api->curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(api->curl, CURLOPT_TIMEOUT, 60L);
	curl_easy_setopt(api->curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(api->curl, CURLOPT_WRITEDATA, &text);
	if (sent)
		curl_easy_setopt(api->curl, CURLOPT_POSTFIELDS, sent);
	if (curl_easy_perform(api->curl) == CURLE_OK)
		curl_easy_getinfo(api->curl, CURLINFO_RESPONSE_CODE, &status);
	if (text.bytes)
		*answer = json_loads(text.bytes, 0, NULL);

	curl_slist_free_all(headers);
	free(text.bytes);
	free(sent);
	return status;
}

const char *qenex_api_problem(const json_t *answer)
{
	const char *type = json_string_value(json_object_get(answer, "type"));
	const char *slash = type ? strrchr(type, '/') : NULL;

	return slash ? slash + 1 : "unknown";
}
