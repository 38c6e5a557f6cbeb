/* timer - see timer.h */
#include "proto/timer.h"

int64_t timer_sooner(int64_t a, int64_t b)
{
    return a == TIMER_NONE || (b != TIMER_NONE && b < a) ? b : a;
}

int64_t timer_left(int64_t at_ms, int64_t now_ms)
{
    if (at_ms == TIMER_NONE)
        return TIMER_NONE;
    return at_ms > now_ms ? at_ms - now_ms : 0;
}

int timer_poll_ms(int64_t wait_ms, int max_ms)
{
    return wait_ms == TIMER_NONE || wait_ms > max_ms ? max_ms : (int)wait_ms;
}
