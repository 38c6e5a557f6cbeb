/* tally - what was asked of the model double for load */
#ifndef TESTS_BENCH_LOAD_TALLY_H
#define TESTS_BENCH_LOAD_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

struct tally {
    double began, first_at, last_at;
    unsigned calls, overviews, answered, overviews_answered, again, again_tokens, abandoned, at_once,
        most_at_once, tokens;
    json_t *slides; /* key -> how often it was asked */
    json_t *log;
};

struct tallied {
    uint64_t key;
    unsigned slide, tokens;
    bool overview, again; /* again: set by tally_asked */
};

/* Seconds on the monotonic clock. */
double tally_now(void);

/* A request came in, or ended: sent in full, or the client was gone. */
void tally_asked(struct tally *tally, struct tallied *call);
void tally_ended(struct tally *tally, const struct tallied *call, double began, bool complete);

/* "stats" or "calls" as JSON; {} for any other word. The caller frees. */
char *tally_told(const struct tally *tally, const char *what);

#endif
