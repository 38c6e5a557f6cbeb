/* endpoint - see endpoint.h */
#include "stages/vision/endpoint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"

static char *url_of(const char *base)
{
    size_t size;
    char *url;

    if (*base == '\0')
        base = "https://api.openai.com/v1";
    size = strlen(base);
    while (size > 0 && base[size - 1] == '/')
        size--;
    url = need(size + sizeof "/chat/completions");
    memcpy(url, base, size);
    memcpy(url + size, "/chat/completions", sizeof "/chat/completions");
    return url;
}

static char *authorization_of(const char *key)
{
    size_t room = strlen(key) + sizeof "Authorization: Bearer ";
    char *header = need(room);

    snprintf(header, room, "Authorization: Bearer %s", key);
    return header;
}

void endpoint_open(struct endpoint *endpoint, const char *base_url, const char *key)
{
    *endpoint = (struct endpoint){.url = url_of(base_url),
                                  .authorization = *key == '\0' ? NULL : authorization_of(key)};
}

void endpoint_close(struct endpoint *endpoint)
{
    if (endpoint->authorization != NULL)
        explicit_bzero(endpoint->authorization, strlen(endpoint->authorization));
    free(endpoint->authorization);
    free(endpoint->url);
}

struct curl_slist *endpoint_headers(const struct endpoint *endpoint, const char *id)
{
    char line[600];
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");

    snprintf(line, sizeof line, "X-Client-Request-Id: %s", id);
    headers = curl_slist_append(headers, line);
    if (endpoint->authorization != NULL)
        headers = curl_slist_append(headers, endpoint->authorization);
    must(headers != NULL);
    return headers;
}
