/* usage_json - tokens, calls and money in JSON */
#ifndef SUPERVISOR_USAGE_JSON_H
#define SUPERVISOR_USAGE_JSON_H

#include <jansson.h>

#include "conf/conf.h"
#include "supervisor/ledger/ledger.h"

/* USD of so many micro-USD, null if no price is known. The caller owns it. */
json_t *usd_json(const struct conf *conf, int64_t micro);

/* Tokens, calls and cost of a job, of its slides and its overview; the caller owns it. */
json_t *usage_json(const struct conf *conf, const struct job_row *row, const struct tally *tally);

#endif
