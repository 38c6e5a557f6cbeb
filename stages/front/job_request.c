/* job_request - see job_request.h */
#include "stages/front/job_request.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "proto/digest.h"
#include "proto/panic.h"

enum { ROW_JOB, ROW_KEY, ROWS };
static const struct {
    const char *name;
    size_t at;
    const char *(*check)(const char *text, size_t size);
} rows[ROWS] = {
    [ROW_JOB] = {"jobId", offsetof(struct job_request, job), job_error},
    [ROW_KEY] = {"s3Key", offsetof(struct job_request, key), key_error},
};

/* Fields that would change what the caller gets: dropping them in silence would be a lie. */
static const char *const refused[] = {"pages", "maxSlides", "callbackUrl"};

void job_request_none(struct job_request *job_request)
{
    job_request->job[0] = job_request->key[0] = job_request->email[0] = job_request->language[0] = '\0';
    job_request->filename[0] = job_request->remark[0] = job_request->error.detail[0] = '\0';
    job_request->faulty = false;
    request_options_none(&job_request->options);
}

static int set_text(struct job_request *job_request, unsigned row, const char *value, size_t size,
                    struct request_error *error)
{
    const char *why = rows[row].check(value, size);
    char *to = (char *)job_request + rows[row].at;

    if (why != NULL)
        return request_error_set(error, CODE_INVALID_VALUE, "%s %s", rows[row].name, why);
    memcpy(to, value, size);
    to[size] = '\0';
    return 0;
}

static int read_member(struct job_request *job_request, unsigned row, const json_t *object,
                       struct request_error *error)
{
    const json_t *value = json_object_get(object, rows[row].name);

    if (value == NULL)
        return request_error_set(error, CODE_MISSING_FIELD, "%s is absent; jobId and s3Key are required",
                                 rows[row].name);
    if (!json_is_string(value))
        return request_error_set(error, CODE_WRONG_TYPE, "%s must be a string", rows[row].name);
    return set_text(job_request, row, json_string_value(value), json_string_length(value), error);
}

static void add_remark(struct job_request *job_request, const char *remark)
{
    size_t used = strlen(job_request->remark);

    if (*remark != '\0' && used + 2 + strlen(remark) < sizeof job_request->remark)
        snprintf(job_request->remark + used, sizeof job_request->remark - used, "%s%s", used > 0 ? "; " : "",
                 remark);
}

static void read_email(struct job_request *job_request, const char *text, size_t size)
{
    if (text == NULL || email_error(text, size) != NULL) {
        add_remark(job_request,
                   "email was left out: it must be a text of up to 320 bytes without control characters");
        return;
    }
    memcpy(job_request->email, text, size);
    job_request->email[size] = '\0';
}

static void read_language(struct job_request *job_request, const json_t *value)
{
    char remark[REMARK_ROOM];

    job_language_read(value, job_request->language, remark);
    add_remark(job_request, remark);
}

static int read_options(struct job_request *job_request, const json_t *object, struct request_error *error)
{
    const char *name;

    for (size_t i = 0; (name = request_options_name(i)) != NULL; i++)
        if (request_options_member(&job_request->options, name, json_object_get(object, name), error) == -1)
            return -1;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        const json_t *value = json_object_get(object, refused[i]);

        if (value != NULL && !json_is_null(value))
            return request_error_set(error, CODE_UNSUPPORTED_FIELD,
                                     "this version does not take %s; leave it out", refused[i]);
    }
    return 0;
}

static int read_members(struct job_request *job_request, const json_t *object, bool estimate,
                        struct request_error *error)
{
    const json_t *email = json_object_get(object, "email");

    if ((!estimate || json_object_get(object, "jobId") != NULL) &&
        read_member(job_request, ROW_JOB, object, error) == -1)
        return -1;
    if (email != NULL && !json_is_null(email))
        read_email(job_request, json_string_value(email), json_string_length(email));
    read_language(job_request, json_object_get(object, "language"));
    if (read_member(job_request, ROW_KEY, object, error) == 0 &&
        read_options(job_request, object, error) == 0)
        return 0;
    if (estimate)
        return -1;
    job_request->faulty = true;
    job_request->error = *error;
    request_options_none(&job_request->options); /* one may be half read */
    return 0;
}

int job_request_json(struct job_request *job_request, const char *body, size_t size, bool estimate,
                     struct request_error *error)
{
    json_error_t position;
    json_t *object = json_loadb(body, size, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &position);
    int rc;

    job_request_none(job_request);
    if (object == NULL)
        return request_error_set(error, CODE_BAD_JSON,
                                 "the body is not valid JSON at line %d, column %d; check quoting, "
                                 "repeated names and encoding (UTF-8)",
                                 position.line, position.column);
    if (json_is_object(object))
        rc = read_members(job_request, object, estimate, error);
    else
        rc = request_error_set(error, CODE_BAD_JSON, "the body is valid JSON, but not an object");
    json_decref(object);
    return rc;
}

int job_request_field_known(const char *name, struct request_error *error)
{
    if (strcmp(name, "s3Key") == 0)
        return request_error_set(error, CODE_INVALID_VALUE,
                                 "s3Key cannot be given together with the PDF itself");
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (strcmp(name, refused[i]) == 0)
            return request_error_set(error, CODE_UNSUPPORTED_FIELD,
                                     "this version does not take %s; leave it out", name);
    return 0;
}

int job_request_field(struct job_request *job_request, const char *name, const char *value, size_t size,
                      struct request_error *error)
{
    if (size > 0 && request_options_known(name))
        return request_options_part(&job_request->options, name, value, size, error);
    if (size > 0 && strcmp(name, "jobId") == 0)
        return set_text(job_request, ROW_JOB, value, size, error);
    if (size > 0 && strcmp(name, "email") == 0)
        read_email(job_request, value, size);
    if (strcmp(name, "language") == 0) {
        char remark[REMARK_ROOM];

        job_language_read_text(value, size, job_request->language, remark);
        add_remark(job_request, remark);
    }
    return 0;
}

void job_request_name(struct job_request *job_request, const char *kind, const unsigned char random[8])
{
    int size = snprintf(job_request->job, sizeof job_request->job, "%s-", kind);

    hex_encode(job_request->job + size, random, 8);
}

void job_request_defaults(struct job_request *job_request, const unsigned char random[8])
{
    if (job_request->job[0] != '\0')
        return;
    job_request_name(job_request, "upload", random);
}

/* The length goes before each part, so that no two different requests are the same bytes. */
static void add_part(struct digest *digest, const void *data, size_t size)
{
    unsigned char length[8];

    for (int i = 0; i < 8; i++)
        length[i] = (unsigned char)((uint64_t)size >> (56 - 8 * i));
    digest_add(digest, length, sizeof length);
    digest_add(digest, data, size);
}

void job_request_digest(const struct job_request *job_request, const unsigned char *document,
                        char hex[DIGEST_HEX + 1])
{
    struct digest *digest = digest_begin();
    char *options = request_options_text(&job_request->options);

    if (document != NULL) {
        add_part(digest, "pdf", 3);
        add_part(digest, document, DIGEST_BYTES);
    } else {
        add_part(digest, "key", 3);
        add_part(digest, job_request->key, strlen(job_request->key));
    }
    if (job_request->faulty)
        add_part(digest, job_request->error.detail, strlen(job_request->error.detail));
    add_part(digest, job_request->email, strlen(job_request->email));
    add_part(digest, job_request->language, strlen(job_request->language));
    if (*options != '\0') /* a request without is what it always was */
        add_part(digest, options, strlen(options));
    digest_end_text(&digest, hex);
    free(options);
}
