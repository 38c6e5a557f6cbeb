/* reply - what front is answered: JSON, a refusal, or that nothing stands against it */
#ifndef SUPERVISOR_REPLY_H
#define SUPERVISOR_REPLY_H

#include <stdint.h>

#include "proto/codes.h"
#include "supervisor/process/worker_pool.h"

/* When it is worth asking again. */
enum { DRAIN_RETRY_MS = 10000, FULL_RETRY_MS = 30000, BUSY_RETRY_MS = 5000 };

/* Once all it says is durable. Takes json over. */
void reply_json(struct worker *front, uint64_t request, unsigned status, char *json);

/* At the end of the turn: it says how the service is, and nothing of a job. Takes json over. */
void reply_now(struct worker *front, uint64_t request, unsigned status, char *json);

/* A refusal promises nothing: it leaves at the end of the turn. detail NULL: what the code means. */
void reply_refuse(struct worker *front, uint64_t request, enum code code, const char *detail,
                  uint64_t retry_after_ms);

/* 200 and nothing else: it can be given work. */
void reply_fine(struct worker *front, uint64_t request);

/* The front of that generation; NULL: it is gone, with all that it had asked. */
struct worker *reply_front(const struct worker_pool *pool, uint64_t generation);

#endif
