/* response_classify - see response_classify.h */
#include "stages/vision/model/response_classify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stages/vision/answer/answer.h"
#include "stages/vision/model/answer_body.h"
#include "stages/vision/model/completion.h"
#include "stages/vision/model/content.h"
#include "stages/vision/answer/loop_detect.h"

static void decide(struct classification *j, enum deed deed, enum code code, const char *detail)
{
    j->deed = deed;
    j->code = code;
    snprintf(j->detail, sizeof j->detail, "%s", detail);
}

/* Some providers check an answer themselves, and refuse one that is not the JSON asked for along with it. It
 * is paid for, and may be all that is needed. */
static bool refused_with_answer(const json_t *root, const struct wanted *wanted, struct classification *j)
{
    const json_t *text = json_object_get(json_object_get(root, "error"), "failed_generation");
    struct content found;

    if (json_string_length(text) == 0)
        return false;
    found = content_find(text, wanted->clean, wanted->arg);
    if (found.answer == NULL || found.cut) {
        json_decref(found.answer);
        return false;
    }
    decide(j, DEED_DONE, CODE_INTERNAL, "");
    j->answer = found.answer;
    return true;
}

/* root: the body, NULL if it is not JSON (a proxy's HTML page, or nothing). */
static void judge_error(long status, const json_t *root, const struct heard *heard,
                        const struct wanted *wanted, struct classification *j)
{
    char sentence[256];
    const char *word;

    if (refused_with_answer(root, wanted, j))
        return;
    error_body_read(root, heard->body, heard->size, &j->said);
    word = *j->said.words[0] != '\0' ? j->said.words[0] : root == NULL ? "not JSON" : "no code";
    error_body_sentence(j->said.message, heard->secret, sentence, sizeof sentence);
    j->meaning = model_error_find(status, &j->said);
    j->deed = model_error_deed(j->meaning, heard->should_retry, &j->code);
    snprintf(j->detail, sizeof j->detail, *sentence == '\0' ? "HTTP %ld, %s" : "HTTP %ld, %s: %s", status,
             word, sentence);
}

static void judge_transport(const struct heard *heard, struct classification *j)
{
    if (heard->too_large)
        decide(j, DEED_REASK, CODE_MODEL_BAD_ANSWER, "more than any answer can be");
    else if (heard->timed_out)
        decide(j, DEED_AGAIN, CODE_MODEL_TIMEOUT, "");
    else
        decide(j, DEED_AGAIN, CODE_MODEL_UNAVAILABLE, "no connection");
}

/* ---- what stands in a completion ---- */

/* The first source that holds an answer; else what is wrong with the likeliest. */
static struct content find(const struct completion *c, const struct wanted *wanted)
{
    struct content best = {0};

    for (size_t i = 0; i < COMPLETION_SOURCES && c->sources[i] != NULL; i++) {
        struct content found = content_find(c->sources[i], wanted->clean, wanted->arg);

        if (found.answer != NULL && (best.answer == NULL || (best.cut && !found.cut))) {
            json_decref(best.answer);
            best = found;
        } else {
            json_decref(found.answer);
            if (best.answer == NULL && (best.why == NULL || (!best.json && found.json)))
                best = (struct content){.json = found.json, .torn = found.torn, .why = found.why};
        }
        if (best.answer != NULL && !best.cut)
            break;
    }
    return best;
}

/* More room would be filled, too. */
static bool circles(const struct completion *c)
{
    for (size_t i = 0; i < COMPLETION_SOURCES && c->sources[i] != NULL; i++)
        if (json_is_string(c->sources[i]) &&
            loop_detect_at_end(json_string_value(c->sources[i]), json_string_length(c->sources[i])))
            return true;
    return false;
}

/* Of a cut answer all but some of its cards is there: that is an answer. */
static bool cut_late(const json_t *answer)
{
    return json_array_size(json_object_get(answer, "anki_cards")) > 0;
}

/* Of a cut answer all is there that stands before the cards; an overview is judged by who wanted it. */
static bool cut_usable(const json_t *answer)
{
    const json_t *summary = json_object_get(answer, "short_summary");

    return summary == NULL || json_string_length(summary) > 0;
}

