/* permit - see permit.h */
#include "supervisor/permit.h"

#include "proto/log.h"
#include "supervisor/supervisor.h"

void permit_asked(struct worker *worker, const struct wire_call *call)
{
    struct wire go;

    wire_init(&go, WIRE_GO);
    go.go = (struct wire_go){.lease = call->lease, .call = call->call, .max_tokens = call->max_tokens};
    worker_send(worker, &go);
}

void permit_called(struct worker *worker, const struct wire_called *called)
{
    log_debug("model_called", log_int("slot", worker->slot), log_int("lease", (int64_t)called->lease),
              log_int("call", called->call), log_str("verdict", verdict_name((enum call_verdict)called->verdict)),
              log_int("status", called->status));
}

void permit_learned(struct supervisor *sup, const struct wire_learned *learned)
{
    conf_set(&sup->conf->model_dialects, learned->dialects);
}
