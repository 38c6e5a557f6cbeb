/* intake - see intake.h */
#include "stages/front/intake.h"

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
    [ROW_JOB] = {"jobId", offsetof(struct intake, job), job_fault},
    [ROW_KEY] = {"s3Key", offsetof(struct intake, key), key_fault},
};

/* Fields that would change what the caller gets: dropping them in silence would be a lie. */
static const char *const refused[] = {"pages", "maxSlides", "callbackUrl"};

void intake_none(struct intake *intake)
{
    intake->job[0] = intake->key[0] = intake->email[0] = intake->language[0] = '\0';
    intake->filename[0] = intake->remark[0] = intake->fault.detail[0] = '\0';
    intake->faulty = false;
    wishes_none(&intake->wishes);
}

static int take(struct intake *intake, unsigned row, const char *value, size_t size, struct fault *fault)
{
    const char *why = rows[row].check(value, size);
    char *to = (char *)intake + rows[row].at;

    if (why != NULL)
        return fault_set(fault, CODE_INVALID_VALUE, "%s %s", rows[row].name, why);
    memcpy(to, value, size);
    to[size] = '\0';
    return 0;
}

static int take_member(struct intake *intake, unsigned row, const json_t *object, struct fault *fault)
{
    const json_t *value = json_object_get(object, rows[row].name);

    if (value == NULL)
        return fault_set(fault, CODE_MISSING_FIELD, "%s is absent; jobId and s3Key are required",
                         rows[row].name);
    if (!json_is_string(value))
        return fault_set(fault, CODE_WRONG_TYPE, "%s must be a string", rows[row].name);
    return take(intake, row, json_string_value(value), json_string_length(value), fault);
}

static void add_remark(struct intake *intake, const char *remark)
{
    size_t used = strlen(intake->remark);

    if (*remark != '\0' && used + 2 + strlen(remark) < sizeof intake->remark)
        snprintf(intake->remark + used, sizeof intake->remark - used, "%s%s", used > 0 ? "; " : "", remark);
}

static void take_email(struct intake *intake, const char *text, size_t size)
{
    if (text == NULL || email_fault(text, size) != NULL) {
        add_remark(intake, "email was left out: it is no text of up to 320 bytes without control characters");
        return;
    }
    memcpy(intake->email, text, size);
    intake->email[size] = '\0';
}

static void take_language(struct intake *intake, const json_t *value)
{
    char remark[REMARK_ROOM];

    language_read(value, intake->language, remark);
    add_remark(intake, remark);
}

static int take_wishes(struct intake *intake, const json_t *object, struct fault *fault)
{
    const char *name;

    for (size_t i = 0; (name = wishes_name(i)) != NULL; i++)
        if (wishes_member(&intake->wishes, name, json_object_get(object, name), fault) == -1)
            return -1;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        const json_t *value = json_object_get(object, refused[i]);

        if (value != NULL && !json_is_null(value))
            return fault_set(fault, CODE_UNSUPPORTED_FIELD, "this version does not take %s; leave it out",
                             refused[i]);
    }
    return 0;
}

static int take_members(struct intake *intake, const json_t *object, bool estimate, struct fault *fault)
{
    const json_t *email = json_object_get(object, "email");

    if ((!estimate || json_object_get(object, "jobId") != NULL) &&
        take_member(intake, ROW_JOB, object, fault) == -1)
        return -1;
    if (email != NULL && !json_is_null(email))
        take_email(intake, json_string_value(email), json_string_length(email));
    take_language(intake, json_object_get(object, "language"));
    if (take_member(intake, ROW_KEY, object, fault) == 0 && take_wishes(intake, object, fault) == 0)
        return 0;
    if (estimate)
        return -1;
    intake->faulty = true;
    intake->fault = *fault;
    wishes_none(&intake->wishes); /* one may be half read */
    return 0;
}

int intake_json(struct intake *intake, const char *body, size_t size, bool estimate, struct fault *fault)
{
    json_error_t error;
    json_t *object = json_loadb(body, size, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    int rc;

    intake_none(intake);
    if (object == NULL)
        return fault_set(fault, CODE_BAD_JSON,
                         "the body is not valid JSON at line %d, column %d; check quoting, "
                         "repeated names and encoding (UTF-8)",
                         error.line, error.column);
    if (json_is_object(object))
        rc = take_members(intake, object, estimate, fault);
    else
        rc = fault_set(fault, CODE_BAD_JSON, "the body is valid JSON, but not an object");
    json_decref(object);
    return rc;
}

int intake_field_known(const char *name, struct fault *fault)
{
    if (strcmp(name, "s3Key") == 0)
        return fault_set(fault, CODE_INVALID_VALUE, "s3Key cannot be given together with the PDF itself");
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (strcmp(name, refused[i]) == 0)
            return fault_set(fault, CODE_UNSUPPORTED_FIELD, "this version does not take %s; leave it out",
                             name);
    return 0;
}

int intake_field(struct intake *intake, const char *name, const char *value, size_t size, struct fault *fault)
{
    if (size > 0 && wishes_known(name))
        return wishes_part(&intake->wishes, name, value, size, fault);
    if (size > 0 && strcmp(name, "jobId") == 0)
        return take(intake, ROW_JOB, value, size, fault);
    if (size > 0 && strcmp(name, "email") == 0)
        take_email(intake, value, size);
    if (strcmp(name, "language") == 0) {
        char remark[REMARK_ROOM];

        language_read_text(value, size, intake->language, remark);
        add_remark(intake, remark);
    }
    return 0;
}

void intake_name(struct intake *intake, const char *kind, const unsigned char random[8])
{
    int size = snprintf(intake->job, sizeof intake->job, "%s-", kind);

    hex_encode(intake->job + size, random, 8);
}

void intake_defaults(struct intake *intake, const unsigned char random[8])
{
    if (intake->job[0] != '\0')
        return;
    intake_name(intake, "upload", random);
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

void intake_digest(const struct intake *intake, const unsigned char *document, char hex[DIGEST_HEX + 1])
{
    struct digest *digest = digest_begin();
    char *wishes = wishes_text(&intake->wishes);

    if (document != NULL) {
        add_part(digest, "pdf", 3);
        add_part(digest, document, DIGEST_BYTES);
    } else {
        add_part(digest, "key", 3);
        add_part(digest, intake->key, strlen(intake->key));
    }
    if (intake->faulty)
        add_part(digest, intake->fault.detail, strlen(intake->fault.detail));
    add_part(digest, intake->email, strlen(intake->email));
    add_part(digest, intake->language, strlen(intake->language));
    if (*wishes != '\0') /* a request without is what it always was */
        add_part(digest, wishes, strlen(wishes));
    digest_end_text(&digest, hex);
    free(wishes);
}
