/* upload - see upload.h */
#include "stages/front/upload.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#include "proto/digest.h"
#include "proto/fd_io.h"
#include "proto/pdf_sniff.h"
#include "proto/panic.h"
#include "stages/front/multipart.h"

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

static int check_mark(const struct upload *upload, bool ended, struct request_error *error)
{
    const char *what;
    enum code code = pdf_sniff_verdict(&upload->sniff, ended, &what);

    return code == CODES ? 0 : request_error_set(error, code, "the file is %s", what);
}

static int add_bytes(struct upload *upload, const char *data, size_t size, struct request_error *error)
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
    return before < FILETYPE_WITHIN && upload->size >= FILETYPE_WITHIN ? check_mark(upload, false, error) : 0;
}

static int on_data(void *arg, const char *data, size_t size, struct request_error *error)
{
    struct upload *upload = arg;

    if (upload->kind == PART_FILE)
        return add_bytes(upload, data, size, error);
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
        return check_mark(upload, true, error);
    if (upload->kind != PART_FIELD)
        return 0;
    return job_request_field(&upload->job_request, upload->names[upload->parts - 1], upload->value,
                             upload->value_size, error);
}

static const struct multipart_sink sink = {on_part, on_data, on_end};

struct upload *upload_new(const char *boundary, uint64_t max)
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

void upload_free(struct upload **upload)
{
    if (*upload == NULL)
        return;
    close((*upload)->fd);
    digest_drop(&(*upload)->digest);
    explicit_bzero(*upload, sizeof **upload); /* a password may be in it */
    free(*upload);
    *upload = NULL;
}

int upload_feed(struct upload *upload, const char *data, size_t size, struct request_error *error)
{
    return multipart_feed(&upload->reader, data, size, error);
}

int upload_finish(struct upload *upload, struct job_request *job_request, char digest[DIGEST_HEX + 1],
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
