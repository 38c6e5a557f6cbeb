/* api_json - what the supervisor says in JSON: a job's state, the list, health, the callback
 *
 * Every text is compact JSON, malloced, the caller's.  Words of strangers are data in it, escaped by jansson.
 */
#ifndef SUPERVISOR_API_JSON_H
#define SUPERVISOR_API_JSON_H

#include <stdbool.h>

#include "conf/conf.h"
#include "supervisor/ledger/ledger.h"

struct api;

/* {"jobId":…,"status":"accepted","message":"Processing started"}, exactly. */
char *api_json_accepted(const char *job);

/* {"jobId":…,"callback":"pending"}: it is delivered again. */
char *api_json_resent(const char *job);

/* GET /jobs/{id}. */
char *api_json_job(struct api *api, const struct job_row *row);

/* GET /jobs: a tenant's (NULL: those of all), newest first, from before a number. */
char *api_json_jobs(struct api *api, const char *tenant, int64_t before);

/* GET /health. whole: with what tells of the work that is under way. *healthy: nothing is missing. */
char *api_json_health(struct api *api, bool whole, bool *healthy);

/* Why it cannot be given work: a sentence that lives until the next call; NULL: it can, as far as its stages
 * go. */
const char *api_json_unready(struct api *api);

/* The callback's body, without the secret. */
char *api_json_callback(const struct conf *conf, struct ledger *ledger, const struct job_row *row);

#endif
