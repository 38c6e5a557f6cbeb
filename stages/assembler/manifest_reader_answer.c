/* manifest_reader_answer - what a model or the offline engine said of one slide, see json_fields.h */
#include "stages/assembler/json_fields.h"

#include <string.h>

#include "stages/lib/text/cloze.h"

enum { LEFT_OUT_MAX = 100000 };

/* A card needs both sides, but for what is behind gaps. */
static void read_cards(struct reading *reading, const json_t *object, struct answer *answer)
{
    const json_t *list = get_list(reading, object, "anki_cards"), *entry;
    size_t i;

    answer->cards =
        pool_get(reading->pool, json_array_size(list) + 1, sizeof *answer->cards); /* a figure's */
    json_array_foreach(list, i, entry)
    {
        struct card card = {.front = get_text(reading, entry, "front"),
                            .back = get_text(reading, entry, "back"),
                            .concept = may_text(reading, entry, "concept"),
                            .place = (unsigned)i};

        card.cloze = strcmp(may_text(reading, entry, "type"), "cloze") == 0 && cloze_valid(card.front);
        if (*card.front != '\0' && (card.cloze || *card.back != '\0'))
            answer->cards[answer->card_count++] = card;
    }
}

struct card *card_at(struct answer *answer, unsigned place)
{
    for (size_t i = 0; i < answer->card_count; i++)
        if (answer->cards[i].place == place)
            return &answer->cards[i];
    return NULL;
}

/* What is said without support goes to its card, or to the slide. */
static void read_claims(struct reading *reading, const json_t *list, struct answer *answer)
{
    const json_t *entry;
    size_t i;

    answer->claims = pool_get(reading->pool, json_array_size(list), sizeof *answer->claims);
    json_array_foreach(list, i, entry)
    {
        struct claim claim = {.where = may_word(reading, entry, "where",
                                                " explanation key_points short_summary connections card "),
                              .kind = may_word(reading, entry, "kind", " number name formula "),
                              .text = may_text(reading, entry, "text"),
                              .index = (unsigned)may_number(entry, "index")};
        struct card *card = strcmp(claim.where, "card") == 0 ? card_at(answer, claim.index) : NULL;

        if (*claim.text == '\0' || *claim.where == '\0' || *claim.kind == '\0')
            continue;
        if (strcmp(claim.where, "card") != 0)
            answer->claims[answer->claim_count++] = claim;
        if (card == NULL)
            continue;
        if (card->doubts.count == 0)
            card->doubts.item = pool_get(reading->pool, json_array_size(list), sizeof *card->doubts.item);
        card->doubts.item[card->doubts.count++] = claim.text;
    }
}

/* What was left out of the answer, as vision counted it (stages/vision/answer/left_out.h). */
static void read_left_out(struct reading *reading, const json_t *list, struct answer *answer)
{
    static const char kinds[] = " card paragraph key_point title connections short_summary ";
    static const char reasons[] =
        " no_card no_front no_back too_long bad_gap repeated too_many not_text cut ";
    const json_t *entry;
    size_t i;

    answer->left_out = pool_get(reading->pool, json_array_size(list), sizeof *answer->left_out);
    json_array_foreach(list, i, entry)
    {
        uint64_t count = may_number(entry, "count");
        struct left_out left_out = {.what = may_word(reading, entry, "what", kinds),
                                    .reason = may_word(reading, entry, "reason", reasons),
                                    .count = count > LEFT_OUT_MAX ? LEFT_OUT_MAX : (unsigned)count};

        if (*left_out.what != '\0' && *left_out.reason != '\0' && left_out.count > 0)
            answer->left_out[answer->left_out_count++] = left_out;
    }
}

struct answer *read_answer(struct reading *reading, const json_t *object)
{
    const json_t *grounded, *unread;
    struct answer *answer;

    if (json_is_null(object))
        return NULL;
    answer = pool_get(reading->pool, 1, sizeof *answer);
    answer->title = get_text(reading, object, "title");
    answer->explanation = get_texts(reading, object, "explanation");
    answer->points = get_texts(reading, object, "key_points");
    answer->connections = get_text(reading, object, "connections");
    answer->summary = get_text(reading, object, "short_summary");
    answer->labels = may_texts(reading, object, "labels");
    read_cards(reading, object, answer);
    answer->kind = may_word(reading, object, "kind", " content title agenda section closing blank ");
    grounded = json_object_get(object, "grounded");
    answer->grounded = json_is_boolean(grounded) ? json_is_true(grounded) : -1;
    read_claims(reading, json_object_get(object, "unsupported"), answer);
    answer->ocr = *may_word(reading, object, "text_source", " ocr ") != '\0';
    unread = json_object_get(object, "unread");
    answer->unread_script = may_text(reading, unread, "script");
    answer->unread_language = may_text(reading, unread, "language");
    read_left_out(reading, json_object_get(object, "left_out"), answer);
    return answer;
}
