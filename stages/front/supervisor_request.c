/* supervisor_request - see supervisor_request.h */
#include "stages/front/supervisor_request.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "conf/conf.h"
#include "proto/panic.h"
#include "proto/job_options.h"

static int make_submit(struct supervisor_request *question, struct request_body *body, bool estimate,
                       struct request_error *error)
{
    struct job_request *job_request = &question->job_request;
    struct wire *message = &question->message;
    unsigned char random[8];

    wire_init(message, WIRE_SUBMIT);
    if (request_body_finish(body, estimate, job_request, question->digest, message, error) == -1) {
        wire_clear(message);
        return -1;
    }
    if (estimate) { /* a job of its own, so that the caller's name stays free for the real one */
        must(getrandom(random, sizeof random, 0) == (ssize_t)sizeof random);
        job_request_name(job_request, "estimate", random);
        job_request_defaults(job_request, random);
    }
    memcpy(question->job, job_request->job, sizeof job_request->job);
    message->text = job_options_text(
        &(struct job_options){.outputs = job_request->options.outputs,
                              .metadata = job_request->options.metadata,
                              .previous = job_request->options.previous,
                              .password = job_request->options.password,
                              .economy = job_request->options.economy,
                              .fault = job_request->faulty ? job_request->error.detail : NULL,
                              .remark = job_request->remark});
    message->submit = (struct wire_submit){.job = job_request->job,
                                           .key = job_request->key,
                                           .email = job_request->email,
                                           .language = job_request->language,
                                           .filename = job_request->filename,
                                           .digest = question->digest,
                                           .instructions = job_request->options.instructions,
                                           .estimate = estimate,
                                           .options = message->text,
                                           .client = "",
                                           .tenant = ""};
    return 0;
}

static void complete_submit(struct supervisor_request *question, const struct conf *conf)
{
    const struct request_options *options = &question->job_request.options;
    struct wire_submit *submit = &question->message.submit;

    submit->card_style = options->has_style ? options->style : card_style_of(conf->model_card_style);
    submit->cards = options->cards == CARDS_UNSAID ? (uint32_t)conf->model_cards : (uint32_t)options->cards;
    submit->client = question->client;
    submit->tenant = question->tenant;
    if (*submit->language == '\0')
        submit->language = conf->job_language;
}

/* Whose jobs is an admin asked to be shown? 0: of all. 1: of question->tenant. -1: the error says what is
 * wrong. */
static int named_tenant(struct supervisor_request *question, const struct target *target,
                        struct request_error *error)
{
    char name[3 * TENANT_ROOM];
    long size = target_query(target, "tenant", name, sizeof name);

    if (size == -1)
        return 0;
    if (size < 0 || !api_keys_tenant_fits(name, (size_t)size))
        return request_error_set(
            error, CODE_INVALID_VALUE,
            "tenant is not the name of one: 1 to 32 letters, digits, _ and -, or nothing");
    memcpy(question->tenant, name, (size_t)size + 1);
    return 1;
}

int supervisor_request_complete(struct supervisor_request *question, const struct conf *conf,
                                const struct caller *caller, bool whole, const struct target *target,
                                struct request_error *error)
{
    struct wire_ask *ask = &question->message.ask;
    int named = 1;

    memcpy(question->client, caller->client, sizeof question->client);
    memcpy(question->tenant, caller->tenant, sizeof question->tenant);
    if (question->message.type == WIRE_SUBMIT) {
        complete_submit(question, conf);
        return 0;
    }
    if (caller->admin)
        named = named_tenant(question, target, error);
    if (named == -1)
        return -1;
    ask->tenant = question->tenant;
    ask->everyone = ask->about == ASK_HEALTH || ask->about == ASK_METRICS ? whole : named == 0;
    return 0;
}

static int make_ask(struct supervisor_request *question, enum ask_about about)
{
    wire_init(&question->message, WIRE_ASK);
    question->message.ask =
        (struct wire_ask){.about = about, .tenant = "", .job = question->job, .cursor = question->cursor};
    return 0;
}

static int ask_about_job(struct supervisor_request *question, enum ask_about about, const char *tail,
                         size_t tail_size, struct request_error *error)
{
    char job[3 * MAX_JOB + 1];
    long size = tail_size < sizeof job ? percent_decode(job, tail, tail_size) : -1;

    if (size < 0 || job_error(job, (size_t)size) != NULL)
        return request_error_set(error, CODE_JOB_NOT_FOUND, "%s", code_doc(CODE_JOB_NOT_FOUND));
    memcpy(question->job, job, (size_t)size + 1);
    return make_ask(question, about);
}

static int ask_for_jobs(struct supervisor_request *question, const struct target *target,
                        struct request_error *error)
{
    long size = target_query(target, "cursor", question->cursor, sizeof question->cursor);
    const char *why;

    if (size == -1) {
        question->cursor[0] = '\0';
        size = 0;
    }
    if (size < 0)
        return request_error_set(error, CODE_INVALID_VALUE, "cursor must have at most %d bytes",
                                 (int)MAX_CURSOR);
    why = cursor_error(question->cursor, (size_t)size);
    if (why != NULL)
        return request_error_set(error, CODE_INVALID_VALUE, "cursor %s", why);
    return make_ask(question, ASK_JOBS);
}

int supervisor_request_make(struct supervisor_request *question, enum route_id route,
                            const struct target *target, const char *tail, size_t tail_size,
                            struct request_body *body, struct request_error *error)
{
    question->job[0] = question->cursor[0] = '\0';
    switch (route) {
    case ROUTE_PROCESS:
    case ROUTE_ESTIMATE:
        return make_submit(question, body, route == ROUTE_ESTIMATE, error);
    case ROUTE_JOB:
        return ask_about_job(question, ASK_JOB, tail, tail_size, error);
    case ROUTE_CALLBACK:
        return ask_about_job(question, ASK_CALLBACK, tail, tail_size, error);
    case ROUTE_JOBS:
        return ask_for_jobs(question, target, error);
    case ROUTE_METRICS:
        return make_ask(question, ASK_METRICS);
    default:
        return make_ask(question, ASK_HEALTH);
    }
}
