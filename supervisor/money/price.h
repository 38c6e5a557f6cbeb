/* price - what a model's tokens cost, and how many tokens a call will take
 *
 * From the table conf/models.def and model.prices.  Pure: no clock, no disk, no state.  All reckoning is in
 * whole numbers, rounded up: a budget is never passed by fractions.
 */
#ifndef SUPERVISOR_PRICE_H
#define SUPERVISOR_PRICE_H

#include <stdbool.h>
#include <stdint.h>

#include "conf/conf.h"

struct price {
    int64_t input_nano, output_nano; /* nano-USD a token: 1000 are 1 USD per million tokens */
    bool known;
};

/* overrides: model.prices, "MODEL INPUT OUTPUT, ..." in USD per million tokens; an entry counts for all
 * models whose name begins with it (see models.def), before the table does. False: nobody knows; *price is
 * zero then. */
bool price_find(struct price *price, const char *overrides, const char *model);

/* The same for an endpoint: models on one's own machine (ollama, vllm, llamacpp) cost nothing, unless
 * overrides says otherwise. preset and base_url as configured. */
bool price_find_at(struct price *price, const char *overrides, const char *preset, const char *base_url,
                   const char *model);

/* Has the operator named its price? */
bool price_overridden(const char *overrides, const char *model);

/* Is it the model asked for that answered, up to its vendor, its date or version, and the ending of a file?
 */
bool price_same_model(const char *asked, const char *answered);

/* Is the price known of each endpoint that is configured? Else *model is one that nobody can price. */
bool price_all_known(const struct conf *conf, const char **model);

/* Why overrides cannot be used, or NULL. The text lives until the next call. */
const char *price_overrides_fault(const char *overrides);

/* Micro-USD, rounded up; at most MAX_PRICE, a billion USD, so that the costs of thousands of calls can be
 * added up. */
#define MAX_PRICE INT64_C(1000000000000000)
int64_t price_of(const struct price *price, uint64_t input_tokens, uint64_t output_tokens);

/* "2.50" as micro-USD: digits with at most six decimal places, at most a billion. False: not that. */
bool usd_parse(const char *text, int64_t *micro);

/* Input tokens of a picture of that size in pixels, detail "high" or "low". For a model nobody knows: more
 * than any known one of comparable kind would take. */
uint64_t tokens_image(const char *model, const char *detail, uint32_t width, uint32_t height);

/* Most tokens that so many bytes of ordinary text are, in any language. */
uint64_t tokens_text(uint64_t bytes);

#endif
