/* outbox - see outbox.h */
#include "supervisor/outbox/outbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "proto/clock.h"
#include "proto/codes.h"
#include "proto/hex.h"
#include "proto/log.h"
#include "proto/panic.h"
#include "proto/timer.h"
#include "supervisor/base/production.h"
#include "supervisor/outbox/delivery.h"

/* OUT: receivers that hang must not take all transfers from the store. */
enum {
    MAX_OUT = 8,
    EVENT_ROOM = 40,
    ATTEMPTS_SHOWN = 1000,
    FRESH_MAX_S = 3600 /* a link that lives on for so long need not be renewed */
};

struct outbox {
    const struct service *service;
    struct ledger *ledger;
    struct lanes *lanes;
    struct tenants *tenants;
    callback_body *body;
    void *arg;
    struct delivery_list list;
};

static void on_row(void *arg, struct delivery_row *row)
{
    struct outbox *outbox = arg;

    delivery_add(&outbox->list, row);
    delivery_row_clear(row);
}

struct outbox *outbox_new(const struct service *service, struct ledger *ledger, struct lanes *lanes,
                          struct tenants *tenants, callback_body *body, void *arg)
{
    struct outbox *outbox = need_zero(1, sizeof *outbox);

    *outbox = (struct outbox){
        .service = service, .ledger = ledger, .lanes = lanes, .tenants = tenants, .body = body, .arg = arg};
    ledger_outbox_open(ledger, on_row, outbox);
    return outbox;
}

void outbox_free(struct outbox **outbox)
{
    while (!LIST_EMPTY(&(*outbox)->list))
        delivery_remove(LIST_FIRST(&(*outbox)->list));
    free(*outbox);
    *outbox = NULL;
}

/* No full stop in it: it is part of what receivers verify (Standard Webhooks). */
static void new_event(char event[EVENT_ROOM])
{
    unsigned char bytes[16];
    char text[HEX_ROOM(sizeof bytes)];

    must(getrandom(bytes, sizeof bytes, 0) == sizeof bytes);
    hex_encode(text, bytes, sizeof bytes);
    snprintf(event, EVENT_ROOM, "msg_%s", text);
}

/* Owed from now on, and due at once. */
static void add_due_now(struct outbox *outbox, const struct job_row *row, const char *event)
{
    int64_t now = clock_unix_ms();

    delivery_add(&outbox->list, &(struct delivery_row){.job_id = row->id,
                                                       .event = (char *)event,
                                                       .job = row->job,
                                                       .tenant = row->tenant,
                                                       .next_ms = now,
                                                       .created_ms = now});
}

void outbox_add(struct outbox *outbox, const struct job_row *row)
{
    char event[EVENT_ROOM], *body;

    if (*outbox->service->conf->callback_url == '\0' && (outbox->service->lacks & 1u << LACK_CALLBACK) == 0)
        return;
    new_event(event);
    body = outbox->body(outbox->arg, row);
    ledger_outbox_add(outbox->ledger, event, row->id, body, clock_unix_ms());
    free(body);
    add_due_now(outbox, row, event);
}

/* It is in memory, or it has ended: then it comes back under its old event. */
static void make_due(struct outbox *outbox, const struct job_row *row)
{
    struct delivery *delivery = delivery_find(&outbox->list, row->id);
    char *event;

    if (delivery != NULL) {
        delivery->tries = 0;
        delivery->next_ms = delivery->created_ms = clock_unix_ms();
        return;
    }
    event = ledger_outbox_event(outbox->ledger, row->id);
    add_due_now(outbox, row, event);
    free(event);
}

void outbox_resend(struct outbox *outbox, const struct job_row *row)
{
    if (ledger_outbox_reopen(outbox->ledger, row->id, clock_unix_ms()))
        make_due(outbox, row);
    else
        outbox_add(outbox, row);
    log_info(callback_requeued, log_job(row->job));
}

bool outbox_empty(const struct outbox *outbox)
{
    return *outbox->service->conf->callback_url == '\0' || LIST_EMPTY(&outbox->list);
}

/* ---- giving up ---- */

