/* request_body - see request_body.h */
#include "stages/front/request_body.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#include "proto/digest.h"
#include "proto/fd_io.h"
#include "proto/log.h"
#include "proto/pdf_sniff.h"
#include "proto/panic.h"
#include "stages/front/multipart.h"

enum { FORM_EXTRA = 65536 }; /* bytes of a form besides the PDF */

/* ---- a form with the PDF in it ---- */

struct upload {
    struct multipart reader;
    struct job_request job_request;
    int fd;
    uint64_t size, max;
    struct digest *digest;
    struct pdf_sniff sniff;
    enum { PART_OTHER, PART_FIELD, PART_FILE } kind;
    bool has_file;
    char names[MAX_PARTS][MAX_PART_NAME + 1]; /* parts seen */
    unsigned parts;
    char value[MAX_JOB_FIELD + 1];
    size_t value_size;
};

static const char *const field_names[] = {"jobId", "email", "language"};

static bool is_field(const char *name)
{
    for (size_t i = 0; i < sizeof field_names / sizeof *field_names; i++)
        if (strcmp(name, field_names[i]) == 0)
            return true;
    return request_options_known(name);
}

static int on_part(void *arg, const char *name, const char *filename, size_t filename_size,
                   struct request_error *error)
{
    struct upload *upload = arg;
    bool is_file = strcmp(name, "file") == 0 || strcmp(name, "pdf") == 0;

    upload->kind = is_file ? PART_FILE : is_field(name) ? PART_FIELD : PART_OTHER;
    for (unsigned i = 0; upload->kind != PART_OTHER && i < upload->parts; i++)
        if (strcmp(upload->names[i], name) == 0 || (is_file && upload->has_file))
            return request_error_set(error, CODE_BAD_MULTIPART,
                                     "part %u is a second %s; send one file, and each field once",
                                     upload->parts + 1, name);
    must(upload->parts < MAX_PARTS); /* the reader counts them, too */
    snprintf(upload->names[upload->parts++], sizeof *upload->names, "%s", name);
    upload->value_size = 0;
    upload->has_file |= is_file;
    if (is_file && filename != NULL)
        filename_clean(upload->job_request.filename, filename, filename_size);
    return job_request_field_known(name, error);
}

static int check_pdf(const struct upload *upload, bool ended, struct request_error *error)
{
    const char *what;
    enum code code = pdf_sniff_verdict(&upload->sniff, ended, &what);

    return code == CODES ? 0 : request_error_set(error, code, "the file is %s", what);
}

static int add_pdf_bytes(struct upload *upload, const char *data, size_t size, struct request_error *error)
{
    uint64_t before = upload->size;

    if (size > upload->max - before)
        return request_error_set(error, CODE_PDF_TOO_LARGE,
                                 "the PDF has more than %llu bytes (limits.pdf_bytes)",
                                 (unsigned long long)upload->max);
    pdf_sniff_feed(&upload->sniff, data, size);
    if (fd_write_all(upload->fd, data, size) == -1)
        return request_error_set(error, CODE_STORAGE_FULL, "no memory to take the PDF; try again later");
    digest_add(upload->digest, data, size);
    upload->size += size;
    return before < FILETYPE_WITHIN && upload->size >= FILETYPE_WITHIN ? check_pdf(upload, false, error) : 0;
}

static int on_data(void *arg, const char *data, size_t size, struct request_error *error)
{
    struct upload *upload = arg;

    if (upload->kind == PART_FILE)
        return add_pdf_bytes(upload, data, size, error);
    if (upload->kind == PART_OTHER)
        return 0;
    if (size > sizeof upload->value - 1 - upload->value_size)
        return request_error_set(error, CODE_INVALID_VALUE, "%s has more than %d bytes",
                                 upload->names[upload->parts - 1], (int)MAX_JOB_FIELD);
    memcpy(upload->value + upload->value_size, data, size);
    upload->value_size += size;
    return 0;
}

static int on_end(void *arg, struct request_error *error)
{
    struct upload *upload = arg;

    if (upload->kind == PART_FILE)
        return check_pdf(upload, true, error);
    if (upload->kind != PART_FIELD)
        return 0;
    return job_request_field(&upload->job_request, upload->names[upload->parts - 1], upload->value,
                             upload->value_size, error);
}

static const struct multipart_sink sink = {on_part, on_data, on_end};

