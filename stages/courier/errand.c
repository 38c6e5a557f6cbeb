/* errand - see errand.h */
#include "stages/courier/errand.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/log.h"
#include "proto/mark.h"
#include "proto/panic.h"
#include "stages/courier/s3.h"

/* REVISIT: some ten times the summary of the largest lecture. */
enum { SPARE_MS = 5000, REVISIT_MOST = 64 << 20 };

uint64_t errand_lease(const struct errand *errand)
{
    return errand->lease.fetch.lease; /* all begin alike; see the assertion below */
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

const char *errand_job(const struct errand *errand)
{
    return errand->lease.fetch.job;
}

const char *errand_key(const struct errand *errand)
{
    switch (errand->lease.type) {
    case WIRE_FETCH:
        return errand->lease.fetch.key;
    case WIRE_REVISIT:
        return errand->lease.revisit.key;
    case WIRE_STORE:
        return errand->lease.store.key;
    case WIRE_LINK:
        return errand->lease.link.key;
    default:
        return "";
    }
}

const char *errand_filename(const struct errand *errand)
{
    return errand->lease.type == WIRE_LINK ? errand->lease.link.filename : errand->lease.store.filename;
}

int64_t errand_time_ms(const struct errand *errand, int64_t most_ms)
{
    int64_t all_ms = errand->courier->conf->courier_deadline_s * 1000;
    int64_t spare_ms = all_ms / 4 < SPARE_MS ? all_ms / 4 : SPARE_MS;
    int64_t left_ms = errand->born_ms + all_ms - spare_ms - stage_now_ms();

    return left_ms < 0 ? 0 : left_ms < most_ms ? left_ms : most_ms;
}

static void errand_free(struct errand *errand)
{
    struct errand **at = &errand->courier->first;

    while (*at != errand)
        at = &(*at)->next;
    *at = errand->next;
    if (errand->transfer != NULL)
        net_cancel(errand->courier->net, errand->transfer);
    s3_forget(errand);
    wire_clear(&errand->lease);
    free(errand);
}

void errand_settle(struct errand *errand, struct wire *result)
{
    log_debug(transfer_done, log_job(errand_job(errand)), log_int("lease", errand_lease(errand)),
              log_str("message", wire_name(errand->lease.type)), log_int("requests", errand->tries),
              log_int("took_ms", stage_now_ms() - errand->born_ms));
    stage_settle(errand->stage, result);
    errand_free(errand);
}

void errand_fail(struct errand *errand, enum code code, bool retryable, int64_t told_ms, const char *detail)
{
    log_info(transfer_failed, log_job(errand_job(errand)), log_int("lease", errand_lease(errand)),
             log_str("message", wire_name(errand->lease.type)), log_str("code", code_name(code)),
             log_str("reason", detail), log_int("requests", errand->tries),
             log_int("took_ms", stage_now_ms() - errand->born_ms));
    stage_fail_status(errand->stage, errand_lease(errand), code, retryable, told_ms, detail, errand->status);
    errand_free(errand);
}

void errand_linked(struct errand *errand, const char *url, int64_t expires_s)
{
    struct wire result;

    if (errand->lease.type == WIRE_LINK) {
        wire_init(&result, WIRE_LINKED);
        result.linked = (struct wire_linked){
            .lease = errand_lease(errand), .url = url, .expires_at = (uint64_t)expires_s};
    } else {
        wire_init(&result, WIRE_STORED);
        result.stored = (struct wire_stored){
            .lease = errand_lease(errand), .url = url, .expires_at = (uint64_t)expires_s};
    }
    errand_settle(errand, &result);
}

bool errand_reads(const struct errand *errand)
{
    return errand->lease.type == WIRE_FETCH || errand->lease.type == WIRE_REVISIT;
}

size_t errand_most(const struct errand *errand)
{
    return errand->lease.type == WIRE_FETCH ? (size_t)errand->courier->conf->limit_pdf_bytes : REVISIT_MOST;
}

enum code errand_too_large(const struct errand *errand)
{
    return errand->lease.type == WIRE_FETCH ? CODE_PDF_TOO_LARGE : CODE_S3_ERROR;
}

static void revisited(struct errand *errand, char *body, size_t size)
{
    struct wire result;

    wire_init(&result, WIRE_REVISITED);
    result.revisited.lease = errand_lease(errand);
    wire_add_owned(&result, body, size);
    errand_settle(errand, &result);
}

void errand_fetched(struct errand *errand, char *body, size_t size)
{
    char detail[256];
    const char *what;
    enum code code;
    struct wire result;

    if (errand->lease.type == WIRE_REVISIT) {
        revisited(errand, body, size);
        return;
    }
    code = mark_look(body, size, &what);
    if (code != CODES) {
        free(body);
        snprintf(detail, sizeof detail, "the file is %s", what);
        errand_fail(errand, code, false, 0, detail);
        return;
    }
    wire_init(&result, WIRE_FETCHED);
    result.fetched.lease = errand_lease(errand);
    wire_add_owned(&result, body, size);
    errand_settle(errand, &result);
}
