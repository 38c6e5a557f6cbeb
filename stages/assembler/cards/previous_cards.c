/* previous_cards - see previous_cards.h
 *
 * Passes from the surest to the boldest; each looks at the cards that are left, in groups with the same keys.
 * The summary of the earlier run is a stranger's: groups and what is compared of a text are bounded, so that
 * no summary makes it slow.
 */
#include "stages/assembler/cards/previous_cards.h"

#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/assembler/cards/note_guid.h"
#include "stages/assembler/cards/word_set.h"
#include "stages/lib/text/fold.h"

enum { KEY_TITLE, KEY_CONCEPT, KEY_FRONT, KEYS };

enum { PAIRS_MAX = 250000, TEXT_MAX = 2000, DAY_S = 86400 };

struct pass {
    bool keys[KEYS]; /* what has to be equal, and said */
    double min;      /* how alike they have to be */
};

static const struct pass passes[] = {
    {{[KEY_TITLE] = true, [KEY_CONCEPT] = true, [KEY_FRONT] = true}, 0},
    {{[KEY_TITLE] = true, [KEY_CONCEPT] = true}, 0},
    {{[KEY_FRONT] = true}, 0},
    {{[KEY_TITLE] = true}, 0.4},
    {{[KEY_CONCEPT] = true}, 0.25},
    {{false}, 0.6},
};

struct known {
    char *keys[KEYS]; /* folded */
    struct word_set words;
    enum card_kind kind;
    size_t place; /* among its own */
    struct known *mate;
};

struct pair {
    struct known *card, *earlier;
    double alike;
};

/* ---- cards ---- */

/* The beginning of a long text tells it from others well enough. */
static void words_add(struct word_set *words, const char *text)
{
    char *start = strndup(text, utf8_cut(text, strlen(text), TEXT_MAX));

    must(start != NULL);
    word_set_add(words, start);
    free(start);
}

static struct known *known_all(const struct likeness *cards, size_t count)
{
    struct known *all = need_zero(count + 1, sizeof *all);

    for (size_t i = 0; i < count; i++) {
        all[i] = (struct known){.keys = {fold_question(cards[i].title), fold_question(cards[i].concept),
                                         fold_question(cards[i].front)},
                                .kind = cards[i].kind,
                                .place = i};
        words_add(&all[i].words, cards[i].front);
        words_add(&all[i].words, cards[i].back);
    }
    return all;
}

static void known_free(struct known **all, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (int key = 0; key < KEYS; key++)
            free((*all)[i].keys[key]);
        word_set_drop(&(*all)[i].words);
    }
    free(*all);
    *all = NULL;
}

/* ---- groups ---- */

/* By the keys of the pass alone: 0 is the same group. */
static int compare(const struct known *one, const struct known *two, const struct pass *pass)
{
    int order = (int)one->kind - (int)two->kind;

    for (int key = 0; key < KEYS && order == 0; key++)
        if (pass->keys[key])
            order = strcmp(one->keys[key], two->keys[key]);
    return order;
}

static int by_group(const void *a, const void *b, void *arg)
{
    const struct known *one = *(struct known *const *)a, *two = *(struct known *const *)b;
    int order = compare(one, two, arg);

    return order != 0 ? order : one->place < two->place ? -1 : 1;
}

static bool takes_part(const struct known *card, const struct pass *pass)
{
    for (int key = 0; key < KEYS; key++)
        if (pass->keys[key] && *card->keys[key] == '\0')
            return false;
    return card->mate == NULL;
}

/* Those that are left for the pass, in groups. */
static struct known **sorted(struct known *all, size_t count, const struct pass *pass, size_t *left)
{
    struct known **list = need_zero(count + 1, sizeof(struct known *));

    *left = 0;
    for (size_t i = 0; i < count; i++)
        if (takes_part(&all[i], pass))
            list[(*left)++] = &all[i];
    qsort_r(list, *left, sizeof(struct known *), by_group, (void *)pass);
    return list;
}

static size_t group_size(struct known *const *list, size_t left, const struct pass *pass)
{
    size_t size = 1;

    while (size < left && compare(list[0], list[size], pass) == 0)
        size++;
    return size;
}

/* ---- pairs ---- */

static int by_likeness(const void *a, const void *b)
{
    const struct pair *one = a, *two = b;

    if (one->alike != two->alike)
        return one->alike > two->alike ? -1 : 1;
    if (one->card != two->card)
        return one->card->place < two->card->place ? -1 : 1;
    return one->earlier->place < two->earlier->place ? -1 : one->earlier->place > two->earlier->place;
}

/* The most alike first. */
static void pair_off(struct known *const *cards, size_t count, struct known *const *earlier,
                     size_t earlier_count, double min)
{
    struct pair *pairs;
    size_t found = 0;

    if (count > PAIRS_MAX / earlier_count)
        return;
    pairs = need_zero(count * earlier_count, sizeof *pairs);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < earlier_count; k++) {
            double alike = word_set_alike(&cards[i]->words, &earlier[k]->words);

            if (alike >= min)
                pairs[found++] = (struct pair){cards[i], earlier[k], alike};
        }
    qsort(pairs, found, sizeof *pairs, by_likeness);
    for (size_t i = 0; i < found; i++)
        if (pairs[i].card->mate == NULL && pairs[i].earlier->mate == NULL) {
            pairs[i].card->mate = pairs[i].earlier;
            pairs[i].earlier->mate = pairs[i].card;
        }
    free(pairs);
}

