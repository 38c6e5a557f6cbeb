/* ask_end - see ask_inside.h */
#include "stages/vision/model/ask_inside.h"

#include <stdio.h>
#include <stdlib.h>

#include "proto/log.h"
#include "proto/panic.h"
#include "stages/vision/text/ocr_process.h"
#include "stages/vision/text/page.h"

/* ---- reading the picture ---- */

static void on_read(void *arg, struct page *page)
{
    struct ask *ask = arg;
    void (*then)(struct ask *) = ask->after_ocr;

    ask->after_ocr = NULL;
    if (page != NULL && page_has_text(page)) {
        size_t size;
        char *json = page_write(page, &size);

        wire_set_owned(&ask->lease, 0, json, size);
        ask->read = true;
    }
    page_free(&page);
    then(ask);
}

bool ask_read_first(struct ask *ask, void (*then)(struct ask *))
{
    struct page *page;
    bool text;

    if (ask->looked || ask->slide == 0 || ask->all->ocr == NULL || ask->lease.frames < 2)
        return false;
    page = page_parse(wire_data(&ask->lease, 0), wire_size(&ask->lease, 0));
    text = page_has_text(page);
    page_free(&page);
    ask->looked = true;
    ask->after_ocr = then;
    if (!text &&
        ocr_process_ask(ask->all->ocr, wire_data(&ask->lease, 1), wire_size(&ask->lease, 1), on_read, ask))
        return true;
    ask->after_ocr = NULL;
    return false;
}

/* ---- ends ---- */

void ask_leave_flights(struct ask *ask, uint64_t input_tokens, uint64_t output_tokens)
{
    for (int i = 0; i < FLIGHTS; i++) {
        if (ask->flights[i].transfer == NULL)
            continue;
        call_in_flight_drop(&ask->flights[i]);
        endpoints_dropped(ask->all->endpoints, ask->flights[i].endpoint, ask->flights[i].turn);
        call_made(&ask->call, input_tokens, output_tokens);
        call_in_flight_report(&ask->flights[i], VERDICT_LEFT, 0, NULL, "", input_tokens, output_tokens);
    }
}

void ask_settle(struct ask *ask)
{
    log_event(ask->subject->done, log_job(ask->job), log_int("slide", ask->slide),
              log_int("lease", ask->number), log_int("calls", ask->call.calls),
              log_int("input_tokens", ask->call.input_tokens),
              log_int("output_tokens", ask->call.output_tokens), log_int("unsupported", ask->doubts),
              log_int("took_ms", stage_now_ms() - ask->call.born_ms));
    ask->subject->settle(ask->stage, &ask->lease, ask->all->conf, ask->model, &ask->call, ask->answer);
    ask->over = true;
}

/* Nothing better came: what was kept of an answer is the answer. */
static void take_spare(struct ask *ask)
{
    if (ask->answer != NULL || ask->spare == NULL)
        return;
    ask->answer = ask->spare;
    ask->spare = NULL;
    if (ask->subject->check != NULL)
        ask->doubts = ask->subject->check(&ask->lease, ask->all->conf, ask->answer);
}

/* What OCR read goes along: the documents show a page's own text where it has no explanation. */
static void fail(struct ask *ask, enum code code, bool retryable, int64_t told_ms, const char *fact,
                 const char *detail)
{
    struct wire failed;

    log_event(ask->subject->failed, log_job(ask->job), log_int("slide", ask->slide),
              log_int("lease", ask->number), log_str("code", code_name(code)), log_str("reason", fact),
              log_int("calls", ask->call.calls), log_int("input_tokens", ask->call.input_tokens),
              log_int("output_tokens", ask->call.output_tokens));
    wire_init(&failed, WIRE_FAILED);
    failed.failed = (struct wire_failed){.lease = ask->number,
                                         .code = code_name(code),
                                         .retryable = retryable,
                                         .retry_after_ms = told_ms < 0 ? 0 : (uint64_t)told_ms,
                                         .detail = detail};
    if (ask->read)
        wire_add_copy(&failed, wire_data(&ask->lease, 0), wire_size(&ask->lease, 0));
    stage_settle(ask->stage, &failed);
    ask->over = true;
}

static void fail_after_ocr(struct ask *ask)
{
    fail(ask, ask->ending.code, false, 0, ask->ending.fact, ask->ending.detail);
}

void ask_end_with(struct ask *ask, enum code code, bool retryable, int64_t told_ms, const char *fact,
                  const char *detail)
{
    take_spare(ask);
    if (ask->answer != NULL) {
        ask_settle(ask);
        return;
    }
    if (!retryable && code_scope_of(code) != SCOPE_JOB && ask_read_first(ask, fail_after_ocr)) {
        ask->ending.code = code;
        snprintf(ask->ending.fact, sizeof ask->ending.fact, "%s", fact);
        snprintf(ask->ending.detail, sizeof ask->ending.detail, "%s", detail);
        return;
    }
    fail(ask, code, retryable, told_ms, fact, detail);
}

void ask_end(struct ask *ask, enum code code, bool retryable, int64_t told_ms, const char *fact)
{
    char detail[768];

    snprintf(detail, sizeof detail, *fact == '\0' ? "%s" : "%s (%s)", code_doc(code), fact);
    ask_end_with(ask, code, retryable, told_ms, fact, detail);
}

void ask_cancel(struct ask *ask)
{
    ask_leave_flights(ask, 0, 0);
    stage_fail(ask->stage, ask->number, CODE_INTERNAL, true, 0, "cancelled");
    ask->over = true;
}

void ask_give_up(struct ask *ask, enum code code, const char *fact)
{
    if (!ask->over && ask_flying(ask) == 0 && ask->after_ocr == NULL)
        ask_end(ask, code, false, 0, fact);
}
