/* s3 - see s3.h */
#include "stages/courier/s3.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "proto/log.h"
#include "proto/panic.h"
#include "stages/courier/key.h"
#include "stages/courier/s3detail.h"
#include "stages/courier/s3error.h"
#include "stages/courier/s3link.h"
#include "stages/courier/s3request.h"
#include "stages/courier/s3upload.h"

enum { BACKOFF_MS = 500, BACKOFF_MOST_MS = 20000, ANSWER_MOST = 65536, URL_MOST = 8192 };

static void ask(struct errand *errand);

void s3_lacks(const struct conf *conf, char *out, size_t room)
{
    const char *access = *conf->s3_access_key == '\0' ? "AWS_ACCESS_KEY_ID" : "";
    const char *secret = *conf->s3_secret_key == '\0' ? "AWS_SECRET_ACCESS_KEY" : "";

    snprintf(out, room, "%s%s%s", access, *access != '\0' && *secret != '\0' ? ", " : "", secret);
}

/* ---- ends ---- */

static void give_up(struct errand *errand, enum code code, bool retryable, int64_t told_ms,
                    const char *detail)
{
    struct upload *upload = errand->upload;

    if (upload != NULL && upload->step == UPLOAD_ABORT) {
        log_warn(upload_not_aborted, log_job(errand_job(errand)), log_str("key", errand_key(errand)),
                 log_str("reason", detail));
        errand_fail(errand, upload->code, upload->retryable, upload->told_ms, upload->detail);
    } else if (upload != NULL && upload_aborts(upload, code, retryable, told_ms, detail)) {
        errand->tries = 0;
        ask(errand);
    } else {
        errand_fail(errand, code, retryable, told_ms, detail);
    }
}

/* It is stored: tells the link that fetches it. */
static void tell_link(struct errand *errand)
{
    const struct conf *conf = errand->courier->conf;
    time_t now = s3_now(errand->courier->s3);
    char *url = s3link(errand->courier->s3, errand_key(errand), errand_filename(errand), now,
                       (unsigned)conf->link_ttl_s);

    if (strlen(url) > URL_MOST)
        errand_fail(errand, CODE_S3_ERROR, false, 0,
                    "stored, but its link would exceed 8192 bytes: AWS_SESSION_TOKEN "
                    "is too long for links");
    else
        errand_linked(errand, url, now + conf->link_ttl_s);
    free(url);
}

/* ---- hearing ---- */

static void again(struct errand *errand, int64_t wait_ms, const char *why)
{
    log_info(s3_retry, log_job(errand_job(errand)), log_int("lease", errand_lease(errand)),
             log_str("reason", why), log_int("requests", errand->tries), log_int("wait_ms", wait_ms));
    errand->start_at_ms = stage_now_ms() + wait_ms;
}

/* The store has judged a signature made with our region and clock: links may be signed with them. */
static void on_proof(struct errand *errand)
{
    s3_prove(errand->courier->s3);
    tell_link(errand);
}

/* Worth another try at once with what the answer taught us? */
static bool corrected(struct errand *errand, enum s3deed deed, const struct net_answer *answer,
                      const struct s3xml *xml)
{
    struct s3 *s3 = errand->courier->s3;

    if (deed == S3_MOVE && !errand->moved)
        return errand->moved = s3_learn_region(s3, errand->asked_region, answer->easy, xml->region);
    if (deed == S3_RESET && !errand->reset)
        return errand->reset = s3_learn_clock(s3, answer->easy);
    return deed == S3_RESTART && errand->upload != NULL && upload_restarts(errand->upload);
}

static const char *location_of(CURL *easy)
{
    struct curl_header *header;

    return curl_easy_header(easy, "Location", 0, CURLH_HEADER, -1, &header) == CURLHE_OK ? header->value : "";
}

