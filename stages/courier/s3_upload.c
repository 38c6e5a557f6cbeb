/* s3_upload - see s3_upload.h */
#include "stages/courier/s3_upload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/xmlwriter.h>

#include "proto/panic.h"

enum { MAX_PARTS = 10000 };

struct s3_upload *s3_upload_new(const void *data, size_t size, size_t part_size)
{
    struct s3_upload *upload = need_zero(1, sizeof *upload);

    if (size / part_size >= MAX_PARTS)
        part_size = (size + MAX_PARTS - 1) / MAX_PARTS;
    upload->data = data;
    upload->size = size;
    upload->part_size = part_size;
    upload->parts = (unsigned)((size + part_size - 1) / part_size);
    upload->etags = need_zero(upload->parts, sizeof *upload->etags);
    return upload;
}

static void drop_parts(struct s3_upload *upload)
{
    for (unsigned i = 0; i < upload->parts; i++) {
        free(upload->etags[i]);
        upload->etags[i] = NULL;
    }
    free(upload->id);
    upload->id = NULL;
    upload->part = 0;
}

void s3_upload_free(struct s3_upload **upload)
{
    if (*upload == NULL)
        return;
    drop_parts(*upload);
    free((*upload)->etags);
    free((*upload)->list);
    free((*upload)->detail);
    free(*upload);
    *upload = NULL;
}

static void write_part(xmlTextWriter *writer, unsigned number, const char *etag)
{
    must(xmlTextWriterStartElement(writer, BAD_CAST "Part") >= 0);
    must(xmlTextWriterWriteFormatElement(writer, BAD_CAST "PartNumber", "%u", number) >= 0);
    must(xmlTextWriterWriteElement(writer, BAD_CAST "ETag", BAD_CAST etag) >= 0); /* the store's own text */
    must(xmlTextWriterEndElement(writer) >= 0);
}

/* https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html */
static void complete_request(struct s3_upload *upload, struct s3_request *request)
{
    xmlBuffer *buffer = xmlBufferCreate();
    xmlTextWriter *writer = buffer == NULL ? NULL : xmlNewTextWriterMemory(buffer, 0);

    must(writer != NULL);
    must(xmlTextWriterStartElementNS(writer, NULL, BAD_CAST "CompleteMultipartUpload",
                                     BAD_CAST "http://s3.amazonaws.com/doc/2006-03-01/") >= 0);
    for (unsigned i = 0; i < upload->parts; i++)
        write_part(writer, i + 1, upload->etags[i]);
    must(xmlTextWriterEndElement(writer) >= 0);
    xmlFreeTextWriter(writer); /* flushes */
    free(upload->list);
    upload->list = need_dup((const char *)xmlBufferContent(buffer));
    xmlBufferFree(buffer);
    request->body = upload->list;
    request->size = strlen(upload->list);
}

static void part_request(struct s3_upload *upload, struct s3_request *request)
{
    size_t from = upload->part * upload->part_size, left = upload->size - from;

    snprintf(upload->number, sizeof upload->number, "%u", upload->part + 1);
    request->query[request->query_count++] = (struct sigv4_pair){"partNumber", upload->number};
    request->body = upload->data + from;
    request->size = left < upload->part_size ? left : upload->part_size;
}

void s3_upload_request(struct s3_upload *upload, struct s3_request *request)
{
    request->body = NULL;
    request->size = 0;
    if (upload->step == S3_UPLOAD_CREATE) {
        request->method = "POST";
        request->query[request->query_count++] = (struct sigv4_pair){"uploads", ""};
        return;
    }
    request->content_type = NULL; /* belongs to the object: said once, at its creation */
    request->query[request->query_count++] = (struct sigv4_pair){"uploadId", upload->id};
    if (upload->step == S3_UPLOAD_PART) {
        part_request(upload, request);
    } else if (upload->step == S3_UPLOAD_COMPLETE) {
        request->method = "POST";
        request->content_type = "application/xml";
        complete_request(upload, request);
    } else {
        request->method = "DELETE";
    }
}

static enum s3_upload_step on_part_stored(struct s3_upload *upload, CURL *easy)
{
    struct curl_header *etag;

    if (curl_easy_header(easy, "ETag", 0, CURLH_HEADER, -1, &etag) != CURLHE_OK)
        return S3_UPLOAD_NONSENSE;
    upload->etags[upload->part++] = need_dup(etag->value);
    return upload->part < upload->parts ? S3_UPLOAD_PART : S3_UPLOAD_COMPLETE;
}

enum s3_upload_step s3_upload_heard(struct s3_upload *upload, CURL *easy, const struct s3_xml *xml)
{
    enum s3_upload_step next = S3_UPLOAD_DONE;

    if (upload->step == S3_UPLOAD_CREATE) {
        next = *xml->upload == '\0' ? S3_UPLOAD_NONSENSE : S3_UPLOAD_PART;
        upload->id = need_dup(xml->upload);
    } else if (upload->step == S3_UPLOAD_PART) {
        next = on_part_stored(upload, easy);
    }
    if (next != S3_UPLOAD_NONSENSE)
        upload->step = next;
    return next;
}

bool s3_upload_restarts(struct s3_upload *upload)
{
    if (upload->restarted || upload->step == S3_UPLOAD_ABORT)
        return false;
    upload->restarted = true;
    drop_parts(upload);
    upload->step = S3_UPLOAD_CREATE;
    return true;
}

bool s3_upload_aborts(struct s3_upload *upload, enum code code, bool retryable, int64_t told_ms,
                      const char *detail)
{
    if (upload->id == NULL || *upload->id == '\0')
        return false;
    upload->step = S3_UPLOAD_ABORT;
    upload->code = code;
    upload->retryable = retryable;
    upload->told_ms = told_ms;
    free(upload->detail);
    upload->detail = need_dup(detail);
    return true;
}
