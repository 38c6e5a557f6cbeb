/* question - see question.h */
#include "stages/front/question.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "conf/conf.h"
#include "proto/panic.h"
#include "proto/wished.h"
#include "stages/front/keys.h"

static int submit(struct question *question, struct body *body, bool estimate, struct fault *fault)
{
    struct intake *intake = &question->intake;
    struct wire *message = &question->message;
    unsigned char random[8];

    wire_init(message, WIRE_SUBMIT);
    if (body_finish(body, estimate, intake, question->digest, message, fault) == -1) {
        wire_clear(message);
        return -1;
    }
    if (estimate) { /* a job of its own, so that the caller's name stays free for the real one */
        must(getrandom(random, sizeof random, 0) == (ssize_t)sizeof random);
        intake_name(intake, "estimate", random);
        intake_defaults(intake, random);
    }
    memcpy(question->job, intake->job, sizeof intake->job);
    message->text = wished_text(&(struct wished){.outputs = intake->wishes.outputs,
                                                 .metadata = intake->wishes.metadata,
                                                 .previous = intake->wishes.previous,
                                                 .password = intake->wishes.password,
                                                 .economy = intake->wishes.economy,
                                                 .fault = intake->faulty ? intake->fault.detail : NULL,
                                                 .remark = intake->remark});
    message->submit = (struct wire_submit){.job = intake->job,
                                           .key = intake->key,
                                           .email = intake->email,
                                           .language = intake->language,
                                           .filename = intake->filename,
                                           .digest = question->digest,
                                           .instructions = intake->wishes.instructions,
                                           .estimate = estimate,
                                           .wishes = message->text,
                                           .client = "",
                                           .tenant = ""};
    return 0;
}

static void complete_submit(struct question *question, const struct conf *conf)
{
    const struct wishes *wishes = &question->intake.wishes;
    struct wire_submit *submit = &question->message.submit;

    submit->card_style = wishes->has_style ? wishes->style : card_style_of(conf->model_card_style);
    submit->cards = wishes->cards == CARDS_UNSAID ? (uint32_t)conf->model_cards : (uint32_t)wishes->cards;
    submit->client = question->client;
    submit->tenant = question->tenant;
    if (*submit->language == '\0')
        submit->language = conf->job_language;
}

/* Whose jobs is an admin asked to be shown? 0: of all. 1: of question->tenant. -1: the fault says what is
 * wrong. */
static int named_tenant(struct question *question, const struct target *target, struct fault *fault)
{
    char name[3 * TENANT_ROOM];
    long size = query_find(target, "tenant", name, sizeof name);

    if (size < 0)
        return 0;
    if (!keys_name_fits(name, (size_t)size))
        return fault_set(fault, CODE_INVALID_VALUE,
                         "tenant is not the name of one: 1 to 32 letters, digits, _ and -, or nothing");
    memcpy(question->tenant, name, (size_t)size + 1);
    return 1;
}

int question_complete(struct question *question, const struct conf *conf, const struct caller *caller,
                      bool whole, const struct target *target, struct fault *fault)
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
        named = named_tenant(question, target, fault);
    if (named == -1)
        return -1;
    ask->tenant = question->tenant;
    ask->everyone = ask->about == ASK_HEALTH || ask->about == ASK_METRICS ? whole : named == 0;
    return 0;
}

static int ask(struct question *question, enum ask_about about)
{
    wire_init(&question->message, WIRE_ASK);
    question->message.ask =
        (struct wire_ask){.about = about, .tenant = "", .job = question->job, .cursor = question->cursor};
    return 0;
}

static int ask_job(struct question *question, enum ask_about about, const char *tail, size_t tail_size,
                   struct fault *fault)
{
    char job[3 * JOB_MOST + 1];
    long size = tail_size < sizeof job ? unescape(job, tail, tail_size) : -1;

    if (size < 0 || job_fault(job, (size_t)size) != NULL)
        return fault_set(fault, CODE_JOB_NOT_FOUND, "%s", code_doc(CODE_JOB_NOT_FOUND));
    memcpy(question->job, job, (size_t)size + 1);
    return ask(question, about);
}

static int ask_jobs(struct question *question, const struct target *target, struct fault *fault)
{
    long size = query_find(target, "cursor", question->cursor, sizeof question->cursor);
    const char *why;

    if (size < 0) {
        question->cursor[0] = '\0';
        size = 0;
    }
    why = cursor_fault(question->cursor, (size_t)size);
    if (why != NULL)
        return fault_set(fault, CODE_INVALID_VALUE, "cursor %s", why);
    return ask(question, ASK_JOBS);
}

int question_make(struct question *question, enum route_id route, const struct target *target,
                  const char *tail, size_t tail_size, struct body *body, struct fault *fault)
{
    question->job[0] = question->cursor[0] = '\0';
    switch (route) {
    case ROUTE_PROCESS:
    case ROUTE_ESTIMATE:
        return submit(question, body, route == ROUTE_ESTIMATE, fault);
    case ROUTE_JOB:
        return ask_job(question, ASK_JOB, tail, tail_size, fault);
    case ROUTE_CALLBACK:
        return ask_job(question, ASK_CALLBACK, tail, tail_size, fault);
    case ROUTE_JOBS:
        return ask_jobs(question, target, fault);
    case ROUTE_METRICS:
        return ask(question, ASK_METRICS);
    default:
        return ask(question, ASK_HEALTH);
    }
}
