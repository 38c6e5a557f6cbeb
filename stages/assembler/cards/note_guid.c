/* note_guid - see note_guid.h */
#include "stages/assembler/cards/note_guid.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/digest.h"
#include "proto/panic.h"
#include "stages/assembler/lib/bytes.h"
#include "stages/lib/text/fold.h"

void guid_spell(char guid[GUID_ROOM], const void *text, size_t size)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    unsigned char sum[DIGEST_BYTES];

    digest_of(text, size, sum);
    for (size_t i = 0; i < GUID_ROOM - 1; i++) {
        size_t bit = i * 6;
        unsigned pair = (unsigned)sum[bit / 8] << 8 | sum[bit / 8 + 1];

        guid[i] = letters[pair >> (10 - bit % 8) & 63];
    }
    guid[GUID_ROOM - 1] = '\0';
}

/* ---- what a card is known by on its own ---- */

/* Folded; as it stands if it has neither letter nor digit. */
static void add_folded(struct bytes *to, const char *text)
{
    char *folded = fold_question(text);

    bytes_add_text(to, *folded != '\0' ? folded : text);
    free(folded);
}

/* Without the number of its section, which moves when another is put in before it. */
static const char *past_number(const char *title)
{
    size_t number = strspn(title, "0123456789."), blanks = strspn(title + number, ") \t");

    return number > 0 && blanks > 0 && title[number + blanks] != '\0' ? title + number + blanks : title;
}

/* "title LF concept"; without a concept "title LF LF title of the answer LF place", since many slides have
 * only the lecture's name as their own title, and a place says little among those. The caller frees. */
static char *identity(const struct slide *slide, const struct card *card)
{
    struct bytes text = {0};

    add_folded(&text, past_number(slide_own_title(slide)));
    bytes_add_text(&text, "\n");
    if (*card->concept != '\0')
        add_folded(&text, card->concept);
    else {
        bytes_add_text(&text, "\n");
        add_folded(&text, slide->answer->title);
        bytes_add_format(&text, "\n%u", card->place);
    }
    return bytes_text(&text);
}

/* ---- numbers for those that are alike ---- */

struct alike {
    char *identity;
    struct card *card;
    size_t place;
};

static int by_identity(const void *a, const void *b)
{
    const struct alike *one = a, *two = b;
    int order = strcmp(one->identity, two->identity);

    return order != 0 ? order : one->place < two->place ? -1 : one->place > two->place;
}

void guid_number(struct lecture *lecture)
{
    struct alike *all = need_zero(lecture_cards(lecture) + 1, sizeof *all);
    size_t count = 0;

    for (size_t i = 0; i < lecture->slide_count; i++) {
        const struct slide *slide = &lecture->slides[i];

        for (size_t k = 0; slide->answer != NULL && k < slide->answer->card_count; k++, count++)
            all[count] = (struct alike){.identity = identity(slide, &slide->answer->cards[k]),
                                        .card = &slide->answer->cards[k],
                                        .place = count};
    }
    qsort(all, count, sizeof *all, by_identity);
    for (size_t i = 0; i < count; i++)
        all[i].card->nth =
            i > 0 && strcmp(all[i - 1].identity, all[i].identity) == 0 ? all[i - 1].card->nth + 1 : 0;
    for (size_t i = 0; i < count; i++)
        free(all[i].identity);
    free(all);
}

/* ---- names ---- */

/* By what the request calls it, else by the file; without any name only by its job. */
static void add_lecture(struct bytes *to, const struct lecture *lecture, const struct language *language)
{
    bool named = *lecture->filename != '\0' || *lecture->title != '\0';

    if (*lecture->key != '\0')
        bytes_add_format(to, "key\n%s\n", lecture->key);
    else if (*lecture->called != '\0')
        bytes_add_format(to, "called\n%s\n%s\n", lecture->course, lecture->called);
    else
        bytes_add_format(to, "file\n%s\n%s\n", named ? lecture->filename : lecture->job, lecture->title);
    bytes_add_format(to, "%s\n", *language->tag != '\0' ? language->tag : lecture->language);
}

static void guid_set(struct card *card, const struct slide *slide, const struct bytes *lecture)
{
    static const char *const kinds[CARD_KINDS] = {"card", "cloze", "occlusion"};
    char *own = identity(slide, card);
    struct bytes text = {0};

    bytes_add_format(&text, "slidemill 2 %s\n", kinds[card_kind(card)]);
    bytes_add(&text, lecture->data, lecture->size);
    bytes_add_format(&text, "%s\n%u\n", own, card->nth);
    guid_spell(card->guid, text.data, text.size);
    bytes_drop(&text);
    free(own);
}

void guid_name(struct lecture *lecture, const struct language *language)
{
    struct bytes said = {0};

    add_lecture(&said, lecture, language);
    for (size_t i = 0; i < lecture->slide_count; i++) {
        const struct slide *slide = &lecture->slides[i];

        for (size_t k = 0; slide->answer != NULL && k < slide->answer->card_count; k++)
            guid_set(&slide->answer->cards[k], slide, &said);
    }
    bytes_drop(&said);
}

void guid_rename(struct card *card, unsigned try)
{
    char text[64];
    int size = snprintf(text, sizeof text, "slidemill 2 again\n%s\n%u\n", card->guid, try);

    guid_spell(card->guid, text, (size_t)size);
}
