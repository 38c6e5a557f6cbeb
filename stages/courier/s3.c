/* s3 - see s3.h */
#include "stages/courier/s3.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "proto/log.h"
#include "proto/panic.h"
#include "stages/courier/object_key.h"
#include "stages/courier/s3_error.h"
#include "stages/courier/s3_request.h"
#include "stages/courier/s3_upload.h"
#include "stages/lib/http_retry.h"

enum { BACKOFF_MS = 500, BACKOFF_MAX_MS = 20000, MAX_ANSWER = 65536, MAX_URL = 8192 };

static void send_request(struct transfer *transfer);

/* ---- ends ---- */

static void give_up(struct transfer *transfer, enum code code, bool retryable, int64_t told_ms,
                    const char *detail)
{
    struct s3_upload *upload = transfer->upload;

    if (upload != NULL && upload->step == S3_UPLOAD_ABORT) {
        log_warn(upload_not_aborted, log_job(transfer_job(transfer)), log_str("key", transfer_key(transfer)),
                 log_str("reason", detail));
        transfer_fail(transfer, upload->code, upload->retryable, upload->told_ms, upload->detail);
    } else if (upload != NULL && s3_upload_aborts(upload, code, retryable, told_ms, detail)) {
        transfer->tries = 0;
        send_request(transfer);
    } else {
        transfer_fail(transfer, code, retryable, told_ms, detail);
    }
}

/* Answers the lease with a link that fetches the object. */
static void answer_with_link(struct transfer *transfer)
{
    const struct conf *conf = transfer->courier->conf;
    time_t now = s3_now(transfer->courier->s3);
    char *url = s3_presign(transfer->courier->s3, transfer_key(transfer), transfer_filename(transfer), now,
                           (unsigned)conf->link_ttl_s);

    if (strlen(url) > MAX_URL)
        transfer_fail(transfer, CODE_S3_ERROR, false, 0,
                      "stored, but its link would exceed 8192 bytes: AWS_SESSION_TOKEN "
                      "is too long for links");
    else
        transfer_linked(transfer, url, now + conf->link_ttl_s);
    free(url);
}

/* ---- answers ---- */

static void retry_after(struct transfer *transfer, int64_t wait_ms, const char *why)
{
    log_info(s3_retry, log_job(transfer_job(transfer)), log_int("lease", transfer_lease(transfer)),
             log_str("reason", why), log_int("requests", transfer->tries), log_int("wait_ms", wait_ms));
    transfer->start_at_ms = stage_now_ms() + wait_ms;
}

/* The store has judged a signature made with our region and clock: links may be signed with them. */
static void on_proof(struct transfer *transfer)
{
    s3_prove(transfer->courier->s3);
    answer_with_link(transfer);
}

/* Worth another try at once with what the answer taught us? */
static bool learns_from(struct transfer *transfer, enum s3_deed deed, const struct http_answer *answer,
                        const struct s3_xml *xml)
{
    struct s3 *s3 = transfer->courier->s3;

    if (deed == S3_MOVE && !transfer->moved)
        return transfer->moved = s3_learn_region(s3, transfer->asked_region, answer->easy, xml->region);
    if (deed == S3_RESET && !transfer->reset)
        return transfer->reset = s3_learn_clock(s3, answer->easy);
    return deed == S3_RESTART && transfer->upload != NULL && s3_upload_restarts(transfer->upload);
}

static const char *location_of(CURL *easy)
{
    struct curl_header *header;

    return curl_easy_header(easy, "Location", 0, CURLH_HEADER, -1, &header) == CURLHE_OK ? header->value : "";
}

/* The caller frees it. */
static char *sentence_about(const struct transfer *transfer, const struct http_answer *answer,
                            const struct s3_xml *xml)
{
    const struct conf *conf = transfer->courier->conf;
    const struct s3_refusal refusal = {.key = transfer_key(transfer),
                                       .bucket = conf->s3_bucket,
                                       .endpoint = conf->s3_endpoint,
                                       .status = answer->status,
                                       .xml = xml,
                                       .location = location_of(answer->easy)};

    return answer->curl == CURLE_OK ? s3_error_refusal(&refusal)
                                    : s3_error_silence(transfer_key(transfer), answer->error);
}

