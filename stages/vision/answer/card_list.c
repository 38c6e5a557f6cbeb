/* card_list - see card_list.h */
#include "stages/vision/answer/card_list.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "stages/lib/text/cloze.h"
#include "stages/lib/text/fold.h"
#include "stages/vision/answer/figure_labels.h"
#include "stages/vision/answer/left_out.h"
#include "stages/vision/answer/lenient_members.h"
#include "stages/vision/answer/loop_detect.h"
#include "stages/vision/answer/answer_unwrap.h"

enum { FRONT = 1000, BACK = 4000, CARDS_HEARD = 1000 };

static const struct member_name names[] = {
    {"front", {"question", "q", "prompt", "text", "cloze"}},
    {"back", {"answer", "a", "response", "extra"}},
    {"concept", {"term", "topic"}},
};

/* [question, answer] as an object. */
static json_t *paired(const json_t *value)
{
    if (json_array_size(value) != 2 || !json_is_string(json_array_get(value, 0)) ||
        !json_is_string(json_array_get(value, 1)))
        return NULL;
    return json_pack("{s:O, s:O}", "front", json_array_get(value, 0), "back", json_array_get(value, 1));
}

static json_t *text_of(const json_t *value)
{
    return lenient_members_text(value, SIZE_MAX, "card", NULL);
}

/* The same question again, in other capitals or signs. A gap's place is what a cloze asks. */
static bool card_known(const json_t *cards, const json_t *card)
{
    char *front = fold_question(json_string_value(json_object_get(card, "front")));
    const json_t *other;
    bool known = false;
    size_t i;

    json_array_foreach(cards, i, other)
    {
        char *asked = fold_question(json_string_value(json_object_get(other, "front")));

        known = known || (*front != '\0' && strcmp(asked, front) == 0);
        free(asked);
    }
    free(front);
    return known;
}

/* Why a card of these texts cannot be kept; NULL: it can. */
static const char *fault_of(const json_t *front, const json_t *back)
{
    const char *text = json_string_value(front);
    bool gaps = cloze_meant(text);

    if (*text == '\0')
        return "no_front";
    if (gaps && !cloze_valid(text))
        return "bad_gap";
    if (!gaps && json_string_length(back) == 0)
        return "no_back";
    if (json_string_length(front) > FRONT || json_string_length(back) > BACK)
        return "too_long";
    return loop_detect_at_end(json_string_value(back), json_string_length(back)) ? "repeated" : NULL;
}

/* The type is ours to say: gaps make a cloze. NULL with *fault. */
static json_t *card_of(const json_t *value, const char **fault)
{
    json_t *pair = paired(value);
    json_t *own =
        json_is_object(value) ? answer_unwrap(value, names, sizeof names / sizeof *names) : json_incref(pair);
    json_t *front = text_of(json_object_get(own, "front")), *back = text_of(json_object_get(own, "back"));
    json_t *card = NULL;

    *fault = own == NULL && !json_is_object(value) ? "no_card" : fault_of(front, back);
    if (*fault == NULL)
        card = json_pack(
            "{s:s, s:o, s:O, s:O}", "type", cloze_meant(json_string_value(front)) ? "cloze" : "basic",
            "concept", figure_labels_concept(json_object_get(own, "concept")), "front", front, "back", back);
    json_decref(front);
    json_decref(back);
    json_decref(own);
    json_decref(pair);
    return card;
}

json_t *card_list_clean(const json_t *value, unsigned max, json_t *left_out)
{
    json_t *cards = json_array(), *entry;
    const char *fault;
    size_t i;

    if (value != NULL && !json_is_null(value) && !json_is_array(value))
        left_out_add(left_out, "card", "no_card");
    json_array_foreach(value, i, entry)
    {
        json_t *card = i < CARDS_HEARD ? card_of(entry, &fault) : NULL;

        if (i >= CARDS_HEARD)
            fault = "too_many";
        else if (card != NULL && card_known(cards, card))
            fault = "repeated";
        else if (card != NULL && json_array_size(cards) >= max)
            fault = "too_many";
        if (fault == NULL)
            json_array_append(cards, card);
        else
            left_out_add(left_out, "card", fault);
        json_decref(card);
    }
    return cards;
}