static void pass_run(const struct pass *pass, struct known *cards, size_t count, struct known *earlier,
                     size_t earlier_count)
{
    size_t left, earlier_left, i = 0, k = 0;
    struct known **list = sorted(cards, count, pass, &left),
                 **earlier_list = sorted(earlier, earlier_count, pass, &earlier_left);

    while (i < left && k < earlier_left) {
        int order = compare(list[i], earlier_list[k], pass);
        size_t size = order <= 0 ? group_size(list + i, left - i, pass) : 0;
        size_t earlier_size = order >= 0 ? group_size(earlier_list + k, earlier_left - k, pass) : 0;

        if (order == 0)
            pair_off(list + i, size, earlier_list + k, earlier_size, pass->min);
        i += size;
        k += earlier_size;
    }
    free(list);
    free(earlier_list);
}

void previous_match(const struct likeness *cards, size_t count, const struct likeness *earlier,
                    size_t earlier_count, long *mates)
{
    struct known *here = known_all(cards, count), *there = known_all(earlier, earlier_count);

    for (size_t i = 0; i < sizeof passes / sizeof *passes; i++)
        pass_run(&passes[i], here, count, there, earlier_count);
    for (size_t i = 0; i < count; i++)
        mates[i] = here[i].mate == NULL ? PREVIOUS_NONE : (long)here[i].mate->place;
    known_free(&here, count);
    known_free(&there, earlier_count);
}

/* ---- names and dates ---- */

/* A note that says what it said is as old as it was; any other is newer than it was. A date that is still to
 * come is somebody's mistake, and would keep the note from ever changing again. */
static void take_over(struct card *card, const struct previous_card *earlier)
{
    int64_t then_s = earlier->modified_s > card->modified_s + DAY_S ? 0 : earlier->modified_s;

    memcpy(card->guid, earlier->guid, GUID_ROOM);
    if (then_s > 0 && strcmp(card->content, earlier->content) == 0)
        card->modified_s = then_s;
    else if (card->modified_s <= then_s)
        card->modified_s = then_s + 1;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_taken(const char *guid, const char *const *taken, size_t count)
{
    return bsearch(&guid, taken, count, sizeof *taken, by_name) != NULL;
}

/* A new card must not have the name that another card keeps. */
static void make_room(struct card **cards, const long *mates, size_t count)
{
    const char **taken = need_zero(count + 1, sizeof *taken);
    size_t taken_count = 0;

    for (size_t i = 0; i < count; i++)
        if (mates[i] != PREVIOUS_NONE)
            taken[taken_count++] = cards[i]->guid;
    qsort(taken, taken_count, sizeof *taken, by_name);
    for (size_t i = 0; i < count; i++)
        for (unsigned try = 1; mates[i] == PREVIOUS_NONE && is_taken(cards[i]->guid, taken, taken_count);
             try++)
            guid_rename(cards[i], try);
    free(taken);
}

static int by_guid(const void *a, const void *b)
{
    const struct previous_card *one = a, *two = b;
    int order = strcmp(one->guid, two->guid);

    return order != 0 ? order : one->place < two->place ? -1 : one->place > two->place;
}

static int by_place(const void *a, const void *b)
{
    const struct previous_card *one = a, *two = b;

    return one->place < two->place ? -1 : one->place > two->place;
}

/* Of several with one name, the first stays. */
static void drop_twins(struct previous *previous)
{
    size_t kept = 0;

    for (size_t i = 0; i < previous->card_count; i++)
        previous->cards[i].place = i;
    qsort(previous->cards, previous->card_count, sizeof *previous->cards, by_guid);
    for (size_t i = 0; i < previous->card_count; i++)
        if (kept == 0 || strcmp(previous->cards[kept - 1].guid, previous->cards[i].guid) != 0)
            previous->cards[kept++] = previous->cards[i];
    previous->card_count = kept;
    qsort(previous->cards, kept, sizeof *previous->cards, by_place);
}

static struct likeness *earlier_all(const struct previous *previous)
{
    struct likeness *all = need_zero(previous->card_count + 1, sizeof *all);

    for (size_t i = 0; i < previous->card_count; i++) {
        const struct previous_card *card = &previous->cards[i];

        all[i] = (struct likeness){card->title, card->concept, card->front, card->back, card->kind};
    }
    return all;
}

/* Fills cards and what they are compared by. */
static size_t cards_all(const struct lecture *lecture, struct card **cards, struct likeness *all)
{
    size_t count = 0;

    for (size_t i = 0; i < lecture->slide_count; i++) {
        const struct slide *slide = &lecture->slides[i];

        for (size_t k = 0; slide->answer != NULL && k < slide->answer->card_count; k++, count++) {
            struct card *card = cards[count] = &slide->answer->cards[k];

            all[count] = (struct likeness){slide_own_title(slide), card->concept, card->front, card->back,
                                           card_kind(card)};
        }
    }
    return count;
}

void previous_take(struct lecture *lecture)
{
    struct previous *previous = &lecture->previous;
    size_t room = lecture_cards(lecture) + 1, count;
    struct card **cards = need_zero(room, sizeof(struct card *));
    struct likeness *here = need_zero(room, sizeof *here), *there;
    long *mates = need_zero(room, sizeof *mates);

    if (previous->card_count > 0)
        drop_twins(previous);
    there = earlier_all(previous);
    count = cards_all(lecture, cards, here);
    previous_match(here, count, there, previous->card_count, mates);
    for (size_t i = 0; i < count; i++)
        if (mates[i] != PREVIOUS_NONE)
            take_over(cards[i], &previous->cards[mates[i]]);
    make_room(cards, mates, count);
    free(mates);
    free(there);
    free(here);
    free(cards);
}
