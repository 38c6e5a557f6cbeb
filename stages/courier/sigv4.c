/* sigv4 - see sigv4.h */
#include "stages/courier/sigv4.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "proto/panic.h"

enum { MAX_PAIRS = 32 };

/* Pairs in the order of their names; of equal names in the order given (headers) or of values (query). */
struct pairs {
    struct sigv4_pair pair[MAX_PAIRS];
    char *made[2 * MAX_PAIRS];
    size_t count, made_count;
};

static void mac(const void *key, size_t key_size, const char *text, unsigned char out[DIGEST_BYTES])
{
    digest_hmac(key, key_size, text, strlen(text), out);
}

void sigv4_stamp(time_t at, char stamp[SIGV4_STAMP])
{
    struct tm utc;

    must(gmtime_r(&at, &utc) != NULL &&
         strftime(stamp, SIGV4_STAMP, "%Y%m%dT%H%M%SZ", &utc) == SIGV4_STAMP - 1);
}

char *sigv4_encode(const char *text, bool keep_slash)
{
    char *out = need(3 * strlen(text) + 1), *at = out;

    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;

        if ((c < 0x80 && isalnum(c)) || (c != 0 && strchr("-_.~", c) != NULL) || (keep_slash && c == '/'))
            *at++ = (char)c;
        else
            at += sprintf(at, "%%%02X", c);
    }
    *at = '\0';
    return out;
}

/* ---- sorted pairs ---- */

static char *pairs_keep(struct pairs *pairs, char *text)
{
    pairs->made[pairs->made_count++] = text;
    return text;
}

static void pairs_clear(struct pairs *pairs)
{
    while (pairs->made_count > 0)
        free(pairs->made[--pairs->made_count]);
}

static void pairs_insert(struct pairs *pairs, char *name, char *value, bool by_value)
{
    size_t i = pairs->count++;

    must(pairs->count <= MAX_PAIRS);
    pairs_keep(pairs, name);
    pairs_keep(pairs, value);
    for (; i > 0; i--) {
        int order = strcmp(pairs->pair[i - 1].name, name);

        if (order < 0 || (order == 0 && (!by_value || strcmp(pairs->pair[i - 1].value, value) <= 0)))
            break;
        pairs->pair[i] = pairs->pair[i - 1];
    }
    pairs->pair[i] = (struct sigv4_pair){name, value};
}

static void query_insert(struct pairs *pairs, const char *name, const char *value)
{
    pairs_insert(pairs, sigv4_encode(name, false), sigv4_encode(value, false), true);
}

static char *lower(const char *name)
{
    char *out = need_dup(name);

    for (char *c = out; *c != '\0'; c++)
        *c = (char)tolower((unsigned char)*c);
    return out;
}

/* Blanks at the ends go, runs of them inside become one. */
static char *trimmed(const char *value)
{
    char *out = need(strlen(value) + 1), *at = out;

    for (; *value != '\0'; value++) {
        bool blank = *value == ' ' || *value == '\t';

        if (!blank)
            *at++ = *value;
        else if (at != out && at[-1] != ' ')
            *at++ = ' ';
    }
    if (at != out && at[-1] == ' ')
        at--;
    *at = '\0';
    return out;
}

static void header_insert(struct pairs *pairs, const char *name, const char *value)
{
    pairs_insert(pairs, lower(name), trimmed(value), false);
}

static char *query_text(const struct pairs *pairs)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    must(out != NULL);
    for (size_t i = 0; i < pairs->count; i++)
        fprintf(out, "%s%s=%s", i == 0 ? "" : "&", pairs->pair[i].name, pairs->pair[i].value);
    must(fclose(out) == 0);
    return text;
}

static bool repeats(const struct pairs *pairs, size_t i)
{
    return i > 0 && strcmp(pairs->pair[i].name, pairs->pair[i - 1].name) == 0;
}

static char *header_names(const struct pairs *headers)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    must(out != NULL);
    for (size_t i = 0; i < headers->count; i++) {
        if (!repeats(headers, i))
            fprintf(out, "%s%s", i == 0 ? "" : ";", headers->pair[i].name);
    }
    must(fclose(out) == 0);
    return text;
}

/* ---- the steps ---- */

static char *canonical(const struct sigv4_request *request, const struct sigv4_signed *out,
                       const struct pairs *headers, const char *names)
{
    char *text = NULL;
    size_t size;
    FILE *to = open_memstream(&text, &size);

    must(to != NULL);
    fprintf(to, "%s\n%s\n%s", request->method, out->path, out->query);
    for (size_t i = 0; i < headers->count; i++) {
        if (repeats(headers, i))
            fprintf(to, ",%s", headers->pair[i].value);
        else
            fprintf(to, "\n%s:%s", headers->pair[i].name, headers->pair[i].value);
    }
    fprintf(to, "\n\n%s\n%s", names, request->payload);
    must(fclose(to) == 0);
    return text;
}

