/* rasterizer - see rasterizer.h */
#include "stages/rasterizer/rasterizer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "proto/fault.h"
#include "proto/log.h"
#include "proto/panic.h"
#include "stages/rasterizer/sanitize.h"
#include "stages/rasterizer/jailed_document.h"
#include "stages/rasterizer/jail_reply_text.h"

enum { CREDIT = 2 };

struct rasterizer {
    struct jailed_document *jailed;
    struct stage *stage; /* of the lease at hand, for beats */
};

static void beat(void *arg)
{
    const struct rasterizer *rasterizer = arg;

    stage_beat(rasterizer->stage);
}

/* It starts the jails, which shut themselves up; what it starts lies beside it. */
static void rasterizer_confine(const struct conf *conf, struct stage_sandbox *confine)
{
    (void)conf;
    confine->paths[confine->count++] = (struct sandbox_path){jailed_document_folder(), SANDBOX_RUN};
}

static int rasterizer_open(const struct conf *conf, void **state, struct stage_hello *hello)
{
    struct rasterizer *rasterizer = need_zero(1, sizeof *rasterizer);

    rasterizer->jailed = jailed_document_new(conf, beat, rasterizer);
    hello->credit = CREDIT;
    hello->lacks = jailed_document_lacks(rasterizer->jailed);
    *state = rasterizer;
    return 0;
}

static void rasterizer_close(void *state)
{
    struct rasterizer *rasterizer = state;

    jailed_document_free(&rasterizer->jailed);
    free(rasterizer);
}

/* ---- answers ---- */

static void fail(struct stage *stage, uint64_t lease, const struct verdict *verdict)
{
    stage_fail(stage, lease, verdict->code, verdict->retryable, 0,
               verdict->detail[0] == '\0' ? NULL : verdict->detail);
}

static void inspect(struct rasterizer *rasterizer, const struct wire *lease)
{
    struct verdict verdict;
    struct wire result;

    jailed_document_inspect(rasterizer->jailed, lease->inspect.first_ms, &verdict);
    if (!verdict.good) {
        fail(rasterizer->stage, lease->inspect.lease, &verdict);
    } else {
        sanitize_title((char *)verdict.answer.bytes[0]);
        wire_init(&result, WIRE_INSPECTED);
        result.inspected = (struct wire_inspected){.lease = lease->inspect.lease,
                                                   .pages = verdict.answer.reply.pages,
                                                   .repaired = verdict.answer.reply.repaired,
                                                   .title = (const char *)verdict.answer.bytes[0],
                                                   .outline = (const char *)verdict.answer.bytes[1]};
        stage_settle(rasterizer->stage, &result);
    }
    jail_answer_clear(&verdict.answer);
}

static void settle_page(struct rasterizer *rasterizer, uint64_t lease, struct jail_answer *answer)
{
    const struct jail_reply *reply = &answer->reply;
    struct wire result;
    uint32_t letters;
    size_t size;
    char *layer = jail_reply_layer(reply, answer->bytes[0], &size, &letters);

    wire_init(&result, WIRE_RASTERED);
    result.rastered = (struct wire_rastered){.lease = lease,
                                             .width = reply->width,
                                             .height = reply->height,
                                             .ink_ppm = reply->ink_ppm,
                                             .letters = letters,
                                             .degraded = reply->flaws != 0,
                                             .detail = jail_reply_flaws(reply)};
    wire_add_owned(&result, layer, size);
    if (reply->bytes[1] > 0) {
        wire_add_owned(&result, answer->bytes[1], reply->bytes[1]);
        answer->bytes[1] = NULL; /* the frame has it now */
    }
    stage_settle(rasterizer->stage, &result);
}

static void raster(struct rasterizer *rasterizer, const struct wire *lease)
{
    struct verdict verdict;

    FAULT_SLIDE("rasterizer", lease->raster.slide);
    jailed_document_draw(rasterizer->jailed, lease->raster.slide - 1, lease->raster.first_ms, &verdict);
    if (verdict.good)
        settle_page(rasterizer, lease->raster.lease, &verdict.answer);
    else
        fail(rasterizer->stage, lease->raster.lease, &verdict);
    jail_answer_clear(&verdict.answer);
}

/* ---- leases ---- */

/* The document of the lease is at hand afterwards, or the lease has been failed. */
static bool have_document(struct rasterizer *rasterizer, struct wire *lease, uint64_t id,
                          const char *document, const char *password)
{
    const char *why = NULL;

    if (lease->frames > 0) {
        if (jailed_document_take(rasterizer->jailed, document, wire_data(lease, 0), wire_size(lease, 0)) ==
            -1)
            why = strerror(errno);
    } else if (!jailed_document_has(rasterizer->jailed, document)) {
        why = "the lease names a document this worker was not sent";
    }
    if (why == NULL) {
        jailed_document_unlock(rasterizer->jailed, password);
        return true;
    }
    log_error(no_document, log_int("lease", id), log_str("reason", why));
    stage_fail(rasterizer->stage, id, CODE_INTERNAL, true, 0, why);
    return false;
}

static void on_lease(struct stage *stage, void *state, struct wire *lease)
{
    struct rasterizer *rasterizer = state;

    rasterizer->stage = stage;
    switch (lease->type) {
    case WIRE_INSPECT:
        if (have_document(rasterizer, lease, lease->inspect.lease, lease->inspect.document,
                          lease->inspect.password))
            inspect(rasterizer, lease);
        break;
    case WIRE_RASTER:
        if (have_document(rasterizer, lease, lease->raster.lease, lease->raster.document,
                          lease->raster.password))
            raster(rasterizer, lease);
        break;
    default:
        panic("a lease for another stage");
    }
}

const struct stage_ops rasterizer_ops = {.kind = STAGE_RASTERIZER,
                                         .program = "rasterizer",
                                         .confine = rasterizer_confine,
                                         .open = rasterizer_open,
                                         .on_lease = on_lease,
                                         .close = rasterizer_close};