static void on_error(struct transfer *transfer, const struct http_answer *answer, long status,
                     const struct s3_xml *xml)
{
    const struct conf *conf = transfer->courier->conf;
    int64_t told_ms = http_retry_after_ms(answer->easy), wait_ms;
    enum code code;
    enum s3_deed deed = s3_error_judge(status, xml->code, &code);
    char *detail = sentence_about(transfer, answer, xml);

    if (*xml->to_sign != '\0')
        log_warn(s3_signature_refused, log_job(transfer_job(transfer)),
                 log_str("string_to_sign", xml->to_sign));
    wait_ms = http_backoff_ms(transfer->tries, BACKOFF_MS, BACKOFF_MAX_MS, told_ms);
    if (learns_from(transfer, deed, answer, xml))
        retry_after(transfer, 0, detail);
    else if (deed != S3_AGAIN && transfer->lease.type == WIRE_LINK)
        on_proof(transfer);
    else if (deed != S3_AGAIN)
        give_up(transfer, code, false, 0, detail);
    else if (transfer->tries >= conf->store_tries || transfer_time_ms(transfer, wait_ms + 1) <= wait_ms)
        give_up(transfer, CODE_S3_UNAVAILABLE, true, told_ms, detail);
    else
        retry_after(transfer, wait_ms, detail);
    free(detail);
}

static void answer_fetched(struct transfer *transfer, const struct http_answer *answer)
{
    size_t size = answer->size;

    transfer_fetched(transfer, http_take_body(answer), size);
}

static void on_stored(struct transfer *transfer, const struct http_answer *answer, const struct s3_xml *xml)
{
    struct s3_upload *upload = transfer->upload;

    if (upload != NULL && upload->step == S3_UPLOAD_ABORT) {
        transfer_fail(transfer, upload->code, upload->retryable, upload->told_ms, upload->detail);
        return;
    }
    switch (upload == NULL ? S3_UPLOAD_DONE : s3_upload_heard(upload, answer->easy, xml)) {
    case S3_UPLOAD_DONE:
        answer_with_link(transfer);
        break;
    case S3_UPLOAD_NONSENSE:
        give_up(transfer, CODE_S3_ERROR, false, 0,
                "the store's answer to an upload in parts names no UploadId or ETag");
        break;
    default:
        transfer->tries = 0; /* each part has tries of its own */
        send_request(transfer);
    }
}

static bool is_too_large(const struct transfer *transfer, const struct http_answer *answer)
{
    return transfer_reads(transfer) && answer->status == 200 && answer->curl == CURLE_FILESIZE_EXCEEDED;
}

/* A LINK asks for one byte; a store that sends all of the object has granted the request as well. */
static bool is_link_granted(const struct transfer *transfer, const struct http_answer *answer)
{
    return transfer->lease.type == WIRE_LINK && answer->status / 100 == 2 &&
           (answer->curl == CURLE_OK || answer->curl == CURLE_FILESIZE_EXCEEDED);
}

/* Some stores, and what stands before them, report an error under the status 200. An object may be XML, too,
 * but no PDF and no summary is. */
static bool is_error(const struct transfer *transfer, const struct http_answer *answer,
                     const struct s3_xml *xml)
{
    return answer->status / 100 != 2 ||
           (strcmp(xml->root, "Error") == 0 && transfer->lease.type != WIRE_LINK);
}

static void on_answer(void *arg, const struct http_answer *answer)
{
    struct transfer *transfer = arg;
    struct s3_xml xml;

    transfer->http = NULL;
    s3_xml_parse(answer->body, answer->size, &xml);
    if (is_too_large(transfer, answer)) {
        transfer_fail(transfer, transfer_too_large(transfer), false, 0, NULL);
    } else if (is_link_granted(transfer, answer)) {
        on_proof(transfer);
    } else if (answer->curl != CURLE_OK) {
        on_error(transfer, answer, 0, &xml);
    } else if (is_error(transfer, answer, &xml)) {
        on_error(transfer, answer, answer->status, &xml);
    } else {
        s3_prove(transfer->courier->s3);
        if (transfer_reads(transfer))
            answer_fetched(transfer, answer);
        else
            on_stored(transfer, answer, &xml);
    }
}