static char *scope_of(const struct sigv4_key *key, const char *stamp)
{
    char *scope;

    must(asprintf(&scope, "%.8s/%s/%s/aws4_request", stamp, key->region, key->service) != -1);
    return scope;
}

static void signature(const struct sigv4_key *key, const char *stamp, const char *to_sign,
                      char hex[DIGEST_TEXT])
{
    unsigned char step[DIGEST_BYTES];
    char date[9], *first;

    snprintf(date, sizeof date, "%.8s", stamp);
    must(asprintf(&first, "AWS4%s", key->secret) != -1);
    mac(first, strlen(first), date, step);
    OPENSSL_cleanse(first, strlen(first));
    free(first);
    mac(step, DIGEST_BYTES, key->region, step);
    mac(step, DIGEST_BYTES, key->service, step);
    mac(step, DIGEST_BYTES, "aws4_request", step);
    mac(step, DIGEST_BYTES, to_sign, step);
    hex_encode(hex, step, sizeof step);
}

static void sign(const struct sigv4_key *key, const char *stamp, const char *scope, struct sigv4_signed *out)
{
    char hash[DIGEST_TEXT];

    digest_text_of(out->canonical, strlen(out->canonical), hash);
    must(asprintf(&out->to_sign, "AWS4-HMAC-SHA256\n%s\n%s\n%s", stamp, scope, hash) != -1);
    signature(key, stamp, out->to_sign, out->signature);
}

static char *path_of(const struct sigv4_request *request)
{
    return sigv4_encode(*request->path == '\0' ? "/" : request->path, true);
}

/* ---- the two forms ---- */

void sigv4_sign_header(const struct sigv4_key *key, const char *stamp, const struct sigv4_request *request,
                       struct sigv4_signed *out)
{
    struct pairs query = {.count = 0}, headers = {.count = 0};
    char *scope = scope_of(key, stamp), *names;

    *out = (struct sigv4_signed){.path = path_of(request)};
    for (size_t i = 0; i < request->query_count; i++)
        query_insert(&query, request->query[i].name, request->query[i].value);
    for (size_t i = 0; i < request->header_count; i++)
        header_insert(&headers, request->headers[i].name, request->headers[i].value);
    header_insert(&headers, "x-amz-date", stamp);
    if (*key->token != '\0')
        header_insert(&headers, "x-amz-security-token", key->token);
    out->query = query_text(&query);
    names = header_names(&headers);
    out->canonical = canonical(request, out, &headers, names);
    sign(key, stamp, scope, out);
    must(asprintf(&out->authorization, "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s",
                  key->access, scope, names, out->signature) != -1);
    free(names);
    free(scope);
    pairs_clear(&query);
    pairs_clear(&headers);
}

void sigv4_sign_query(const struct sigv4_key *key, const char *stamp, unsigned expires_s,
                      const struct sigv4_request *request, struct sigv4_signed *out)
{
    struct pairs query = {.count = 0}, headers = {.count = 0};
    char *scope = scope_of(key, stamp), *names, *credential, *whole, expires[16];

    *out = (struct sigv4_signed){.path = path_of(request)};
    for (size_t i = 0; i < request->header_count; i++)
        header_insert(&headers, request->headers[i].name, request->headers[i].value);
    names = header_names(&headers);
    must(asprintf(&credential, "%s/%s", key->access, scope) != -1);
    snprintf(expires, sizeof expires, "%u", expires_s);
    for (size_t i = 0; i < request->query_count; i++)
        query_insert(&query, request->query[i].name, request->query[i].value);
    query_insert(&query, "X-Amz-Algorithm", "AWS4-HMAC-SHA256");
    query_insert(&query, "X-Amz-Credential", credential);
    query_insert(&query, "X-Amz-Date", stamp);
    query_insert(&query, "X-Amz-Expires", expires);
    query_insert(&query, "X-Amz-SignedHeaders", names);
    if (*key->token != '\0')
        query_insert(&query, "X-Amz-Security-Token", key->token);
    out->query = query_text(&query);
    out->canonical = canonical(request, out, &headers, names);
    sign(key, stamp, scope, out);
    must(asprintf(&whole, "%s&X-Amz-Signature=%s", out->query, out->signature) != -1);
    free(out->query);
    out->query = whole;
    free(credential);
    free(names);
    free(scope);
    pairs_clear(&query);
    pairs_clear(&headers);
}

void sigv4_clear(struct sigv4_signed *out)
{
    free(out->path);
    free(out->query);
    free(out->canonical);
    free(out->to_sign);
    free(out->authorization);
    *out = (struct sigv4_signed){.path = NULL};
}
