/* pace - see pace.h */
#include "stages/front/pace.h"

#include <stdlib.h>

#include "proto/panic.h"

enum { MINUTE_US = 60000000 };

struct pace {
    int64_t step_us; /* of one request; 0: no limit */
    size_t clients;
    int64_t paid_us[]; /* up to when each client's requests have used up the time */
};

struct pace *pace_new(size_t clients, int64_t a_minute)
{
    struct pace *pace = need_zero(1, sizeof *pace + clients * sizeof pace->paid_us[0]);

    pace->step_us = a_minute == 0 ? 0 : MINUTE_US / a_minute;
    pace->clients = clients;
    return pace;
}

void pace_free(struct pace **pace)
{
    free(*pace);
    *pace = NULL;
}

int64_t pace_take(struct pace *pace, size_t client, int64_t now_ms)
{
    int64_t now_us = now_ms * 1000, paid_us, ahead_us;

    must(client < pace->clients);
    paid_us = pace->paid_us[client] > now_us ? pace->paid_us[client] : now_us;
    ahead_us = paid_us + pace->step_us - now_us - MINUTE_US;
    if (ahead_us > 0)
        return (ahead_us + 999) / 1000;
    pace->paid_us[client] = paid_us + pace->step_us;
    return 0;
}
