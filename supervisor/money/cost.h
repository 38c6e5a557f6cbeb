/* cost - what a model call can cost at most, and what it is likely to, before anybody makes it
 *
 * Nobody knows beforehand which of the configured endpoints will answer, and each counts pictures in its own
 * way and has its own prices: the most is that of the dearest one.  Pure.  Money is micro-USD.
 */
#ifndef SUPERVISOR_COST_H
#define SUPERVISOR_COST_H

#include <stdbool.h>
#include <stdint.h>

#include "conf/setting.h"
#include "supervisor/ledger/ledger.h"

/* Input tokens of a call, an upper bound at each endpoint; 0 for an endpoint that there is not. */
struct cost_input {
    uint64_t tokens[MAX_SETTINGS];
};

/* What calls have taken so far; begins as zeroes. */
struct cost_seen {
    uint64_t longest; /* output tokens of a call */
    double ratio;     /* most that a call has read for each token estimated */
    unsigned calls;   /* that tell so */
};

/* Of the call for a slide of the job (NULL: for its overview); again: it carries statements of an earlier
 * answer, too. */
void cost_input(const struct conf *conf, const struct job_row *job, const struct slide_row *slide, bool again,
                struct cost_input *input);

/* The most that it can cost, by what has been seen (NULL: nothing). */
int64_t cost_max(const struct conf *conf, const struct cost_seen *seen, const struct cost_input *input,
                 uint32_t max_tokens);

/* Takes note of a call that has ended. Returns false if it read more than the bound. */
bool cost_learn(struct cost_seen *seen, const struct cost_input *input, unsigned endpoint, uint64_t read,
                uint64_t written);

/* Of so many tokens of that model at that endpoint. */
int64_t cost_of(const struct conf *conf, unsigned endpoint, const char *model, uint64_t input,
                uint64_t output);

/* The same, answered being the model that says it answered, whichever was asked: its own price counts, unless
 * the one asked for has one in model.prices. A stranger on one's own machine or network costs nothing, one
 * elsewhere what the one asked for would. */
int64_t cost_answered(const struct conf *conf, unsigned endpoint, const char *answered, uint64_t input,
                      uint64_t output);

/* What a call for a slide (NULL: the overview) is likely to take and to cost, and the most that it can. */
struct cost {
    uint64_t input, output;
    int64_t expected, max;
};
void cost_expect(const struct conf *conf, const struct job_row *job, const struct slide_row *slide,
                 struct cost *cost);

/* The same of a second question about the slide: its text and the statements in doubt go out, the picture
 * seldom does, and only these statements come back. */
void cost_expect_again(const struct conf *conf, const struct job_row *job, const struct slide_row *slide,
                       struct cost *cost);

#endif