/* The caller frees it. */
static char *detail_of(const struct errand *errand, const struct net_answer *answer, const struct s3xml *xml)
{
    const struct conf *conf = errand->courier->conf;
    const struct s3refusal refusal = {.key = errand_key(errand),
                                      .bucket = conf->s3_bucket,
                                      .endpoint = conf->s3_endpoint,
                                      .status = answer->status,
                                      .xml = xml,
                                      .location = location_of(answer->easy)};

    return answer->curl == CURLE_OK ? s3detail_refusal(&refusal)
                                    : s3detail_silence(errand_key(errand), answer->error);
}

static void on_error(struct errand *errand, const struct net_answer *answer, long status,
                     const struct s3xml *xml)
{
    const struct conf *conf = errand->courier->conf;
    int64_t told_ms = net_retry_after_ms(answer->easy), wait_ms;
    enum code code;
    enum s3deed deed = s3error_judge(status, xml->code, &code);
    char *detail = detail_of(errand, answer, xml);

    if (*xml->to_sign != '\0')
        log_warn(s3_signature_refused, log_job(errand_job(errand)), log_str("string_to_sign", xml->to_sign));
    wait_ms = net_backoff_ms(errand->tries, BACKOFF_MS, BACKOFF_MOST_MS, told_ms);
    if (corrected(errand, deed, answer, xml))
        again(errand, 0, detail);
    else if (deed != S3_AGAIN && errand->lease.type == WIRE_LINK)
        on_proof(errand);
    else if (deed != S3_AGAIN)
        give_up(errand, code, false, 0, detail);
    else if (errand->tries >= conf->store_tries || errand_time_ms(errand, wait_ms + 1) <= wait_ms)
        give_up(errand, CODE_S3_UNAVAILABLE, true, told_ms, detail);
    else
        again(errand, wait_ms, detail);
    free(detail);
}

static void on_got(struct errand *errand, const struct net_answer *answer)
{
    size_t size = answer->size;

    errand_fetched(errand, net_take_body(answer), size);
}

static void on_put(struct errand *errand, const struct net_answer *answer, const struct s3xml *xml)
{
    struct upload *upload = errand->upload;

    if (upload != NULL && upload->step == UPLOAD_ABORT) {
        errand_fail(errand, upload->code, upload->retryable, upload->told_ms, upload->detail);
        return;
    }
    switch (upload == NULL ? UPLOAD_DONE : upload_heard(upload, answer->easy, xml)) {
    case UPLOAD_DONE:
        tell_link(errand);
        break;
    case UPLOAD_NONSENSE:
        give_up(errand, CODE_S3_ERROR, false, 0,
                "the store's answer to an upload in parts names no UploadId or ETag");
        break;
    default:
        errand->tries = 0; /* each part has tries of its own */
        ask(errand);
    }
}

static bool too_large(const struct errand *errand, const struct net_answer *answer)
{
    return errand_reads(errand) && answer->status == 200 && answer->curl == CURLE_FILESIZE_EXCEEDED;
}

/* A LINK asks for one byte; a store that sends all of the object has granted the request as well. */
static bool link_granted(const struct errand *errand, const struct net_answer *answer)
{
    return errand->lease.type == WIRE_LINK && answer->status / 100 == 2 &&
           (answer->curl == CURLE_OK || answer->curl == CURLE_FILESIZE_EXCEEDED);
}

/* Some stores, and what stands before them, report an error under the status 200. An object may be XML, too,
 * but no PDF and no summary is. */
static bool is_error(const struct errand *errand, const struct net_answer *answer, const struct s3xml *xml)
{
    return answer->status / 100 != 2 || (strcmp(xml->root, "Error") == 0 && errand->lease.type != WIRE_LINK);
}

