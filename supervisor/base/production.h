/* production - which variables are missing in a service that looks like one in production (pure)
 *
 * A bucket, AWS keys or a callback URL are set where others rely on the service.  Without a model it would
 * deliver offline outlines there, without a bucket every job would fail, without a callback URL the caller
 * would wait for ever.  So the service names the missing variable, and the work that would go wrong waits
 * (outage.h).  An operator who wants it so says so: SLIDEMILL_ENGINE=offline, WORKER_CALLBACK_URL=none.
 */
#ifndef SUPERVISOR_PRODUCTION_H
#define SUPERVISOR_PRODUCTION_H

#include "conf/conf.h"

enum production_lack { LACK_MODEL, LACK_BUCKET, LACK_ACCESS_KEY, LACK_SECRET_KEY, LACK_CALLBACK, LACKS };

/* The set of what is missing: a bit (1u << lack) for each. */
unsigned production_lacks(const struct conf *conf);
/* The name of the variable. Static. */
const char *production_variable(enum production_lack lack);
/* What happens without it, and what to set if that is intended, as one sentence. Static. */
const char *production_effect(enum production_lack lack);

/* Logs one line for each that is missing. */
void production_log(unsigned lacks);

/* Replaces the callback URL "none" by the empty one, which all other code expects. */
void production_resolve_none(struct conf *conf);

#endif
