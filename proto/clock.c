/* clock - see clock.h */
#include "proto/clock.h"

#include <stdio.h>
#include <time.h>

static int64_t read_ms(clockid_t id)
{
    struct timespec now;

    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_monotonic_ms(void)
{
    return read_ms(CLOCK_MONOTONIC);
}

int64_t clock_unix_ms(void)
{
    return read_ms(CLOCK_REALTIME);
}

void clock_text(int64_t unix_ms, char text[CLOCK_TEXT])
{
    time_t seconds = (time_t)(unix_ms / 1000);
    struct tm utc = {.tm_mday = 1};
    char head[24];

    gmtime_r(&seconds, &utc);
    if (strftime(head, sizeof head, "%Y-%m-%dT%H:%M:%S", &utc) == 0)
        head[0] = '\0'; /* a year of more than four digits */
    snprintf(text, CLOCK_TEXT, "%s.%03dZ", head, (int)(unix_ms % 1000));
}
