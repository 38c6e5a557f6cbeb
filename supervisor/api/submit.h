/* submit - a job that is asked for: refused, known already, or accepted
 *
 * The yes leaves when the turn's commit is durable, never before; and the job of an upload is made when the
 * upload itself is.
 */
#ifndef SUPERVISOR_SUBMIT_H
#define SUPERVISOR_SUBMIT_H

#include "supervisor/api/asker.h"
#include "supervisor/job/job_list.h"
#include "supervisor/schedule/schedule.h"
#include "supervisor/store/blob.h"
#include "supervisor/store/vault.h"

/* What it was given at birth (main.c). */
struct submit {
    const struct service *service;
    struct ledger *ledger;
    struct blobs *blobs;
    struct vault *vault; /* seals passwords */
    const struct worker_pool *pool;
    const struct schedule *schedule;
    struct tenants *tenants;
    struct job_list *jobs;
    struct askers *askers;
};

/* SUBMIT; the caller clears the message, which is empty afterwards if it was taken over. */
void submit_take(struct submit *submit, struct worker *front, struct wire *message);

#endif
