/* job_request - a request for a job, as it came, becomes a checked record (pure)
 *
 * The JSON body carries a job id and an s3Key, and mostly an address and a language. Front accepts every
 * request that has an id, because its sender has recorded the job and waits for a callback: an error in
 * another field fails the accepted job, and a bad address or language is left out. Fields that similar
 * services know and Slidemill does not are errors; front ignores all others. A form carries the PDF itself,
 * any of its fields may be absent, and front answers its errors at once.
 */
#ifndef FRONT_JOB_REQUEST_H
#define FRONT_JOB_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "stages/front/request_error.h"
#include "stages/front/job_language.h"
#include "proto/field_check.h"
#include "stages/front/request_options.h"

struct job_request {
    char job[MAX_JOB + 1], key[MAX_KEY + 1], email[MAX_EMAIL + 1], language[MAX_LANGUAGE + 1];
    char filename[MAX_FILENAME + 1];
    struct request_options options;
    bool faulty; /* there is a job id, so the job is accepted and fails by its callback, with: */
    struct request_error error;
    char remark[REMARK_ROOM]; /* what front left out or read otherwise than it was written; "": nothing */
};

enum { MAX_JOB_FIELD = MAX_METADATA, DIGEST_HEX = 64 };

/* Sets all fields to absent. */
void job_request_none(struct job_request *job_request);

/* Reads the JSON body. 0, or -1 with the error that the request is refused for. estimate: only the key is
 * required, and every error refuses the request. */
int job_request_json(struct job_request *job_request, const char *body, size_t size, bool estimate,
                     struct request_error *error);

/* One field of a form. An empty one counts as absent; one we do not know is ignored. 0, or -1 with the error.
 */
int job_request_field(struct job_request *job_request, const char *name, const char *value, size_t size,
                      struct request_error *error);

/* May a form have such a field? 0, or -1 with the error. */
int job_request_field_known(const char *name, struct request_error *error);

/* Gives a form that names no job an id of our own, made of eight random bytes. */
void job_request_defaults(struct job_request *job_request, const unsigned char random[8]);

/* A job id of our own making: the kind and eight random bytes. */
void job_request_name(struct job_request *job_request, const char *kind, const unsigned char random[8]);

/* Lower-case hex SHA-256 over what makes two requests the same: where the PDF is (its key, or the hash of its
 * bytes), address, language and options. document: 32 bytes, or NULL if the key counts. */
void job_request_digest(const struct job_request *job_request, const unsigned char *document,
                        char hex[DIGEST_HEX + 1]);

#endif
