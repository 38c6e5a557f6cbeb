/* answer - see answer.h */
#include "stages/vision/answer/answer.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "stages/vision/answer/card_list.h"
#include "stages/lib/text/page_kind.h"
#include "stages/vision/answer/figure_labels.h"
#include "stages/vision/answer/left_out.h"
#include "stages/vision/answer/markup.h"
#include "stages/vision/answer/lenient_members.h"
#include "stages/vision/answer/loop_detect.h"
#include "stages/vision/answer/answer_unwrap.h"

/* Bounds of the domain, in bytes and entries; what is beyond them is cut behind a sentence, or left out. */
enum {
    TITLE = 500,
    PARAGRAPH = 6000,
    POINT = 2000,
    CONNECTIONS = 4000,
    SUMMARY = 4000,
    PARAGRAPHS = 40,
    POINTS = 60
};

/* The explanation first: an object without one is no answer. */
static const struct member_name names[] = {
    {"explanation", {"explanations", "paragraphs", "explanationparagraphs"}},
    {"title", {"slidetitle"}},
    {"kind", {"slidekind"}},
    {"key_points", {"keypoint", "points", "mainpoints"}},
    {"connections", {"connection"}},
    {"short_summary", {"summary"}},
    {"labels", {"label"}},
    {"anki_cards", {"ankicard", "cards", "flashcards", "ankiflashcards"}},
};

static const char no_object[] = "it is not a JSON object with an explanation";
static const char no_explanation[] = "the explanation is empty";
static const char in_circles[] = "it repeats itself";

bool answer_of_no_use(const char *why)
{
    return why == no_explanation || why == in_circles;
}

/* ---- loops ---- */

static bool list_repeats(const json_t *list)
{
    size_t count = json_array_size(list), i;
    const char **texts = need((count + 1) * sizeof *texts);
    const json_t *entry;
    bool repeats = false;

    json_array_foreach(list, i, entry)
    {
        texts[i] = json_string_value(entry);
        repeats = repeats || loop_detect_at_end(texts[i], json_string_length(entry));
    }
    repeats = repeats || loop_detect_among(texts, count);
    free(texts);
    return repeats;
}

static bool text_repeats(const json_t *text)
{
    return loop_detect_at_end(json_string_value(text), json_string_length(text));
}

/* What is told beside the explanation goes if it repeats itself. */
static void drop_loops(json_t *answer, json_t *left_out)
{
    static const char *const texts[] = {"connections", "short_summary"};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (text_repeats(json_object_get(answer, texts[i]))) {
            json_object_set_new(answer, texts[i], json_string(""));
            left_out_add(left_out, texts[i], "repeated");
        }
    if (list_repeats(json_object_get(answer, "key_points"))) {
        json_object_set_new(answer, "key_points", json_array());
        left_out_add(left_out, "key_point", "repeated");
    }
}

/* ---- the whole ---- */

static json_t *kind_text(const json_t *value)
{
    const char *name = json_is_string(value) ? json_string_value(value) : "";
    enum page_kind kind = page_kind_of(name);

    return json_string(page_kind_name(kind == KINDS ? KIND_CONTENT : kind)); /* not every model says */
}

/* The members of an object under our names. */
static json_t *shaped(const json_t *own, unsigned max_cards, json_t *left_out)
{
    json_t *answer = json_object();

#define MEMBER(name, value) json_object_set_new(answer, name, value)
    MEMBER("title", lenient_members_text(json_object_get(own, "title"), TITLE, "title", left_out));
    MEMBER("kind", kind_text(json_object_get(own, "kind")));
    MEMBER("explanation", lenient_members_list(json_object_get(own, "explanation"), PARAGRAPHS, PARAGRAPH,
                                               "\n\n", "paragraph", left_out));
    MEMBER("key_points", lenient_members_list(json_object_get(own, "key_points"), POINTS, POINT, "\n",
                                              "key_point", left_out));
    MEMBER("connections",
           lenient_members_text(json_object_get(own, "connections"), CONNECTIONS, "connections", left_out));
    MEMBER("short_summary",
           lenient_members_text(json_object_get(own, "short_summary"), SUMMARY, "short_summary", left_out));
    MEMBER("labels", figure_labels_clean(json_object_get(own, "labels")));
    MEMBER("anki_cards", card_list_clean(json_object_get(own, "anki_cards"), max_cards, left_out));
#undef MEMBER
    return answer;
}

static bool is_content(const json_t *answer)
{
    return page_kind_of(json_string_value(json_object_get(answer, "kind"))) == KIND_CONTENT;
}

/* A text or a list: a schema that is sent back has an object there. */
static bool explains(const json_t *own)
{
    const json_t *explanation = json_object_get(own, "explanation");

    return json_is_string(explanation) || json_is_array(explanation);
}

/* left_out NULL: nothing is mended, and nobody counts. */
static json_t *answer_of(const json_t *raw, unsigned max_cards, json_t *left_out, const char **why)
{
    json_t *found = answer_unwrap(raw, names, sizeof names / sizeof *names);
    json_t *own = left_out == NULL ? json_incref(found) : json_deep_copy(found), *answer;

    json_decref(found);
    if (left_out != NULL)
        markup_mend(own);

    *why = no_object;
    if (!explains(own)) {
        json_decref(own);
        return NULL;
    }
    answer = shaped(own, max_cards, left_out);
    json_decref(own);
    if (json_array_size(json_object_get(answer, "explanation")) > 0 || !is_content(answer))
        return answer;
    *why = no_explanation;
    json_decref(answer);
    return NULL;
}

json_t *answer_shaped(const json_t *raw, unsigned max_cards, const char **why)
{
    return answer_of(raw, max_cards, NULL, why);
}

json_t *answer_clean(const json_t *raw, unsigned max_cards, const char **why)
{
    json_t *left_out = json_array();
    json_t *answer = answer_of(raw, max_cards, left_out, why);

    if (answer != NULL && list_repeats(json_object_get(answer, "explanation"))) {
        *why = in_circles;
        json_decref(answer);
        answer = NULL;
    }
    if (answer != NULL) {
        drop_loops(answer, left_out);
        if (json_array_size(left_out) > 0)
            json_object_set(answer, "left_out", left_out);
    }
    json_decref(left_out);
    return answer;
}
