/* second_questions - how many of them a job may ask
 *
 * Pure.  An answer that says what its slide does not is asked for once more, but not whatever that costs: of
 * the slides of a job that the model was asked about, or may still be, a share
 * (model.retry_unsupported_share) may be asked about twice, and one in any case.  A page that turns out to be
 * blank, known or a step of another counts until then.
 *
 * The worst doubts come first.  Of those that wait at the same time that is a matter of order (call_queue.h);
 * which will come later nobody knows.  So a part of the share is kept back for worse ones, as lines of a
 * telephone exchange are (trunk reservation): claims of its own may take half of it, contradictions three
 * quarters, contradictions that are to be learned all of it; each part is rounded up.
 */
#ifndef SUPERVISOR_SECOND_QUESTIONS_H
#define SUPERVISOR_SECOND_QUESTIONS_H

#include <stdint.h>

#include "proto/enums.h"

/* Most second questions of a job with so many slides to ask about, such a doubt and all before it included.
 * percent: the share; NONE: 0. */
uint32_t second_questions_most(uint32_t slides, int64_t percent, enum doubt doubt);

#endif