static void give_up(struct outbox *outbox, struct delivery *delivery, const char *code, uint32_t status,
                    const char *detail)
{
    ledger_outbox_end(outbox->ledger, delivery->event, false, delivery->tries, status);
    log_error(callback_undelivered, log_job(delivery->name), log_str("callback", delivery->event),
              log_int("tries", delivery->tries), log_int("status", status), log_str("code", code),
              log_str("reason", detail));
    delivery_remove(delivery);
}

static int64_t dies_ms(const struct outbox *outbox, const struct delivery *delivery)
{
    return delivery->created_ms + outbox->service->conf->callback_give_up_s * 1000;
}

/* There is no URL any more: what is owed is not tried, but it ends in its time. Returns when the next does
 * (monotonic). */
static int64_t expire_all(struct outbox *outbox, int64_t now)
{
    struct delivery *delivery, *after;
    int64_t next = TIMER_NONE;

    for (delivery = LIST_FIRST(&outbox->list); delivery != NULL; delivery = after) {
        int64_t left = dies_ms(outbox, delivery) - now;

        after = LIST_NEXT(delivery, link);
        if (delivery->out)
            continue;
        if (left < 0)
            give_up(outbox, delivery, code_name(CODE_NO_CALLBACK), 0, code_doc(CODE_NO_CALLBACK));
        else
            next = timer_sooner(next, outbox->service->now_ms + left + 1);
    }
    return next;
}

/* ---- sending ---- */

int64_t outbox_fresh_s(int64_t link_ttl_s)
{
    return link_ttl_s / 4 < FRESH_MAX_S ? link_ttl_s / 4 : FRESH_MAX_S;
}

static bool is_stale(const struct outbox *outbox, int64_t job, int64_t now_ms)
{
    int64_t expires_at = ledger_links_expire_at(outbox->ledger, job);

    return expires_at != 0 && expires_at < now_ms / 1000 + outbox_fresh_s(outbox->service->conf->link_ttl_s);
}

static struct work work_of(struct outbox *outbox, const struct delivery *delivery, enum lane_id lane,
                           uint32_t item)
{
    return (struct work){.lane = lane,
                         .job = delivery->job,
                         .item = item,
                         .tenant = tenants_at(outbox->tenants, delivery->tenant)->number};
}

/* Into the lane; if its links are (nearly) stale, they are made anew first. */
static void put_into_lane(struct outbox *outbox, struct delivery *delivery, int64_t now)
{
    struct artifact_row row;

    delivery->out = true;
    if (!is_stale(outbox, delivery->job, now)) {
        lanes_add(outbox->lanes, work_of(outbox, delivery, LANE_NOTIFY, 0), 0);
        return;
    }
    for (uint32_t n = 0; n < ARTIFACTS; n++)
        if (ledger_artifact_find(outbox->ledger, delivery->job, n, &row)) {
            free(row.url);
            delivery->links |= 1u << n;
            lanes_add(outbox->lanes, work_of(outbox, delivery, LANE_LINK, n), 0);
        }
}

size_t outbox_count(const struct outbox *outbox)
{
    size_t out;

    return delivery_count(&outbox->list, &out);
}

int64_t outbox_turn(struct outbox *outbox)
{
    int64_t now = clock_unix_ms();
    struct delivery *delivery;
    size_t out;

    if (*outbox->service->conf->callback_url == '\0')
        return expire_all(outbox, now);
    if (outbox->service->draining &&
        outbox->service->conf->ledger_durable) /* they go out at the next start */
        return TIMER_NONE;
    delivery_count(&outbox->list, &out);
    while (out < MAX_OUT && (delivery = delivery_first_due(&outbox->list)) != NULL) {
        if (delivery_due_in(delivery, now) > 0)
            return outbox->service->now_ms + delivery_due_in(delivery, now);
        put_into_lane(outbox, delivery, now);
        out++;
    }
    return TIMER_NONE; /* none waits, or one that is out comes back first */
}

bool outbox_find(struct outbox *outbox, int64_t job, struct owed *owed)
{
    const struct delivery *delivery = delivery_find(&outbox->list, job);

    if (delivery == NULL)
        return false;
    *owed = (struct owed){.event = delivery->event,
                          .name = delivery->name,
                          .tenant = delivery->tenant,
                          .attempt = delivery->tries < ATTEMPTS_SHOWN ? delivery->tries + 1 : ATTEMPTS_SHOWN};
    return true;
}

