/* production - what a service that looks like one in production lacks (pure)
 *
 * A bucket, AWS keys or a callback URL are set where others rely on the service. Without a model it would
 * hand out offline outlines there, without a bucket fail each job, without a callback URL leave its caller
 * waiting for ever. So what is missing is told by its variable's name, and the work that would go wrong waits
 * (outage.h). Whoever means it says so: SLIDEMILL_ENGINE=offline, WORKER_CALLBACK_URL=none.
 */
#ifndef SUPERVISOR_PRODUCTION_H
#define SUPERVISOR_PRODUCTION_H

#include "conf/conf.h"

enum production_lack { LACK_MODEL, LACK_BUCKET, LACK_ACCESS_KEY, LACK_SECRET_KEY, LACK_CALLBACK, LACKS };

/* A bit (1u << lack) for each that is missing. */
unsigned production_lacks(const struct conf *conf);
const char *production_variable(enum production_lack lack);
/* What comes of it, and what to set if it is meant, as one sentence. */
const char *production_effect(enum production_lack lack);

/* One line of the log for each. */
void production_tell(unsigned lacks);

/* A callback URL that is "none" becomes the empty one, as everybody else reads it. */
void production_settle(struct conf *conf);

#endif
