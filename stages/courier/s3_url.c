/* s3_url - see s3_url.h */
#include "stages/courier/s3_url.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "proto/panic.h"

static char *part_of(CURLU *parts, CURLUPart which, unsigned flags)
{
    char *text = NULL, *copy;

    if (curl_url_get(parts, which, &text, flags) != CURLUE_OK)
        return need_dup("");
    copy = need_dup(text);
    curl_free(text);
    return copy;
}

/* "host", or "host:port". */
static char *host_of(CURLU *parts)
{
    char *host = part_of(parts, CURLUPART_HOST, 0);
    char *port = part_of(parts, CURLUPART_PORT, CURLU_NO_DEFAULT_PORT), *both;

    must(asprintf(&both, *port == '\0' ? "%s%s" : "%s:%s", host, port) != -1);
    free(host);
    free(port);
    return both;
}

static char *prefix_of(CURLU *parts)
{
    char *path = part_of(parts, CURLUPART_PATH, CURLU_URLDECODE);
    size_t size = strlen(path);

    while (size > 0 && path[size - 1] == '/')
        path[--size] = '\0';
    return path;
}

static char *aws_endpoint(const char *region)
{
    char *url;

    must(asprintf(&url, "https://s3.%s.amazonaws.com%s", region,
                  strncmp(region, "cn-", 3) == 0 ? ".cn" : "") != -1);
    return url;
}

static bool wants_path(const char *style, const char *endpoint, const char *bucket)
{
    if (strcmp(style, "auto") != 0)
        return strcmp(style, "yes") == 0;
    return *endpoint != '\0' || strchr(bucket, '.') != NULL;
}

int s3_url_open(struct s3_url *url, const char *endpoint, const char *bucket, const char *region,
                const char *style)
{
    char *base = *endpoint == '\0' ? aws_endpoint(region) : need_dup(endpoint), *host, *prefix;
    CURLU *parts = curl_url();
    bool known = parts != NULL && curl_url_set(parts, CURLUPART_URL, base, 0) == CURLUE_OK;

    free(base);
    *url = (struct s3_url){.scheme = part_of(parts, CURLUPART_SCHEME, 0)};
    host = host_of(parts);
    prefix = prefix_of(parts);
    curl_url_cleanup(parts);
    if (wants_path(style, endpoint, bucket)) {
        url->host = need_dup(host);
        must(asprintf(&url->folder, "%s/%s", prefix, bucket) != -1);
    } else {
        must(asprintf(&url->host, "%s.%s", bucket, host) != -1);
        url->folder = need_dup(prefix);
    }
    free(host);
    free(prefix);
    if (known && (strcmp(url->scheme, "http") == 0 || strcmp(url->scheme, "https") == 0))
        return 0;
    s3_url_close(url);
    return -1;
}

void s3_url_close(struct s3_url *url)
{
    free(url->scheme);
    free(url->host);
    free(url->folder);
    *url = (struct s3_url){.scheme = NULL};
}

char *s3_url_path(const struct s3_url *url, const char *key)
{
    char *path;

    must(asprintf(&path, "%s/%s", url->folder, key) != -1);
    return path;
}

char *s3_url_text(const struct s3_url *url, const char *path, const char *query)
{
    char *text;

    must(asprintf(&text, "%s://%s%s%s%s", url->scheme, url->host, path, *query == '\0' ? "" : "?", query) !=
         -1);
    return text;
}
