/* job_json - what is told of jobs in JSON: a job's state, the list, the callback
 *
 * Every text is compact JSON, malloced, the caller's.  Words of strangers are data in it, escaped by jansson.
 */
#ifndef SUPERVISOR_JOB_JSON_H
#define SUPERVISOR_JOB_JSON_H

#include <stdint.h>

#include "conf/conf.h"
#include "supervisor/ledger/ledger.h"
#include "supervisor/store/vault.h"

/* {"jobId":…,"status":"accepted","message":"Processing started"}, exactly. */
char *job_json_accepted(const char *job);

/* {"jobId":…,"callback":"pending"}: it is delivered again. */
char *job_json_resent(const char *job);

/* GET /jobs/{id}. */
char *job_json_state(const struct conf *conf, struct ledger *ledger, const struct job_row *row);

/* GET /jobs: a tenant's (NULL: those of all), newest first, from before a number. The vault seals the cursor.
 */
char *job_json_list(struct ledger *ledger, const struct vault *vault, const char *tenant, int64_t before);

/* The callback's body, without the secret. */
char *job_json_callback(const struct conf *conf, struct ledger *ledger, const struct job_row *row);

#endif
