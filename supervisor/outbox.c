/* outbox - see outbox.h */
#include "supervisor/outbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "proto/clock.h"
#include "proto/log.h"
#include "proto/panic.h"
#include "supervisor/supervisor.h"

/* OUT: receivers that hang must not take all transfers from the store. */
enum { WAIT_MOST_MS = 6 * 3600 * 1000, OUT_MOST = 8, EVENT_ROOM = 40, ATTEMPTS_SHOWN = 1000 };

struct delivery {
    struct delivery *next;
    int64_t job;
    char *event, *name;
    uint32_t tries;
    int64_t next_ms, created_ms; /* Unix: they outlive the process */
    bool out;                    /* in a lane or a worker's hands */
};

struct outbox {
    struct delivery *first;
};

static void on_row(void *arg, struct delivery_row *row)
{
    struct outbox *outbox = arg;
    struct delivery *delivery = need_zero(1, sizeof *delivery);

    *delivery = (struct delivery){.next = outbox->first,
                                  .job = row->job_id,
                                  .event = need_dup(row->event),
                                  .name = need_dup(row->job),
                                  .tries = row->tries,
                                  .next_ms = row->next_ms,
                                  .created_ms = row->created_ms};
    outbox->first = delivery;
    delivery_row_clear(row);
}

struct outbox *outbox_new(struct supervisor *sup)
{
    struct outbox *outbox = need_zero(1, sizeof *outbox);

    ledger_outbox_open(sup->ledger, on_row, outbox);
    return outbox;
}

static void remove_at(struct delivery **at)
{
    struct delivery *delivery = *at;

    *at = delivery->next;
    free(delivery->event);
    free(delivery->name);
    free(delivery);
}

void outbox_free(struct outbox **outbox)
{
    while ((*outbox)->first != NULL)
        remove_at(&(*outbox)->first);
    free(*outbox);
    *outbox = NULL;
}

static struct delivery **delivery_at(struct outbox *outbox, int64_t job)
{
    struct delivery **at = &outbox->first;

    while (*at != NULL && (*at)->job != job)
        at = &(*at)->next;
    return at;
}

/* No full stop in it: it is part of what receivers verify (Standard Webhooks). */
static void new_event(char event[EVENT_ROOM])
{
    unsigned char bytes[16];
    int used = snprintf(event, EVENT_ROOM, "msg_");

    must(getrandom(bytes, sizeof bytes, 0) == sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        used += snprintf(event + used, EVENT_ROOM - (size_t)used, "%02x", bytes[i]);
}

void outbox_add(struct supervisor *sup, int64_t job, const char *name, const char *body)
{
    struct delivery *delivery;
    char event[EVENT_ROOM];

    if (*sup->conf->callback_url == '\0')
        return;
    new_event(event);
    delivery = need_zero(1, sizeof *delivery);
    *delivery = (struct delivery){.next = sup->outbox->first,
                                  .job = job,
                                  .event = need_dup(event),
                                  .name = need_dup(name),
                                  .next_ms = clock_unix_ms(),
                                  .created_ms = clock_unix_ms()};
    sup->outbox->first = delivery;
    ledger_outbox_add(sup->ledger, event, job, body, delivery->next_ms);
}

int64_t outbox_turn(struct supervisor *sup)
{
    int64_t now = clock_unix_ms(), wait = -1;
    unsigned out = 0;

    if (*sup->conf->callback_url == '\0' || sup->draining)
        return -1;
    for (const struct delivery *d = sup->outbox->first; d != NULL; d = d->next)
        out += d->out;
    for (struct delivery *d = sup->outbox->first; d != NULL && out < OUT_MOST; d = d->next) {
        bool due =
            d->next_ms <= now || d->next_ms > now + 2 * (int64_t)WAIT_MOST_MS; /* the clock was set back */

        if (d->out)
            continue;
        if (due) {
            d->out = true;
            out++;
            lanes_add(sup->lanes, (struct work){.lane = LANE_NOTIFY, .job = d->job}, 0);
        } else if (wait == -1 || d->next_ms - now < wait)
            wait = d->next_ms - now;
    }
    return wait;
}

bool outbox_find(struct supervisor *sup, int64_t job, const char **event, const char **name,
                 uint32_t *attempt)
{
    const struct delivery *delivery = *delivery_at(sup->outbox, job);

    if (delivery == NULL)
        return false;
    *event = delivery->event;
    *name = delivery->name;
    *attempt = delivery->tries < ATTEMPTS_SHOWN ? delivery->tries + 1 : ATTEMPTS_SHOWN;
    return true;
}

void outbox_delivered(struct supervisor *sup, int64_t job, uint32_t status)
{
    struct delivery **at = delivery_at(sup->outbox, job), *delivery = *at;

    if (delivery == NULL)
        return;
    ledger_outbox_end(sup->ledger, delivery->event, true, delivery->tries + 1, status);
    log_info("callback_delivered", log_job(delivery->name), log_str("callback", delivery->event),
             log_int("tries", delivery->tries + 1), log_int("status", status));
    remove_at(at);
}

int64_t outbox_wait_ms(uint32_t tries, int64_t first_ms)
{
    int64_t wait = first_ms;

    while (--tries > 0 && wait < WAIT_MOST_MS)
        wait *= 4;
    return wait < WAIT_MOST_MS ? wait : WAIT_MOST_MS;
}

static void give_up(struct supervisor *sup, struct delivery **at, const char *code, const char *detail)
{
    struct delivery *delivery = *at;

    ledger_outbox_end(sup->ledger, delivery->event, false, delivery->tries, 0);
    log_error("callback_undelivered", log_job(delivery->name), log_str("callback", delivery->event),
              log_int("tries", delivery->tries), log_str("code", code), log_str("reason", detail));
    remove_at(at);
}

void outbox_failed(struct supervisor *sup, int64_t job, const char *code, bool retryable,
                   uint64_t retry_after_ms, const char *detail)
{
    struct delivery **at = delivery_at(sup->outbox, job), *delivery = *at;
    int64_t now = clock_unix_ms(), wait;

    if (delivery == NULL)
        return;
    delivery->tries++;
    if (!retryable || now - delivery->created_ms > sup->conf->callback_give_up_s * 1000) {
        give_up(sup, at, code, detail);
        return;
    }
    wait = outbox_wait_ms(delivery->tries, sup->conf->callback_first_ms);
    wait += wait * (rand() % 1000) / 5000; /* up to a fifth more, so that many do not come together */
    if ((int64_t)retry_after_ms > wait)
        wait = (int64_t)retry_after_ms < WAIT_MOST_MS ? (int64_t)retry_after_ms : WAIT_MOST_MS;
    delivery->out = false;
    delivery->next_ms = now + wait;
    ledger_outbox_retry(sup->ledger, delivery->event, delivery->tries, delivery->next_ms, 0);
    log_warn("callback_deferred", log_job(delivery->name), log_str("callback", delivery->event),
             log_int("tries", delivery->tries), log_str("code", code), log_str("reason", detail),
             log_int("wait_ms", wait));
}

void outbox_again(struct supervisor *sup, int64_t job)
{
    struct delivery *delivery = *delivery_at(sup->outbox, job);

    if (delivery != NULL)
        delivery->out = false;
}
