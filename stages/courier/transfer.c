/* transfer - see transfer.h */
#include "stages/courier/transfer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/log.h"
#include "proto/pdf_sniff.h"
#include "proto/panic.h"

/* REVISIT: some ten times the summary of the largest lecture. */
enum { SPARE_MS = 5000, MAX_REVISIT = 64 << 20 };

uint64_t transfer_lease(const struct transfer *transfer)
{
    return transfer->lease.fetch.lease; /* all begin alike; see the assertion below */
}

_Static_assert(offsetof(struct wire_fetch, lease) == offsetof(struct wire_store, lease) &&
                   offsetof(struct wire_fetch, lease) == offsetof(struct wire_notify, lease) &&
                   offsetof(struct wire_fetch, lease) == offsetof(struct wire_link, lease) &&
                   offsetof(struct wire_fetch, lease) == offsetof(struct wire_revisit, lease) &&
                   offsetof(struct wire_fetch, job) == offsetof(struct wire_store, job) &&
                   offsetof(struct wire_fetch, job) == offsetof(struct wire_notify, job) &&
                   offsetof(struct wire_fetch, job) == offsetof(struct wire_revisit, job) &&
                   offsetof(struct wire_fetch, job) == offsetof(struct wire_link, job),
               "FETCH, STORE, NOTIFY, LINK and REVISIT begin alike");

const char *transfer_job(const struct transfer *transfer)
{
    return transfer->lease.fetch.job;
}

const char *transfer_key(const struct transfer *transfer)
{
    switch (transfer->lease.type) {
    case WIRE_FETCH:
        return transfer->lease.fetch.key;
    case WIRE_REVISIT:
        return transfer->lease.revisit.key;
    case WIRE_STORE:
        return transfer->lease.store.key;
    case WIRE_LINK:
        return transfer->lease.link.key;
    default:
        return "";
    }
}

const char *transfer_filename(const struct transfer *transfer)
{
    return transfer->lease.type == WIRE_LINK ? transfer->lease.link.filename : transfer->lease.store.filename;
}

int64_t transfer_time_ms(const struct transfer *transfer, int64_t max_ms)
{
    int64_t all_ms = transfer->courier->conf->courier_deadline_s * 1000;
    int64_t spare_ms = all_ms / 4 < SPARE_MS ? all_ms / 4 : SPARE_MS;
    int64_t left_ms = transfer->born_ms + all_ms - spare_ms - stage_now_ms();

    return left_ms < 0 ? 0 : left_ms < max_ms ? left_ms : max_ms;
}

static void transfer_free(struct transfer *transfer)
{
    struct transfer **at = &transfer->courier->first;

    while (*at != transfer)
        at = &(*at)->next;
    *at = transfer->next;
    if (transfer->http != NULL)
        http_cancel(transfer->courier->net, transfer->http);
    if (transfer->release != NULL)
        transfer->release(transfer);
    wire_clear(&transfer->lease);
    free(transfer);
}

void transfer_settle(struct transfer *transfer, struct wire *result)
{
    log_debug(transfer_done, log_job(transfer_job(transfer)), log_int("lease", transfer_lease(transfer)),
              log_str("message", wire_name(transfer->lease.type)), log_int("requests", transfer->tries),
              log_int("took_ms", stage_now_ms() - transfer->born_ms));
    stage_settle(transfer->stage, result);
    transfer_free(transfer);
}

void transfer_fail(struct transfer *transfer, enum code code, bool retryable, int64_t told_ms,
                   const char *detail)
{
    log_info(transfer_failed, log_job(transfer_job(transfer)), log_int("lease", transfer_lease(transfer)),
             log_str("message", wire_name(transfer->lease.type)), log_str("code", code_name(code)),
             log_str("reason", detail), log_int("requests", transfer->tries),
             log_int("took_ms", stage_now_ms() - transfer->born_ms));
    stage_fail_status(transfer->stage, transfer_lease(transfer), code, retryable, told_ms, detail,
                      transfer->status);
    transfer_free(transfer);
}

void transfer_linked(struct transfer *transfer, const char *url, int64_t expires_s)
{
    struct wire result;

    if (transfer->lease.type == WIRE_LINK) {
        wire_init(&result, WIRE_LINKED);
        result.linked = (struct wire_linked){
            .lease = transfer_lease(transfer), .url = url, .expires_at = (uint64_t)expires_s};
    } else {
        wire_init(&result, WIRE_STORED);
        result.stored = (struct wire_stored){
            .lease = transfer_lease(transfer), .url = url, .expires_at = (uint64_t)expires_s};
    }
    transfer_settle(transfer, &result);
}

bool transfer_reads(const struct transfer *transfer)
{
    return transfer->lease.type == WIRE_FETCH || transfer->lease.type == WIRE_REVISIT;
}

size_t transfer_max(const struct transfer *transfer)
{
    return transfer->lease.type == WIRE_FETCH ? (size_t)transfer->courier->conf->limit_pdf_bytes
                                              : MAX_REVISIT;
}

enum code transfer_too_large(const struct transfer *transfer)
{
    return transfer->lease.type == WIRE_FETCH ? CODE_PDF_TOO_LARGE : CODE_S3_ERROR;
}

static void answer_revisited(struct transfer *transfer, char *body, size_t size)
{
    struct wire result;

    wire_init(&result, WIRE_REVISITED);
    result.revisited.lease = transfer_lease(transfer);
    wire_add_owned(&result, body, size);
    transfer_settle(transfer, &result);
}

void transfer_fetched(struct transfer *transfer, char *body, size_t size)
{
    char detail[256];
    const char *what;
    enum code code;
    struct wire result;

    if (transfer->lease.type == WIRE_REVISIT) {
        answer_revisited(transfer, body, size);
        return;
    }
    code = pdf_sniff_buffer(body, size, &what);
    if (code != CODES) {
        free(body);
        snprintf(detail, sizeof detail, "the file is %s", what);
        transfer_fail(transfer, code, false, 0, detail);
        return;
    }
    wire_init(&result, WIRE_FETCHED);
    result.fetched.lease = transfer_lease(transfer);
    wire_add_owned(&result, body, size);
    transfer_settle(transfer, &result);
}
