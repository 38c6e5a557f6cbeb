/* provider_batch - the cheap lane: slides of jobs with priority economy go to the provider's batch API
 *
 * When all pages of such a job are drawn, those that need the model are handed in together, and the batch is
 * looked after until it has ended: half the price, and up to economy.deadline_s later.  What it leaves
 * unanswered is asked for at once.
 *
 * Promise: a batch that was handed in is never handed in again; its name is in the ledger, or it is found by
 * its mark.
 */
#ifndef SUPERVISOR_PROVIDER_BATCH_H
#define SUPERVISOR_PROVIDER_BATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "supervisor/job/slide.h"

/* What each message for the model says of the lecture. */
#define LECTURE_OF(row)                                                                                      \
    .slides = (row)->pages, .language = (row)->language, .title = (row)->title, .outline = (row)->outline,   \
    .instructions = (row)->instructions, .card_style = (row)->card_style, .cards = (row)->cards

/* Fills in the message of a lease for batch number n of the job, but for its lease and attempt. false: there
 * is nothing (any more) to lease. */
bool batch_issue(const struct slides *slides, struct job *job, const struct worker *worker, uint32_t n,
                 struct wire *message);
bool batch_issue_poll(const struct slides *slides, struct job *job, uint32_t n, struct wire *message);

/* BATCHED or POLLED came for such a lease; or FAILED. */
void batch_on_result(const struct slides *slides, struct job *job, const struct lease *lease,
                     struct wire *result);
void batch_on_failed(const struct slides *slides, struct job *job, const struct lease *lease,
                     const struct wire_failed *failed);

#endif
