/* tally - see tally.h */
#include "tests/bench/load/tally.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

double tally_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void tally_asked(struct tally *tally, struct tallied *call)
{
    char key[24];
    json_int_t before;

    snprintf(key, sizeof key, "%016" PRIx64, call->key);
    before = json_integer_value(json_object_get(json_object_get(tally->slides, key), "calls"));
    call->again = before > 0;
    tally->tokens += call->tokens;
    if (++tally->at_once > tally->most_at_once)
        tally->most_at_once = tally->at_once;
    if (call->overview) {
        tally->overviews++;
        return;
    }
    tally->calls++;
    tally->again += call->again;
    tally->again_tokens += call->again ? call->tokens : 0;
    json_object_set_new(tally->slides, key,
                        json_pack("{s:i, s:I}", "slide", (int)call->slide, "calls", before + 1));
}

void tally_ended(struct tally *tally, const struct tallied *call, double began, bool complete)
{
    double now = tally_now();

    tally->at_once--;
    if (!complete)
        tally->abandoned++;
    else if (call->overview)
        tally->overviews_answered++;
    else
        tally->answered++;
    if (tally->first_at == 0 || began - tally->began < tally->first_at)
        tally->first_at = began - tally->began;
    tally->last_at = now - tally->began;
    json_array_append_new(tally->log, json_pack("{s:f, s:f, s:i, s:s, s:i, s:b}", "at", began - tally->began,
                                                "took", now - began, "status", complete ? 200 : 0, "what",
                                                call->overview ? "overview" : "slide", "slide",
                                                (int)call->slide, "again", call->again));
}

char *tally_told(const struct tally *tally, const char *what)
{
    json_t *told;
    char *text;

    if (strcmp(what, "calls") == 0)
        return json_dumps(tally->log, JSON_COMPACT);
    if (strcmp(what, "stats") != 0)
        return strdup("{}");
    told = json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:f, s:f, s:O}", "calls",
                     tally->calls, "overviews", tally->overviews, "answered", tally->answered,
                     "overviews_answered", tally->overviews_answered, "again", tally->again, "again_tokens",
                     tally->again_tokens, "abandoned", tally->abandoned, "at_once", tally->at_once,
                     "most_at_once", tally->most_at_once, "input_tokens", tally->tokens, "first_at",
                     tally->first_at, "last_at", tally->last_at, "slides", tally->slides);
    text = json_dumps(told, JSON_COMPACT);
    json_decref(told);
    return text;
}
