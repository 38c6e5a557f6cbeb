/* reply - see reply.h */
#include "supervisor/api/reply.h"

#include <string.h>

/* Takes json over. */
static void answer_make(struct wire *message, uint64_t request, unsigned status, char *json)
{
    wire_init(message, WIRE_ANSWER);
    message->answer.request = request;
    message->answer.status = status;
    wire_add_owned(message, json, strlen(json));
}

/* Once all it says is durable. */
void reply_json(struct worker *front, uint64_t request, unsigned status, char *json)
{
    struct wire message;

    answer_make(&message, request, status, json);
    worker_send(front, &message);
}

/* It says how the service is, and nothing of a job. */
void reply_now(struct worker *front, uint64_t request, unsigned status, char *json)
{
    struct wire message;

    answer_make(&message, request, status, json);
    worker_send_now(front, &message);
}

/* A refusal promises nothing. */
void reply_refuse(struct worker *front, uint64_t request, enum code code, const char *detail,
                  uint64_t retry_after_ms)
{
    struct wire message;

    wire_init(&message, WIRE_ANSWER);
    message.answer = (struct wire_answer){.request = request,
                                          .status = code_status(code),
                                          .code = code_name(code),
                                          .detail = detail == NULL ? code_doc(code) : detail,
                                          .retry_after_ms = retry_after_ms};
    worker_send_now(front, &message);
}

/* Nothing stands against it. */
void reply_fine(struct worker *front, uint64_t request)
{
    struct wire message;

    wire_init(&message, WIRE_ANSWER);
    message.answer = (struct wire_answer){.request = request, .status = 200, .code = "", .detail = ""};
    worker_send_now(front, &message);
}

struct worker *reply_front(const struct worker_pool *pool, uint64_t generation)
{
    struct worker *w = NULL;

    while ((w = worker_pool_next(pool, STAGE_FRONT, w)) != NULL &&
           (worker_generation(w) != generation || worker_has_exited(w)))
        ;
    return w;
}
