/* courier - see courier.h */
#include "stages/courier/courier.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/exits.h"
#include "proto/panic.h"
#include "proto/timer.h"
#include "stages/courier/transfer.h"
#include "stages/courier/local_store.h"
#include "stages/courier/callback.h"
#include "stages/courier/s3.h"
#include "stages/courier/s3_request.h"

static char lacks[128]; /* HELLO borrows it for the life of the process */

static void find_lacks(const struct conf *conf)
{
    size_t size;

    if (*conf->s3_bucket != '\0')
        s3_lacks(conf, lacks, sizeof lacks);
    size = strlen(lacks);
    if (*conf->callback_url != '\0' && *conf->callback_secret == '\0')
        snprintf(lacks + size, sizeof lacks - size, "%sWORKER_CALLBACK_SECRET", size > 0 ? ", " : "");
}

/* The local store's folder is the only one it has to do with. */
static void courier_confine(const struct conf *conf, struct stage_sandbox *confine)
{
    confine->kind = STAGE_SANDBOX_CLIENT;
    if (*conf->s3_bucket == '\0' && local_store_make(conf->store_dir))
        confine->paths[confine->count++] = (struct sandbox_path){conf->store_dir, SANDBOX_WRITE};
}

static int courier_open(const struct conf *conf, void **state, struct stage_hello *hello)
{
    struct courier *courier = need_zero(1, sizeof *courier);

    *state = courier;
    courier->conf = conf;
    courier->store = -1;
    courier->net = http_client_new((unsigned)conf->courier_in_flight);
    if (*conf->s3_bucket != '\0') {
        courier->s3 = s3_open(conf);
        if (courier->s3 == NULL)
            return EXIT_CONFIG;
    } else {
        courier->store = local_store_open(conf->store_dir);
        if (courier->store == -1)
            return EXIT_SYSTEM;
    }
    find_lacks(conf);
    hello->credit = (unsigned)conf->courier_in_flight;
    hello->lacks = lacks;
    return 0;
}

static void courier_close(void *state)
{
    struct courier *courier = state;

    must(courier->first == NULL); /* the skeleton leaves only with empty hands */
    http_client_free(&courier->net);
    s3_close(&courier->s3);
    if (courier->store != -1)
        close(courier->store);
    free(courier);
}

static void courier_on_lease(struct stage *stage, void *state, struct wire *lease)
{
    struct courier *courier = state;
    bool s3 = courier->s3 != NULL;
    struct transfer *transfer = need_zero(1, sizeof *transfer);

    transfer->courier = courier;
    transfer->stage = stage;
    transfer->born_ms = stage_now_ms();
    transfer->next = courier->first;
    courier->first = transfer;
    wire_move(&transfer->lease, lease);
    switch (transfer->lease.type) {
    case WIRE_FETCH:
    case WIRE_REVISIT:
        transfer->start = s3 ? s3_fetch : local_store_fetch;
        break;
    case WIRE_STORE:
        transfer->start = s3 ? s3_store : local_store_put;
        break;
    case WIRE_LINK:
        transfer->start = s3 ? s3_link : local_store_link;
        break;
    case WIRE_NOTIFY:
        transfer->start = callback_start;
        break;
    default:
        panic("a lease that is no courier's");
    }
    transfer->start(transfer); /* may end and free it */
}

static void courier_cancel(struct stage *stage, void *state, uint64_t lease)
{
    struct courier *courier = state;

    (void)stage;
    for (struct transfer *transfer = courier->first; transfer != NULL; transfer = transfer->next) {
        if (transfer_lease(transfer) == lease) {
            s3_cancel(transfer);
            return;
        }
    }
}

/* A transfer that starts may end at once and take itself out of the list. */
static void start_due(struct courier *courier, int64_t now_ms)
{
    struct transfer *next;

    for (struct transfer *transfer = courier->first; transfer != NULL; transfer = next) {
        next = transfer->next;
        if (transfer->http == NULL && transfer->start_at_ms <= now_ms)
            transfer->start(transfer);
    }
}

/* Milliseconds until the next transfer has waited long enough; TIMER_NONE: none waits. */
static int64_t next_due(const struct courier *courier, int64_t now_ms)
{
    int64_t next = TIMER_NONE;

    for (const struct transfer *transfer = courier->first; transfer != NULL; transfer = transfer->next)
        if (transfer->http == NULL)
            next = timer_sooner(next, transfer->start_at_ms);
    return timer_left(next, now_ms);
}

static int courier_turn(struct stage *stage, void *state, int64_t now_ms)
{
    struct courier *courier = state;
    int net_wait;

    (void)stage;
    start_due(courier, now_ms);
    net_wait = http_client_turn(courier->net);
    return (int)timer_sooner(net_wait, next_due(courier, stage_now_ms()));
}

static int courier_fd(void *state)
{
    return http_client_fd(((struct courier *)state)->net);
}

const struct stage_ops courier_ops = {.kind = STAGE_COURIER,
                                      .program = "courier",
                                      .confine = courier_confine,
                                      .open = courier_open,
                                      .on_lease = courier_on_lease,
                                      .on_cancel = courier_cancel,
                                      .on_turn = courier_turn,
                                      .fd = courier_fd,
                                      .close = courier_close};