/* ---- requests ---- */

static void release(struct transfer *transfer)
{
    s3_upload_free(&transfer->upload);
    free(transfer->asked_region);
    transfer->asked_region = NULL;
}

static void send_request(struct transfer *transfer)
{
    const struct conf *conf = transfer->courier->conf;
    struct s3 *s3 = transfer->courier->s3;
    bool stores = transfer->lease.type == WIRE_STORE, links = transfer->lease.type == WIRE_LINK;
    struct s3_request request = {
        .method = stores ? "PUT" : "GET", .key = transfer_key(transfer), .range = links ? "bytes=0-0" : NULL};
    struct http_request net = {.max_answer = transfer_reads(transfer) ? transfer_max(transfer) : MAX_ANSWER,
                               .timeout_ms = transfer_time_ms(transfer, conf->courier_timeout_s * 1000)};
    char *url;

    if (net.timeout_ms <= 0) {
        transfer_fail(transfer, CODE_S3_UNAVAILABLE, true, 0,
                      "no time was left for another request to the store");
        return;
    }
    if (stores) {
        request.content_type = transfer->lease.store.content_type;
        request.body = wire_data(&transfer->lease, 0);
        request.size = wire_size(&transfer->lease, 0);
        if (transfer->upload != NULL)
            s3_upload_request(transfer->upload, &request);
    }
    transfer->tries++;
    transfer->release = release;
    free(transfer->asked_region);
    transfer->asked_region = need_dup(s3_region(s3));
    url = s3_sign(s3, &request, &net.headers);
    net.method = request.method;
    net.url = url;
    net.body = request.body;
    net.body_size = request.size;
    transfer->http = http_start(transfer->courier->net, &net, on_answer, transfer);
    free(url); /* curl keeps a copy */
}

static bool fails_at_once(struct transfer *transfer)
{
    const struct conf *conf = transfer->courier->conf;
    char lacks[64], detail[128];

    if (object_key_climbs(transfer_key(transfer))) { /* a server could leave the bucket by it */
        transfer_fail(transfer, CODE_S3_NOT_FOUND, false, 0, "s3Key is not asked for: it has a '..' part");
        return true;
    }
    s3_lacks(conf, lacks, sizeof lacks);
    if (*lacks == '\0')
        return false;
    snprintf(detail, sizeof detail, "S3_BUCKET is set, but not %s", lacks);
    transfer_fail(transfer, CODE_S3_DENIED, false, 0, detail);
    return true;
}

void s3_fetch(struct transfer *transfer)
{
    if (!fails_at_once(transfer))
        send_request(transfer);
}

void s3_store(struct transfer *transfer)
{
    size_t part = (size_t)transfer->courier->conf->s3_multipart_bytes;
    struct wire *lease = &transfer->lease;

    if (fails_at_once(transfer))
        return;
    transfer->release = release;
    if (transfer->upload == NULL && wire_size(lease, 0) > part)
        transfer->upload = s3_upload_new(wire_data(lease, 0), wire_size(lease, 0), part);
    send_request(transfer);
}

void s3_link(struct transfer *transfer)
{
    if (fails_at_once(transfer))
        return;
    if (s3_proven(transfer->courier->s3))
        answer_with_link(transfer);
    else
        send_request(transfer); /* a link signed for another region, or with a wrong clock, would not open */
}

void s3_cancel(struct transfer *transfer)
{
    if (transfer->http != NULL)
        http_cancel(transfer->courier->net, transfer->http);
    transfer->http = NULL;
    give_up(transfer, CODE_INTERNAL, true, 0, "cancelled");
}