static void on_answer(void *arg, const struct net_answer *answer)
{
    struct errand *errand = arg;
    struct s3xml xml;

    errand->transfer = NULL;
    s3xml_parse(answer->body, answer->size, &xml);
    if (too_large(errand, answer)) {
        errand_fail(errand, errand_too_large(errand), false, 0, NULL);
    } else if (link_granted(errand, answer)) {
        on_proof(errand);
    } else if (answer->curl != CURLE_OK) {
        on_error(errand, answer, 0, &xml);
    } else if (is_error(errand, answer, &xml)) {
        on_error(errand, answer, answer->status, &xml);
    } else {
        s3_prove(errand->courier->s3);
        if (errand_reads(errand))
            on_got(errand, answer);
        else
            on_put(errand, answer, &xml);
    }
}

/* ---- asking ---- */

static void ask(struct errand *errand)
{
    const struct conf *conf = errand->courier->conf;
    struct s3 *s3 = errand->courier->s3;
    bool stores = errand->lease.type == WIRE_STORE, links = errand->lease.type == WIRE_LINK;
    struct s3request request = {
        .method = stores ? "PUT" : "GET", .key = errand_key(errand), .range = links ? "bytes=0-0" : NULL};
    struct net_request net = {.answer_most = errand_reads(errand) ? errand_most(errand) : ANSWER_MOST,
                              .timeout_ms = errand_time_ms(errand, conf->courier_timeout_s * 1000)};
    char *url;

    if (net.timeout_ms <= 0) {
        errand_fail(errand, CODE_S3_UNAVAILABLE, true, 0,
                    "no time was left for another request to the store");
        return;
    }
    if (stores) {
        request.content_type = errand->lease.store.content_type;
        request.body = wire_data(&errand->lease, 0);
        request.size = wire_size(&errand->lease, 0);
        if (errand->upload != NULL)
            upload_request(errand->upload, &request);
    }
    errand->tries++;
    free(errand->asked_region);
    errand->asked_region = need_dup(s3_region(s3));
    url = s3_sign(s3, &request, &net.headers);
    net.method = request.method;
    net.url = url;
    net.body = request.body;
    net.body_size = request.size;
    errand->transfer = net_start(errand->courier->net, &net, on_answer, errand);
    free(url); /* curl keeps a copy */
}

static bool refused(struct errand *errand)
{
    const struct conf *conf = errand->courier->conf;
    char lacks[64], detail[128];

    if (key_climbs(errand_key(errand))) { /* a server could leave the bucket by it */
        errand_fail(errand, CODE_S3_NOT_FOUND, false, 0, "s3Key is not asked for: it has a '..' part");
        return true;
    }
    s3_lacks(conf, lacks, sizeof lacks);
    if (*lacks == '\0')
        return false;
    snprintf(detail, sizeof detail, "S3_BUCKET is set, but not %s", lacks);
    errand_fail(errand, CODE_S3_DENIED, false, 0, detail);
    return true;
}

void s3_fetch(struct errand *errand)
{
    if (!refused(errand))
        ask(errand);
}

void s3_store(struct errand *errand)
{
    size_t part = (size_t)errand->courier->conf->s3_multipart_bytes;
    struct wire *lease = &errand->lease;

    if (refused(errand))
        return;
    if (errand->upload == NULL && wire_size(lease, 0) > part)
        errand->upload = upload_new(wire_data(lease, 0), wire_size(lease, 0), part);
    ask(errand);
}

void s3_link(struct errand *errand)
{
    if (refused(errand))
        return;
    if (s3_proven(errand->courier->s3))
        tell_link(errand);
    else
        ask(errand); /* a link signed for another region, or with a wrong clock, would not open */
}

void s3_cancel(struct errand *errand)
{
    if (errand->transfer != NULL)
        net_cancel(errand->courier->net, errand->transfer);
    errand->transfer = NULL;
    give_up(errand, CODE_INTERNAL, true, 0, "cancelled");
}

void s3_forget(struct errand *errand)
{
    upload_free(&errand->upload);
    free(errand->asked_region);
    errand->asked_region = NULL;
}
