/* submit - a job that is asked for: refused, known already, or accepted
 *
 * The yes leaves when the turn's commit is durable, never before; and the job of an upload is made when the
 * upload itself is.
 */
#ifndef SUPERVISOR_SUBMIT_H
#define SUPERVISOR_SUBMIT_H

#include "supervisor/api/api.h"

/* SUBMIT; the caller clears the message, which is empty afterwards if it was taken over. */
void api_submit(struct api *api, struct worker *front, struct wire *submit);

#endif
