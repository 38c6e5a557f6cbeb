/* endpoint_rates - the rate control of each configured endpoint, what is remembered of it, and which of them
 * counts a call
 *
 * Which endpoint a call goes to, the vision worker finds out: a call is counted where the last one went until
 * its end tells (CALLED).
 */
#ifndef SUPERVISOR_ENDPOINT_RATES_H
#define SUPERVISOR_ENDPOINT_RATES_H

#include "conf/setting.h"
#include "proto/wire.h"
#include "supervisor/base/service.h"
#include "supervisor/ledger/ledger.h"
#include "supervisor/money/rate_control.h"
#include "supervisor/money/rate_memory.h"

struct endpoint_rates {
    struct rate_control controls[MAX_SETTINGS];
    unsigned current;                        /* where the last call was made */
    bool other_told[MAX_SETTINGS];           /* that another model answers there than is asked */
    uint64_t prints[MAX_SETTINGS];           /* which endpoint it is (rate_memory.h), */
    unsigned reloads, changed[MAX_SETTINGS]; /* and with which reload it became that */
    unsigned strays;                         /* calls under way that began before that */
    struct rate_memories memories;
    int64_t kept_ms;
};

/* A call under way; the caller keeps it until heard or lost. */
struct endpoint_call {
    struct flight flight;
    unsigned endpoint; /* whose rate control counts it, unless that endpoint has changed meanwhile */
    unsigned reloads;  /* before it began */
};

/* Each begins with what the ledger knows of it. The ledger must outlive the rates. */
void endpoint_rates_open(struct endpoint_rates *rates, const struct conf *conf, struct ledger *ledger);

/* The configuration is another one now: endpoints that are new begin with what is known of them. Calls to the
 * old ones that are still under way say nothing of the new ones. */
void endpoint_rates_reloaded(struct endpoint_rates *rates, const struct conf *conf);

/* Has the ledger keep what is known, when no call is under way and else once a second. */
void endpoint_rates_keep(struct endpoint_rates *rates, struct ledger *ledger, int64_t now_ms);

/* The rate control of the endpoint that the next call will probably go to. */
struct rate_control *endpoint_rates_current(struct endpoint_rates *rates);

/* A call starts, and ends: its worker told how (and if another model answered than was asked, that is logged,
 * once for each endpoint), or nobody did. */
void endpoint_rates_started(struct endpoint_rates *rates, struct endpoint_call *call, int64_t now_ms);
void endpoint_rates_heard(struct endpoint_rates *rates, struct endpoint_call *call,
                          const struct wire_called *called, const struct service *service);
void endpoint_rates_lost(struct endpoint_rates *rates, struct endpoint_call *call);

/* Calls under way at all endpoints. */
unsigned endpoint_rates_flying(const struct endpoint_rates *rates);

#endif
