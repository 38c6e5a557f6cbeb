/* model_lease_result - how a lease is answered: see model_lease_state.h */
#include "stages/vision/model/model_lease.h"

#include <stdio.h>
#include <stdlib.h>

#include "proto/log.h"
#include "proto/panic.h"
#include "stages/vision/model/model_lease_state.h"
#include "stages/vision/text/ocr_process.h"
#include "stages/lib/text/page.h"

/* ---- reading the picture ---- */

static void on_ocr(void *arg, struct page *page)
{
    struct model_lease *lease = arg;
    void (*then)(struct model_lease *) = lease->after_ocr;

    lease->after_ocr = NULL;
    if (page != NULL && page_has_text(page)) {
        size_t size;
        char *json = page_write(page, &size);

        wire_set_owned(&lease->wire, 0, json, size);
        lease->ocr_read = true;
    }
    page_free(&page);
    then(lease);
}

bool model_lease_ocr_first(struct model_lease *lease, void (*then)(struct model_lease *))
{
    struct page *page;
    bool text;

    if (lease->ocr_asked || lease->slide == 0 || lease->client->ocr == NULL || lease->wire.frames < 2)
        return false;
    page = page_parse(wire_data(&lease->wire, 0), wire_size(&lease->wire, 0));
    text = page_has_text(page);
    page_free(&page);
    lease->ocr_asked = true;
    lease->after_ocr = then;
    if (!text && ocr_process_ask(lease->client->ocr, wire_data(&lease->wire, 1), wire_size(&lease->wire, 1),
                                 on_ocr, lease))
        return true;
    lease->after_ocr = NULL;
    return false;
}

/* ---- ends ---- */

void model_lease_drop_calls(struct model_lease *lease, uint64_t input_tokens, uint64_t output_tokens)
{
    for (int i = 0; i < MAX_CALLS; i++) {
        if (lease->calls[i].transfer == NULL)
            continue;
        model_call_drop(&lease->calls[i]);
        endpoints_dropped(lease->client->endpoints, lease->calls[i].endpoint, lease->calls[i].turn);
        retry_count_call(&lease->retry, input_tokens, output_tokens);
        model_call_report(&lease->calls[i], VERDICT_LEFT, 0, NULL, "", input_tokens, output_tokens);
    }
}

void model_lease_settle(struct model_lease *lease)
{
    log_event(lease->subject->done, log_job(lease->job), log_int("slide", lease->slide),
              log_int("lease", lease->number), log_int("calls", lease->retry.calls),
              log_int("input_tokens", lease->retry.input_tokens),
              log_int("output_tokens", lease->retry.output_tokens),
              log_int("unsupported", lease->unsupported),
              log_int("took_ms", stage_now_ms() - lease->retry.born_ms));
    lease->subject->settle(lease->stage, &lease->wire, lease->client->conf, lease->model, &lease->retry,
                           lease->answer);
    lease->over = true;
}

/* Nothing better came: what was kept of an answer is the answer. */
static void use_spare(struct model_lease *lease)
{
    if (lease->answer != NULL || lease->spare == NULL)
        return;
    lease->answer = lease->spare;
    lease->spare = NULL;
    if (lease->subject->check != NULL)
        lease->unsupported = lease->subject->check(&lease->wire, lease->client->conf, lease->answer);
}

/* What OCR read goes along: the documents show a page's own text where it has no explanation. */
static void send_failed(struct model_lease *lease, enum code code, bool retryable, int64_t told_ms,
                        const char *fact, const char *detail)
{
    struct wire failed;

    log_event(lease->subject->failed, log_job(lease->job), log_int("slide", lease->slide),
              log_int("lease", lease->number), log_str("code", code_name(code)), log_str("reason", fact),
              log_int("calls", lease->retry.calls), log_int("input_tokens", lease->retry.input_tokens),
              log_int("output_tokens", lease->retry.output_tokens));
    wire_init(&failed, WIRE_FAILED);
    failed.failed = (struct wire_failed){.lease = lease->number,
                                         .code = code_name(code),
                                         .retryable = retryable,
                                         .retry_after_ms = told_ms < 0 ? 0 : (uint64_t)told_ms,
                                         .detail = detail};
    if (lease->ocr_read)
        wire_add_copy(&failed, wire_data(&lease->wire, 0), wire_size(&lease->wire, 0));
    stage_settle(lease->stage, &failed);
    lease->over = true;
}

static void fail_after_ocr(struct model_lease *lease)
{
    send_failed(lease, lease->ending.code, false, 0, lease->ending.fact, lease->ending.detail);
}

void model_lease_fail_with(struct model_lease *lease, enum code code, bool retryable, int64_t told_ms,
                           const char *fact, const char *detail)
{
    use_spare(lease);
    if (lease->answer != NULL) {
        model_lease_settle(lease);
        return;
    }
    if (!retryable && code_scope_of(code) != SCOPE_JOB && model_lease_ocr_first(lease, fail_after_ocr)) {
        lease->ending.code = code;
        snprintf(lease->ending.fact, sizeof lease->ending.fact, "%s", fact);
        snprintf(lease->ending.detail, sizeof lease->ending.detail, "%s", detail);
        return;
    }
    send_failed(lease, code, retryable, told_ms, fact, detail);
}

void model_lease_fail(struct model_lease *lease, enum code code, bool retryable, int64_t told_ms,
                      const char *fact)
{
    char detail[768];

    snprintf(detail, sizeof detail, *fact == '\0' ? "%s" : "%s (%s)", code_doc(code), fact);
    model_lease_fail_with(lease, code, retryable, told_ms, fact, detail);
}

void model_lease_cancel(struct model_lease *lease)
{
    model_lease_wake(lease);
    model_lease_drop_calls(lease, 0, 0);
    stage_fail(lease->stage, lease->number, CODE_INTERNAL, true, 0, "cancelled");
    lease->over = true;
}

void model_lease_give_up(struct model_lease *lease, enum code code, const char *fact)
{
    if (!lease->over && model_lease_calls_under_way(lease) == 0 && lease->after_ocr == NULL)
        model_lease_fail(lease, code, false, 0, fact);
}
