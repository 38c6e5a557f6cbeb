/* job_options - what a request sets for a job besides language, instructions and cards: outputs, metadata,
 * the previous run, a password, the economy priority
 *
 * Between processes it is one JSON object, {"outputs": 24, "metadata": {…}, "previous": "j-1", "password":
 * "…", "economy": true, "fault": "…", "remark": "…"}.  An option that is not set is left out; with none set
 * the text is empty.  Front and `slidemill run` write it, the supervisor reads it.
 */
#ifndef PROTO_JOB_OPTIONS_H
#define PROTO_JOB_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

struct job_options {
    uint32_t outputs; /* see proto/artifact.h */
    char *metadata;   /* compact JSON; "": none */
    char *previous;   /* job id; "": none */
    char *password;   /* what opens the PDF; "": none */
    bool economy;     /* cheaper, and later: by the provider's batch API */
    char *fault;  /* why the job fails as soon as it is accepted: its caller learns that by callback; "" */
    char *remark; /* which field was left out or replaced by a default; "": none */
};

/* Writes the options as that text, which the caller frees. */
char *job_options_text(const struct job_options *options);

/* Reads that text; an option that cannot be read counts as not set. job_options_clear() wipes the password
 * and frees the strings. */
void job_options_read(struct job_options *options, const char *text);
void job_options_clear(struct job_options *options);

#endif
