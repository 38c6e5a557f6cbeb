/* fake_stage - the skeleton's side of a lease, which keeps what the courier answers instead of sending it
 *
 * For the tests of one file of the courier each; it takes the place of stages/lib/stage.c.
 */
#ifndef TESTS_UNIT_STAGES_COURIER_FAKE_STAGE_H
#define TESTS_UNIT_STAGES_COURIER_FAKE_STAGE_H

#include "proto/clock.h"
#include "proto/panic.h"
#include "stages/courier/transfer.h"

/* The last answer; of a failure: its code. */
static struct wire settled;
static enum code failed_code;

int64_t stage_now_ms(void)
{
    return clock_monotonic_ms();
}

void stage_settle(struct stage *stage, struct wire *result)
{
    (void)stage;
    wire_own(result);
    wire_clear(&settled);
    wire_move(&settled, result);
    if (settled.type == WIRE_FAILED)
        failed_code = code_of(settled.failed.code);
}

void stage_fail_status(struct stage *stage, uint64_t lease, enum code code, bool retryable,
                       int64_t retry_after_ms, const char *detail, unsigned status)
{
    struct wire failed;

    wire_init(&failed, WIRE_FAILED);
    failed.failed = (struct wire_failed){.lease = lease,
                                         .code = code_name(code),
                                         .retryable = retryable,
                                         .retry_after_ms = (uint64_t)retry_after_ms,
                                         .detail = detail == NULL ? code_doc(code) : detail,
                                         .status = status};
    stage_settle(stage, &failed);
}

/* A transfer of the courier for a lease of that type; the caller fills in the lease's fields. */
static inline struct transfer *new_transfer(struct courier *courier, enum wire_type type)
{
    struct transfer *transfer = need_zero(1, sizeof *transfer);

    wire_clear(&settled);
    transfer->courier = courier;
    transfer->born_ms = stage_now_ms();
    transfer->next = courier->first;
    courier->first = transfer;
    wire_init(&transfer->lease, type);
    return transfer;
}

static inline struct transfer *new_fetch(struct courier *courier, const char *key)
{
    struct transfer *transfer = new_transfer(courier, WIRE_FETCH);

    transfer->lease.fetch = (struct wire_fetch){.lease = 7, .job = "j", .key = key};
    return transfer;
}

static inline struct transfer *new_store(struct courier *courier, const char *key, const void *data,
                                         size_t size)
{
    struct transfer *transfer = new_transfer(courier, WIRE_STORE);

    transfer->lease.store = (struct wire_store){
        .lease = 8, .job = "j", .key = key, .content_type = "application/json", .filename = ""};
    wire_add_copy(&transfer->lease, data, size);
    return transfer;
}

static inline struct transfer *new_link(struct courier *courier, const char *key)
{
    struct transfer *transfer = new_transfer(courier, WIRE_LINK);

    transfer->lease.link = (struct wire_link){.lease = 9, .job = "j", .key = key, .filename = "a.docx"};
    return transfer;
}

#endif
