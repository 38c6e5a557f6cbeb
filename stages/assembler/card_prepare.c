/* card_prepare - see card_prepare.h */
#include "stages/assembler/card_prepare.h"

#include <stdlib.h>

#include "proto/panic.h"
#include "stages/assembler/apkg/anki_media.h"
#include "stages/assembler/apkg/note.h"
#include "stages/assembler/cards/card_dedup.h"
#include "stages/assembler/cards/card_extra.h"
#include "stages/assembler/cards/list_cloze.h"
#include "stages/assembler/cards/note_guid.h"
#include "stages/assembler/cards/previous_cards.h"
#include "stages/assembler/lib/text.h"
#include "stages/assembler/rich/rich_gap.h"
#include "stages/assembler/rich/rich_plain.h"

/* ---- what shows nothing ---- */

static bool is_seen(struct pool *pool, const char *text)
{
    struct bytes plain = {0};
    char *clean;
    bool seen;

    rich_plain_line(rich_parse(pool, text, RICH_BLOCKS), &plain);
    clean = need(plain.size + 1);
    seen = text_clean(clean, bytes_text(&plain), plain.size) > 0;
    free(clean);
    bytes_drop(&plain);
    return seen;
}

/* An empty formula asks nothing, nor does a gap around one. */
static bool asks(const struct card *card)
{
    struct pool *pool = pool_new();
    bool asks = card->occlusion || (card->cloze ? rich_has_gap(rich_parse(pool, card->front, RICH_CLOZE))
                                                : is_seen(pool, card->front) && is_seen(pool, card->back));

    pool_free(&pool);
    return asks;
}

static void unseen_drop(struct lecture *lecture)
{
    for (size_t i = 0; i < lecture->slide_count; i++) {
        struct answer *answer = lecture->slides[i].answer;
        size_t kept = 0;

        for (size_t k = 0; answer != NULL && k < answer->card_count; k++)
            if (asks(&answer->cards[k]))
                answer->cards[kept++] = answer->cards[k];
        if (answer != NULL)
            answer->card_count = kept;
    }
}

/* ---- all of it ---- */

static void extras_find(struct lecture *lecture)
{
    for (size_t i = 0; i < lecture->slide_count; i++)
        if (lecture->slides[i].answer != NULL)
            card_extra_find(lecture->slides[i].answer, lecture->pool);
}

void cards_prepare(struct lecture *lecture, const struct language *language)
{
    guid_number(lecture);
    card_dedup(lecture);
    list_cloze_open(lecture);
    unseen_drop(lecture);
    extras_find(lecture);
    guid_name(lecture, language);
    media_name(lecture);
    note_date(lecture, language);
    previous_take(lecture);
}