/* max: bytes that the PDF may have. NULL: the memory file cannot be created (errno). */
static struct upload *upload_new(const char *boundary, uint64_t max)
{
    int fd = memfd_create("upload", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    struct upload *upload;

    if (fd == -1)
        return NULL;
    upload = need_zero(1, sizeof *upload);
    upload->fd = fd;
    upload->max = max;
    job_request_none(&upload->job_request);
    upload->digest = digest_begin();
    multipart_start(&upload->reader, boundary, &sink, upload);
    return upload;
}

static void upload_free(struct upload **upload)
{
    if (*upload == NULL)
        return;
    close((*upload)->fd);
    digest_drop(&(*upload)->digest);
    explicit_bzero(*upload, sizeof **upload); /* a password may be in it */
    free(*upload);
    *upload = NULL;
}

static int upload_finish(struct upload *upload, struct job_request *job_request, char digest[DIGEST_HEX + 1],
                         struct wire *message, struct request_error *error)
{
    unsigned char document[DIGEST_BYTES], random[8];

    if (multipart_finish(&upload->reader, error) == -1)
        return -1;
    if (!upload->has_file)
        return request_error_set(error, CODE_MISSING_FIELD,
                                 "file is absent; send the PDF in a part of that name");
    must(getrandom(random, sizeof random, 0) == (ssize_t)sizeof random);
    job_request_defaults(&upload->job_request, random);
    digest_end(&upload->digest, document);
    job_request_digest(&upload->job_request, document, digest);
    *job_request = upload->job_request;
    must(fcntl(upload->fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) == 0);
    if (wire_add_mapped(message, upload->fd, (size_t)upload->size) == -1)
        return request_error_set(error, CODE_STORAGE_FULL, "no memory to hand the PDF on; try again later");
    return 0;
}

/* ---- the body ---- */

static int reserve_upload(struct request_body *body, const struct conf *conf, struct upload_quota *quota,
                          const char *boundary, const struct framing *framing, struct request_error *error)
{
    uint64_t max = (uint64_t)conf->limit_pdf_bytes;
    uint64_t wanted = framing->chunked ? max : framing->length;

    if (quota->count >= (unsigned)conf->http_uploads ||
        (quota->count > 0 && quota->bytes + wanted > 2 * max + FORM_EXTRA))
        return request_error_set(error, CODE_UPLOADS_FULL, "%s", code_doc(CODE_UPLOADS_FULL));
    body->upload = upload_new(boundary, max);
    if (body->upload == NULL) {
        log_error(upload_failed, log_str("reason", strerror(errno)));
        return request_error_set(error, CODE_STORAGE_FULL, "no memory to take the PDF; try again later");
    }
    body->reserved = wanted + 1;
    quota->count++;
    quota->bytes += body->reserved;
    return 0;
}

static bool is_coded(const char *coding)
{
    return coding != NULL && *coding != '\0' && strcasecmp(coding, "identity") != 0;
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

int request_body_expect(struct request_body *body, const struct conf *conf, struct upload_quota *quota,
                        const struct request_body_kind *kind, struct request_error *error)
{
    char boundary[MAX_BOUNDARY + 1];
    bool form = kind->kept && !is_json(kind->type, kind->foreign);

    body->coded = kind->kept && is_coded(kind->coding);
    if (body->coded)
        return request_error_set(error, CODE_UNSUPPORTED_MEDIA_TYPE,
                                 "the body has a Content-Encoding; send it as it is, not compressed");
    if (form && kind->foreign)
        return request_error_set(
            error, CODE_UNSUPPORTED_MEDIA_TYPE,
            "a page of another origin may send application/json only; name its origin in "
            "http.cors_origins to let it send forms");
    if (form && (kind->type == NULL || multipart_boundary(kind->type, boundary) == -1))
        return request_error_set(error, CODE_UNSUPPORTED_MEDIA_TYPE, "%s",
                                 code_doc(CODE_UNSUPPORTED_MEDIA_TYPE));
    body->kept = kind->kept;
    body->max = form ? (uint64_t)conf->limit_pdf_bytes + FORM_EXTRA : (uint64_t)conf->http_body_bytes;
    if (kind->framing.length > body->max)
        return request_error_set(error, CODE_BODY_TOO_LARGE,
                                 "the body has %llu bytes, at most %llu are taken",
                                 (unsigned long long)kind->framing.length, (unsigned long long)body->max);
    return form ? reserve_upload(body, conf, quota, boundary, &kind->framing, error) : 0;
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
        if (multipart_feed(&body->upload->reader, data, size, error) == 0)
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

void request_body_clear(struct request_body *body, struct upload_quota *quota)
{
    upload_free(&body->upload);
    if (body->reserved > 0) {
        quota->count--;
        quota->bytes -= body->reserved;
    }
    if (body->text != NULL)
        explicit_bzero(body->text, body->size); /* a password may be in it */
    free(body->text);
    *body = (struct request_body){.max = 0};
}
