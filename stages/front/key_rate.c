/* key_rate - see key_rate.h */
#include "stages/front/key_rate.h"

#include <stdlib.h>

#include "proto/panic.h"

enum { MINUTE_US = 60000000 };

struct key_rate {
    int64_t step_us; /* of one request; 0: no limit */
    size_t clients;
    int64_t paid_us[]; /* up to when each client's requests have used up the time */
};

struct key_rate *key_rate_new(size_t clients, int64_t a_minute)
{
    struct key_rate *rate = need_zero(1, sizeof *rate + clients * sizeof rate->paid_us[0]);

    rate->step_us = a_minute == 0 ? 0 : MINUTE_US / a_minute;
    rate->clients = clients;
    return rate;
}

void key_rate_free(struct key_rate **rate)
{
    free(*rate);
    *rate = NULL;
}

int64_t key_rate_take(struct key_rate *rate, size_t client, int64_t now_ms)
{
    int64_t now_us = now_ms * 1000, paid_us, ahead_us;

    must(client < rate->clients);
    paid_us = rate->paid_us[client] > now_us ? rate->paid_us[client] : now_us;
    ahead_us = paid_us + rate->step_us - now_us - MINUTE_US;
    if (ahead_us > 0)
        return (ahead_us + 999) / 1000;
    rate->paid_us[client] = paid_us + rate->step_us;
    return 0;
}
