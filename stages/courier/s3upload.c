/* s3upload - see s3upload.h */
#include "stages/courier/s3upload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"

enum { PARTS_MOST = 10000 };

struct upload *upload_new(const void *data, size_t size, size_t part_size)
{
    struct upload *upload = need_zero(1, sizeof *upload);

    if (size / part_size >= PARTS_MOST)
        part_size = size / (PARTS_MOST - 1);
    upload->data = data;
    upload->size = size;
    upload->part_size = part_size;
    upload->parts = (unsigned)((size + part_size - 1) / part_size);
    upload->etags = need_zero(upload->parts, sizeof *upload->etags);
    return upload;
}

static void forget(struct upload *upload)
{
    for (unsigned i = 0; i < upload->parts; i++) {
        free(upload->etags[i]);
        upload->etags[i] = NULL;
    }
    free(upload->id);
    upload->id = NULL;
    upload->part = 0;
}

void upload_free(struct upload **upload)
{
    if (*upload == NULL)
        return;
    forget(*upload);
    free((*upload)->etags);
    free((*upload)->list);
    free((*upload)->detail);
    free(*upload);
    *upload = NULL;
}

/* An ETag is quoted text of the store's; what XML would read otherwise is escaped. */
static void put_escaped(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        default:
            fputc(*text, out);
        }
    }
}

static void make_list(struct upload *upload, struct s3request *request)
{
    FILE *out;

    free(upload->list);
    out = open_memstream(&upload->list, &request->size);
    must(out != NULL);
    fputs("<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">", out);
    for (unsigned i = 0; i < upload->parts; i++) {
        fprintf(out, "<Part><PartNumber>%u</PartNumber><ETag>", i + 1);
        put_escaped(out, upload->etags[i]);
        fputs("</ETag></Part>", out);
    }
    fputs("</CompleteMultipartUpload>", out);
    must(fclose(out) == 0);
    request->body = upload->list;
}

static void make_part(struct upload *upload, struct s3request *request)
{
    size_t from = upload->part * upload->part_size, left = upload->size - from;

    snprintf(upload->number, sizeof upload->number, "%u", upload->part + 1);
    request->query[request->query_count++] = (struct sigv4_pair){"partNumber", upload->number};
    request->body = upload->data + from;
    request->size = left < upload->part_size ? left : upload->part_size;
}

void upload_request(struct upload *upload, struct s3request *request)
{
    request->body = NULL;
    request->size = 0;
    if (upload->step == UPLOAD_CREATE) {
        request->method = "POST";
        request->query[request->query_count++] = (struct sigv4_pair){"uploads", ""};
        return;
    }
    request->content_type = NULL; /* belongs to the object: said once, at its creation */
    request->query[request->query_count++] = (struct sigv4_pair){"uploadId", upload->id};
    if (upload->step == UPLOAD_PART) {
        make_part(upload, request);
    } else if (upload->step == UPLOAD_COMPLETE) {
        request->method = "POST";
        request->content_type = "application/xml";
        make_list(upload, request);
    } else {
        request->method = "DELETE";
    }
}

static enum upload_step part_heard(struct upload *upload, CURL *easy)
{
    struct curl_header *etag;

    if (curl_easy_header(easy, "ETag", 0, CURLH_HEADER, -1, &etag) != CURLHE_OK)
        return UPLOAD_NONSENSE;
    upload->etags[upload->part++] = need_dup(etag->value);
    return upload->part < upload->parts ? UPLOAD_PART : UPLOAD_COMPLETE;
}

enum upload_step upload_heard(struct upload *upload, CURL *easy, const struct s3xml *xml)
{
    enum upload_step next = UPLOAD_DONE;

    if (upload->step == UPLOAD_CREATE) {
        next = *xml->upload == '\0' ? UPLOAD_NONSENSE : UPLOAD_PART;
        upload->id = need_dup(xml->upload);
    } else if (upload->step == UPLOAD_PART) {
        next = part_heard(upload, easy);
    }
    if (next != UPLOAD_NONSENSE)
        upload->step = next;
    return next;
}

bool upload_restarts(struct upload *upload)
{
    if (upload->restarted || upload->step == UPLOAD_ABORT)
        return false;
    upload->restarted = true;
    forget(upload);
    upload->step = UPLOAD_CREATE;
    return true;
}

bool upload_aborts(struct upload *upload, enum code code, bool retryable, int64_t told_ms, const char *detail)
{
    if (upload->id == NULL || *upload->id == '\0')
        return false;
    upload->step = UPLOAD_ABORT;
    upload->code = code;
    upload->retryable = retryable;
    upload->told_ms = told_ms;
    free(upload->detail);
    upload->detail = need_dup(detail);
    return true;
}
