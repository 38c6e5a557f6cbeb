/* request_body - see request_body.h */
#include "stages/front/request_body.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "proto/log.h"
#include "proto/panic.h"
#include "stages/front/multipart.h"

enum { FORM_EXTRA = 65536 }; /* bytes of a form besides the PDF */

static int reserve_upload(struct request_body *body, struct front *front, const char *boundary,
                          const struct framing *framing, struct request_error *error)
{
    uint64_t max = (uint64_t)front->conf->limit_pdf_bytes;
    uint64_t wanted = framing->chunked ? max : framing->length;

    if (front->uploads >= (unsigned)front->conf->http_uploads ||
        (front->uploads > 0 && front->upload_bytes + wanted > 2 * max + FORM_EXTRA))
        return request_error_set(error, CODE_UPLOADS_FULL, "%s", code_doc(CODE_UPLOADS_FULL));
    body->upload = upload_new(boundary, max);
    if (body->upload == NULL) {
        log_error(upload_failed, log_str("reason", strerror(errno)));
        return request_error_set(error, CODE_STORAGE_FULL, "no memory to take the PDF; try again later");
    }
    body->reserved = wanted + 1;
    front->uploads++;
    front->upload_bytes += body->reserved;
    return 0;
}

static bool is_type(const char *type, const char *wanted)
{
    size_t size = strlen(wanted);

    return strncasecmp(type, wanted, size) == 0 && strchr("; \t", type[size]) != NULL;
}

/* What JSON comes as: fetch() calls a string text/plain, curl -d calls all a form, and some say nothing. */
static bool is_json(const char *type, bool foreign)
{
    if (type != NULL && is_type(type, "application/json"))
        return true;
    return !foreign &&
           (type == NULL || is_type(type, "text/plain") || is_type(type, "text/json") ||
            is_type(type, "application/x-www-form-urlencoded") || is_type(type, "application/octet-stream"));
}

int request_body_expect(struct request_body *body, struct front *front, bool kept, const char *type,
                        bool foreign, const struct framing *framing, struct request_error *error)
{
    char boundary[MAX_BOUNDARY + 1];
    bool form = kept && !is_json(type, foreign);

    if (form && foreign)
        return request_error_set(
            error, CODE_UNSUPPORTED_MEDIA_TYPE,
            "a page of another origin may send application/json only; name its origin in "
            "http.cors_origins to let it send forms");
    if (form && (type == NULL || multipart_boundary(type, boundary) == -1))
        return request_error_set(error, CODE_UNSUPPORTED_MEDIA_TYPE, "%s",
                                 code_doc(CODE_UNSUPPORTED_MEDIA_TYPE));
    body->kept = kept;
    body->max =
        form ? (uint64_t)front->conf->limit_pdf_bytes + FORM_EXTRA : (uint64_t)front->conf->http_body_bytes;
    if (framing->length > body->max)
        return request_error_set(error, CODE_BODY_TOO_LARGE,
                                 "the body has %llu bytes, at most %llu are taken",
                                 (unsigned long long)framing->length, (unsigned long long)body->max);
    return form ? reserve_upload(body, front, boundary, framing, error) : 0;
}

bool request_body_is_form(const struct request_body *body)
{
    return body->upload != NULL;
}

bool request_body_fits(struct request_body *body, size_t size)
{
    body->seen += size;
    return body->seen <= body->max;
}

int request_body_feed(struct request_body *body, const char *data, size_t size, struct request_error *error)
{
    if (!body->kept)
        return 0;
    if (body->upload != NULL) {
        if (upload_feed(body->upload, data, size, error) == 0)
            return 0;
        upload_free(&body->upload);
        return -1;
    }
    if (body->size + size > body->room) {
        body->room = (body->size + size) * 2;
        body->text = need_more(body->text, body->room);
    }
    memcpy(body->text + body->size, data, size);
    body->size += size;
    return 0;
}

int request_body_finish(struct request_body *body, bool estimate, struct job_request *job_request,
                        char digest[DIGEST_HEX + 1], struct wire *message, struct request_error *error)
{
    int rc;

    if (body->upload != NULL) {
        rc = upload_finish(body->upload, job_request, digest, message, error);
        upload_free(&body->upload);
        return rc;
    }
    rc = job_request_json(job_request, body->text == NULL ? "" : body->text, body->size, estimate, error);
    if (rc == 0)
        job_request_digest(job_request, NULL, digest);
    return rc;
}

void request_body_clear(struct request_body *body, struct front *front)
{
    upload_free(&body->upload);
    if (body->reserved > 0) {
        front->uploads--;
        front->upload_bytes -= body->reserved;
    }
    if (body->text != NULL)
        explicit_bzero(body->text, body->size); /* a password may be in it */
    free(body->text);
    *body = (struct request_body){.max = 0};
}
