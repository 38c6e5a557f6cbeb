/* model_url - see model_url.h */
#include "stages/vision/model/model_url.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "proto/panic.h"

static const char chat_path[] = "/chat/completions";

/* The path without /chat/completions and slashes at its end; curl_free. */
static char *base_path_of(CURLU *parts)
{
    const size_t chat = sizeof chat_path - 1;
    char *path = NULL;
    size_t size;

    must(curl_url_get(parts, CURLUPART_PATH, &path, 0) == CURLUE_OK);
    size = strlen(path);
    while (size > 0 && path[size - 1] == '/')
        size--;
    if (size >= chat && strncmp(path + size - chat, chat_path, chat) == 0)
        size -= chat;
    path[size] = '\0';
    return path;
}

/* The URL with path behind its base; NULL: it is no URL. */
static char *url_with(const char *url, const char *path, const char *query)
{
    CURLU *parts = curl_url();
    char *base, *full, *text, *copy;

    must(parts != NULL);
    if (curl_url_set(parts, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) {
        curl_url_cleanup(parts);
        return NULL;
    }
    base = base_path_of(parts);
    must(asprintf(&full, "%s%s", base, path) != -1);
    must(curl_url_set(parts, CURLUPART_PATH, full, 0) == CURLUE_OK);
    must(*query == '\0' || curl_url_set(parts, CURLUPART_QUERY, query, CURLU_APPENDQUERY) == CURLUE_OK);
    must(curl_url_get(parts, CURLUPART_URL, &text, 0) == CURLUE_OK);
    copy = need_dup(text);
    curl_free(text);
    curl_free(base);
    free(full);
    curl_url_cleanup(parts);
    return copy;
}

char *model_url_chat(const char *base)
{
    return url_with(base, chat_path, "");
}

char *model_url_with_path(const char *chat, const char *path, const char *query)
{
    char *url = url_with(chat, path, query);

    must(url != NULL);
    return url;
}

char *model_url_fill(const char *text, const char *name)
{
    const char *at = strstr(text, "%s");
    char *escaped = curl_easy_escape(NULL, name, 0), *filled;

    must(at != NULL && escaped != NULL);
    must(asprintf(&filled, "%.*s%s%s", (int)(at - text), text, escaped, at + 2) != -1);
    curl_free(escaped);
    return filled;
}