void outbox_delivered(struct outbox *outbox, int64_t job, uint32_t status)
{
    struct delivery *delivery = delivery_find(&outbox->list, job);

    if (delivery == NULL)
        return;
    ledger_outbox_end(outbox->ledger, delivery->event, true, delivery->tries + 1, status);
    log_info(callback_delivered, log_job(delivery->name), log_str("callback", delivery->event),
             log_int("tries", delivery->tries + 1), log_int("status", status));
    delivery_remove(delivery);
}

static void try_later(struct outbox *outbox, struct delivery *delivery, const struct wire_failed *failed)
{
    int64_t wait = delivery_wait_ms(delivery->tries, outbox->service->conf->callback_first_ms);

    wait += wait * (rand() % 1000) / 5000; /* up to a fifth more, so that many do not come together */
    if (failed->retry_after_ms > (uint64_t)wait)
        wait = failed->retry_after_ms < DELIVERY_WAIT_MAX_MS ? (int64_t)failed->retry_after_ms
                                                             : DELIVERY_WAIT_MAX_MS;
    delivery->out = false;
    delivery->links = 0;
    delivery->next_ms = clock_unix_ms() + wait;
    ledger_outbox_retry(outbox->ledger, delivery->event, delivery->tries, delivery->next_ms, failed->status);
    log_warn(callback_deferred, log_job(delivery->name), log_str("callback", delivery->event),
             log_int("tries", delivery->tries), log_int("status", failed->status),
             log_str("code", failed->code), log_str("reason", failed->detail), log_int("wait_ms", wait));
}

void outbox_failed(struct outbox *outbox, int64_t job, const struct wire_failed *failed)
{
    struct delivery *delivery = delivery_find(&outbox->list, job);

    if (delivery == NULL)
        return;
    delivery->tries++;
    if (!failed->retryable || clock_unix_ms() > dies_ms(outbox, delivery))
        give_up(outbox, delivery, failed->code, failed->status, failed->detail);
    else
        try_later(outbox, delivery, failed);
}

/* ---- links ---- */

/* The same body, with the links as they are now. */
static void rewrite_body(struct outbox *outbox, const struct delivery *delivery)
{
    struct job_row row;
    char *body;

    must(ledger_job_read(outbox->ledger, delivery->job, &row));
    body = outbox->body(outbox->arg, &row);
    ledger_outbox_say(outbox->ledger, row.id, body);
    free(body);
    job_row_clear(&row);
}

void outbox_linked(struct outbox *outbox, int64_t job, uint32_t n, const struct wire_linked *linked)
{
    struct delivery *delivery = delivery_find(&outbox->list, job);

    ledger_link_set(outbox->ledger, job, n, linked->url, (int64_t)linked->expires_at);
    if (delivery == NULL || delivery->links == 0)
        return;
    delivery->links &= ~(1u << n);
    if (delivery->links > 0)
        return;
    rewrite_body(outbox, delivery);
    lanes_add(outbox->lanes, work_of(outbox, delivery, LANE_NOTIFY, 0), 0);
}

void outbox_link_failed(struct outbox *outbox, int64_t job, const struct wire_failed *failed)
{
    struct delivery *delivery = delivery_find(&outbox->list, job);
    struct wire_failed for_now = *failed;

    if (delivery == NULL || delivery->links == 0) /* another of its links has failed before */
        return;
    for_now.retryable = true; /* what stops links can be put right while the callback is owed */
    for_now.status = 0;       /* the receiver's, and it was not asked */
    outbox_failed(outbox, job, &for_now);
}

void outbox_died(struct outbox *outbox, int64_t job)
{
    static const struct wire_failed died = {.code = "CALLBACK_UNREACHABLE",
                                            .retryable = true,
                                            .detail =
                                                "the worker that delivered it ended before it could tell"};
    const struct delivery *delivery = delivery_find(&outbox->list, job);

    if (delivery != NULL && delivery->out) /* else another of its leases has failed before */
        outbox_failed(outbox, job, &died);
}