static void judge_found(const struct completion *c, const struct content *found, struct classification *j)
{
    bool whole = c->finish != FINISH_LENGTH && !found->cut;

    if (whole || (found->cut && cut_late(found->answer))) {
        decide(j, DEED_DONE, CODE_INTERNAL, "");
        j->answer = found->answer;
        return;
    }
    if (c->finish == FINISH_BROKEN)
        decide(j, DEED_AGAIN, CODE_MODEL_UNAVAILABLE, "HTTP 200, broken off");
    else if (c->finish == FINISH_LENGTH)
        decide(j, DEED_LONGER, CODE_MODEL_TRUNCATED, "");
    else
        decide(j, DEED_REASK, CODE_MODEL_BAD_ANSWER, "it breaks off");
    if (!found->cut || cut_usable(found->answer))
        j->spare = found->answer;
    else
        json_decref(found->answer);
}

/* No JSON: plain words, which may be a refusal or an explanation without its form. */
static void judge_words(const struct completion *c, const struct wanted *wanted, const struct content *found,
                        struct classification *j)
{
    const char *text = json_string_value(c->sources[0]), *why;
    json_t *prose;

    if (text != NULL && content_refuses(text)) {
        decide(j, DEED_SLIDE, CODE_MODEL_REFUSED, "");
        return;
    }
    decide(j, DEED_RESHAPE, CODE_MODEL_BAD_ANSWER, found->why);
    prose = text == NULL ? NULL : content_prose(text);
    if (prose != NULL)
        j->spare = wanted->clean(wanted->arg, prose, &why);
    json_decref(prose);
}

#define THOUGHT "all of it went into thinking: turn that off, llama.cpp: --reasoning off"

static void judge_missing(const struct completion *c, const struct wanted *wanted,
                          const struct content *found, struct classification *j)
{
    if (c->finish == FINISH_LENGTH && circles(c))
        decide(j, DEED_REASK, CODE_MODEL_BAD_ANSWER, "it goes round in circles");
    else if (c->finish == FINISH_LENGTH)
        decide(j, DEED_LONGER, CODE_MODEL_TRUNCATED, c->thinks ? THOUGHT : "");
    else if (c->finish == FINISH_BROKEN)
        decide(j, DEED_AGAIN, CODE_MODEL_UNAVAILABLE, "HTTP 200, broken off");
    else if (c->empty)
        decide(j, DEED_AGAIN, CODE_MODEL_UNAVAILABLE, "HTTP 200, an empty answer");
    else if (!found->json)
        judge_words(c, wanted, found, j);
    else if (found->torn)
        decide(j, DEED_REASK, CODE_MODEL_BAD_ANSWER, "it breaks off");
    else
        decide(j, answer_of_no_use(found->why) ? DEED_REASK : DEED_RESHAPE, CODE_MODEL_BAD_ANSWER,
               found->why);
}

static void judge_completion(const json_t *root, const struct wanted *wanted, struct classification *j)
{
    struct completion c = completion_read(root);

    j->input_tokens = c.input_tokens;
    j->output_tokens = c.output_tokens;
    if (c.refusal != NULL || c.finish == FINISH_REFUSED) {
        decide(j, DEED_SLIDE, CODE_MODEL_REFUSED, "");
    } else if (c.finish == FINISH_FILTERED) {
        decide(j, DEED_SLIDE, CODE_MODEL_FILTERED, "");
    } else {
        const struct content found = find(&c, wanted);

        if (found.answer != NULL)
            judge_found(&c, &found, j);
        else
            judge_missing(&c, wanted, &found, j);
    }
    completion_clear(&c);
}

static const char *model_in(const json_t *root)
{
    const char *model = json_string_value(json_object_get(root, "model"));

    return model == NULL || strpbrk(model, "\r\n\t") != NULL ? "" : model;
}

void response_classify(const struct heard *heard, const struct wanted *wanted, struct classification *j)
{
    const json_t *holder;
    json_t *root;
    long status;

    memset(j, 0, sizeof *j);
    if (heard->status == 0) {
        judge_transport(heard, j);
        return;
    }
    root = answer_body_read(heard->body, heard->size);
    holder = root;
    status = heard->status == 200 ? completion_error(root, &holder) : heard->status;
    if (status != 0) {
        judge_error(status, holder, heard, wanted, j);
    } else if (!json_is_object(root)) {
        decide(j, DEED_AGAIN, CODE_MODEL_UNAVAILABLE, "HTTP 200, not JSON"); /* a page of some gateway */
    } else {
        judge_completion(root, wanted, j);
        error_body_sentence(model_in(root), heard->secret, j->model, sizeof j->model);
    }
    json_decref(root);
}
