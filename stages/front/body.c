/* body - see body.h */
#include "stages/front/body.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "proto/log.h"
#include "proto/panic.h"
#include "stages/front/multipart.h"

enum { FORM_EXTRA = 65536 }; /* bytes of a form besides the PDF */

static int reserve_upload(struct body *body, struct front *front, const char *boundary,
                          const struct framing *framing, struct fault *fault)
{
    uint64_t most = (uint64_t)front->conf->limit_pdf_bytes;
    uint64_t wanted = framing->chunked ? most : framing->length;

    if (front->uploads >= (unsigned)front->conf->http_uploads ||
        (front->uploads > 0 && front->upload_bytes + wanted > 2 * most + FORM_EXTRA))
        return fault_set(fault, CODE_UPLOADS_FULL, "%s", code_doc(CODE_UPLOADS_FULL));
    body->upload = upload_new(boundary, most);
    if (body->upload == NULL) {
        log_error(upload_failed, log_str("reason", strerror(errno)));
        return fault_set(fault, CODE_STORAGE_FULL, "no memory to take the PDF; try again later");
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

int body_expect(struct body *body, struct front *front, bool kept, const char *type, bool foreign,
                const struct framing *framing, struct fault *fault)
{
    char boundary[BOUNDARY_MOST + 1];
    bool form = kept && !is_json(type, foreign);

    if (form && (type == NULL || multipart_boundary(type, boundary) == -1))
        return fault_set(fault, CODE_UNSUPPORTED_MEDIA_TYPE, "%s", code_doc(CODE_UNSUPPORTED_MEDIA_TYPE));
    body->kept = kept;
    body->most =
        form ? (uint64_t)front->conf->limit_pdf_bytes + FORM_EXTRA : (uint64_t)front->conf->http_body_bytes;
    if (framing->length > body->most)
        return fault_set(fault, CODE_BODY_TOO_LARGE, "the body has %llu bytes, at most %llu are taken",
                         (unsigned long long)framing->length, (unsigned long long)body->most);
    return form ? reserve_upload(body, front, boundary, framing, fault) : 0;
}

bool body_is_form(const struct body *body)
{
    return body->upload != NULL;
}

bool body_fits(struct body *body, size_t size)
{
    body->seen += size;
    return body->seen <= body->most;
}

int body_feed(struct body *body, const char *data, size_t size, struct fault *fault)
{
    if (!body->kept)
        return 0;
    if (body->upload != NULL) {
        if (upload_feed(body->upload, data, size, fault) == 0)
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

int body_finish(struct body *body, bool estimate, struct intake *intake, char digest[DIGEST_HEX + 1],
                struct wire *message, struct fault *fault)
{
    int rc;

    if (body->upload != NULL) {
        rc = upload_finish(body->upload, intake, digest, message, fault);
        upload_free(&body->upload);
        return rc;
    }
    rc = intake_json(intake, body->text == NULL ? "" : body->text, body->size, estimate, fault);
    if (rc == 0)
        intake_digest(intake, NULL, digest);
    return rc;
}

void body_clear(struct body *body, struct front *front)
{
    upload_free(&body->upload);
    if (body->reserved > 0) {
        front->uploads--;
        front->upload_bytes -= body->reserved;
    }
    free(body->text);
    *body = (struct body){.most = 0};
}
