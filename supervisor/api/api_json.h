/* api_json - what the supervisor says in JSON: a job's state, the list, health, the callback, the assembler's
 * manifest
 *
 * Every text is compact JSON, malloced, the caller's.  Words of strangers are data in it, escaped by jansson.
 */
#ifndef SUPERVISOR_API_JSON_H
#define SUPERVISOR_API_JSON_H

#include <stdbool.h>

#include <jansson.h>

#include "supervisor/job/job.h"

struct supervisor;

/* {"jobId":…,"status":"accepted","message":"Processing started"}, exactly. */
char *api_json_accepted(const char *job);

/* {"jobId":…,"callback":"pending"}: it is delivered again. */
char *api_json_resent(const char *job);

/* GET /jobs/{id}. */
char *api_json_job(struct supervisor *sup, const struct job_row *row);

/* GET /jobs: a tenant's (NULL: those of all), newest first, from before a number. */
char *api_json_jobs(struct supervisor *sup, const char *tenant, int64_t before);

/* GET /health. whole: with what tells of the work that is under way. *healthy: nothing is missing. */
char *api_json_health(struct supervisor *sup, bool whole, bool *healthy);

/* Why it cannot be given work: a sentence that lives until the next call; NULL: it can, as far as its stages
 * go. */
const char *api_json_unready(struct supervisor *sup);

/* The callback's body, without the secret. */
char *api_json_callback(struct supervisor *sup, const struct job_row *row);

/* USD of so many micro-USD, null if no price is known. */
json_t *api_json_usd(const struct supervisor *sup, int64_t micro);

/* Tokens, calls and cost of a job; the caller owns it. */
json_t *api_json_usage(struct supervisor *sup, const struct job_row *row, const struct tally *tally);

/* The manifest of an ASSEMBLE lease, whose frame 1 is the summary of the previous run, if it is here.
 * frame_of(arg, slide) adds the slide's picture to the message and tells the frame's number, 0 for none, -1
 * if its file is lost (then NULL is returned). */
char *api_json_manifest(struct supervisor *sup, const struct job *job,
                        int (*frame_of)(void *, const struct slide_row *), void *arg);

#endif
