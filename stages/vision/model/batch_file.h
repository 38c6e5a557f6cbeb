/* batch_file - the slides of a batch, as the provider's batch API wants them and gives them back
 *
 * Pure: a lease (BATCH, POLL) goes in, a file of requests comes out, one a line; files of answers go in, the
 * list for POLLED comes out.  Each slide is asked about and judged as one that is asked about at once
 * (slide_subject.c); what cannot be used gets its code and is not asked again here.
 *
 * Promise: the list names each slide of the lease once, whatever the files hold.
 */
#ifndef STAGES_VISION_MODEL_BATCH_FILE_H
#define STAGES_VISION_MODEL_BATCH_FILE_H

#include <stddef.h>

#include <jansson.h>

#include "conf/conf.h"
#include "proto/wire.h"
#include "stages/lib/http_body.h"
#include "stages/vision/model/dialect.h"
#include "conf/prompt_templates.h"

struct batch_file;

/* The lease is borrowed for the life of the file. NULL: its frames are not what its first one says. */
struct batch_file *batch_file_new(struct wire *lease, const struct conf *conf);
void batch_file_free(struct batch_file **file);

/* The requests; the caller frees them. */
struct http_body *batch_file_requests(struct batch_file *file, const struct prompt_templates *texts,
                                      const char *model, const struct dialect *dialect);

/* Reads a file of answers, or one of errors. Lines that are no answers to the requests are passed over. */
void batch_file_read(struct batch_file *file, const char *text, size_t size);

/* Gives every slide without an answer the code of that reason, a machine's word: the provider refused the
 * whole batch. */
void batch_file_fail_all(struct batch_file *file, const char *word);

/* Frame 0 of POLLED; the caller owns it. Slides without an answer ran out of time. */
json_t *batch_file_results(struct batch_file *file);

#endif
