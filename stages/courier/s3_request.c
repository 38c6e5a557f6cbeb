/* s3_request - see s3_request.h */
#include "stages/courier/s3_request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/log.h"
#include "proto/panic.h"
#include "stages/courier/object_key.h"
#include "stages/courier/s3_url.h"

struct s3 {
    const struct conf *conf;
    struct s3_url url;
    char *region;
    time_t ahead_s; /* the store's clock less ours */
    bool proven;
};

struct s3 *s3_open(const struct conf *conf)
{
    struct s3 *s3 = need_zero(1, sizeof *s3);

    s3->conf = conf;
    s3->region = need_dup(conf->s3_region);
    if (s3_url_open(&s3->url, conf->s3_endpoint, conf->s3_bucket, s3->region, conf->s3_path_style) == -1) {
        log_error(s3_endpoint_refused, log_str("AWS_ENDPOINT_URL_S3", conf->s3_endpoint),
                  log_str("reason", "it must be a URL of http or https"));
        s3_close(&s3);
    }
    return s3;
}

void s3_close(struct s3 **s3)
{
    if (*s3 == NULL)
        return;
    s3_url_close(&(*s3)->url);
    free((*s3)->region);
    free(*s3);
    *s3 = NULL;
}

void s3_lacks(const struct conf *conf, char *out, size_t room)
{
    const char *access = *conf->s3_access_key == '\0' ? "AWS_ACCESS_KEY_ID" : "";
    const char *secret = *conf->s3_secret_key == '\0' ? "AWS_SECRET_ACCESS_KEY" : "";

    snprintf(out, room, "%s%s%s", access, *access != '\0' && *secret != '\0' ? ", " : "", secret);
}

time_t s3_now(const struct s3 *s3)
{
    return time(NULL) + s3->ahead_s;
}

bool s3_proven(const struct s3 *s3)
{
    return s3->proven;
}

void s3_prove(struct s3 *s3)
{
    s3->proven = true;
}

const char *s3_region(const struct s3 *s3)
{
    return s3->region;
}

static struct sigv4_key credentials_of(const struct s3 *s3)
{
    return (struct sigv4_key){.access = s3->conf->s3_access_key,
                              .secret = s3->conf->s3_secret_key,
                              .token = s3->conf->s3_session_token,
                              .region = s3->region,
                              .service = "s3"};
}

/* ---- learning ---- */

static const char *answer_header(CURL *easy, const char *name)
{
    struct curl_header *header;

    return curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK ? header->value : "";
}

static bool is_region(const char *region)
{
    size_t size = strspn(region, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    return size > 0 && size < 64 && region[size] == '\0';
}

bool s3_learn_region(struct s3 *s3, const char *asked, CURL *easy, const char *body_region)
{
    const char *told = answer_header(easy, "x-amz-bucket-region");
    const char *region = is_region(told) ? told : body_region;
    struct s3_url url;

    /* it becomes a part of a name: one that makes none is not believed */
    if (is_region(region) && strcmp(region, s3->region) != 0 &&
        s3_url_open(&url, s3->conf->s3_endpoint, s3->conf->s3_bucket, region, s3->conf->s3_path_style) == 0) {
        log_warn(s3_region_corrected, log_str("configured", s3->conf->s3_region),
                 log_str("used_from_now", region));
        free(s3->region);
        s3->region = need_dup(region);
        s3_url_close(&s3->url);
        s3->url = url;
    }
    return strcmp(asked, s3->region) != 0; /* another transfer may have learned it meanwhile */
}

bool s3_learn_clock(struct s3 *s3, CURL *easy)
{
    time_t theirs = curl_getdate(answer_header(easy, "Date"), NULL);

    if (theirs == (time_t)-1)
        return false;
    s3->ahead_s = theirs - time(NULL);
    log_warn(s3_clock_corrected, log_int("store_ahead_s", s3->ahead_s));
    return true;
}

/* ---- signing ---- */

static void append_header(struct curl_slist **list, const char *name, const char *value)
{
    struct curl_slist *longer;
    char *line;

    must(asprintf(&line, "%s: %s", name, value) != -1);
    longer = curl_slist_append(*list, line);
    must(longer != NULL);
    *list = longer;
    free(line);
}

char *s3_sign(struct s3 *s3, const struct s3_request *request, struct curl_slist **headers)
{
    const struct sigv4_key key = credentials_of(s3);
    char stamp[SIGV4_STAMP], hash[DIGEST_TEXT], *path = s3_url_path(&s3->url, request->key), *url;
    struct sigv4_pair lines[4] = {{"host", s3->url.host}, {"x-amz-content-sha256", hash}};
    struct sigv4_request plain = {.method = request->method,
                                  .path = path,
                                  .query = request->query,
                                  .query_count = request->query_count,
                                  .headers = lines,
                                  .header_count = 2,
                                  .payload = hash};
    struct sigv4_signed out;

    sigv4_stamp(s3_now(s3), stamp);
    digest_text_of(request->body == NULL ? "" : request->body, request->size, hash);
    if (request->content_type != NULL)
        lines[plain.header_count++] = (struct sigv4_pair){"content-type", request->content_type};
    if (request->range != NULL)
        lines[plain.header_count++] = (struct sigv4_pair){"range", request->range};
    sigv4_sign_header(&key, stamp, &plain, &out);
    for (size_t i = 0; i < plain.header_count; i++)
        append_header(headers, lines[i].name, lines[i].value);
    append_header(headers, "x-amz-date", stamp);
    if (*key.token != '\0')
        append_header(headers, "x-amz-security-token", key.token);
    append_header(headers, "Authorization", out.authorization);
    url = s3_url_text(&s3->url, out.path, out.query);
    sigv4_clear(&out);
    free(path);
    return url;
}

char *s3_presign(const struct s3 *s3, const char *key, const char *filename, time_t now, unsigned ttl_s)
{
    const struct sigv4_key credentials = credentials_of(s3);
    char *disposition = object_key_disposition(key, filename), *path = s3_url_path(&s3->url, key), *url;
    const struct sigv4_pair host = {"host", s3->url.host},
                            named = {"response-content-disposition", disposition};
    const struct sigv4_request request = {.method = "GET",
                                          .path = path,
                                          .query = &named,
                                          .query_count = 1,
                                          .headers = &host,
                                          .header_count = 1,
                                          .payload = "UNSIGNED-PAYLOAD"};
    char stamp[SIGV4_STAMP];
    struct sigv4_signed out;

    sigv4_stamp(now, stamp);
    sigv4_sign_query(&credentials, stamp, ttl_s, &request, &out);
    url = s3_url_text(&s3->url, out.path, out.query);
    sigv4_clear(&out);
    free(disposition);
    free(path);
    return url;
}
