/* card_dedup - see card_dedup.h */
#include "stages/assembler/cards/card_dedup.h"

#include <search.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "stages/assembler/cards/question.h"
#include "stages/assembler/cards/word_set.h"
#include "stages/lib/text/cloze.h"
#include "stages/lib/text/fold.h"

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* What it asks, folded. A figure asks for its labels, and is another question than a text of them. */
static char *question(const struct card *card)
{
    char *folded = fold_question(card->occlusion ? card->back : card->front), *question;

    must(asprintf(&question, "%s%s", card->occlusion ? "figure\n" : "", folded) != -1);
    free(folded);
    return question;
}

/* Takes the question. */
static bool is_new(void **seen, char *asked)
{
    char *const *found = tsearch(asked, seen, by_text);

    if (found == NULL)
        panic("out of memory");
    if (*found != asked)
        free(asked);
    return *found == asked;
}

/* From the back, so that the last one stays. */
static void keep_new(struct answer *answer, void **seen)
{
    size_t kept = answer->card_count;

    for (size_t i = answer->card_count; i-- > 0;)
        if (!answer->cards[i].left_out && is_new(seen, question(&answer->cards[i])))
            answer->cards[--kept] = answer->cards[i];
    answer->card_count -= kept;
    memmove(answer->cards, answer->cards + kept, answer->card_count * sizeof *answer->cards);
}

/* ---- nearly the same ---- */

/* What of two answers must be the same, at least; with how many of a question an answer is compared; what a
 * word weighs that makes an answer another one. */
static const double ALIKE = 0.6;
enum { COMPARED = 16, HEAVY = 2 };

/* A card that may be asked nearly the same by another. */
struct asked {
    struct card *card;
    size_t place; /* in the lecture */
    char *front, *back;
    uint64_t key, signs;
    struct word_set asks, says; /* the words of front and back */
};

struct asking {
    struct asked *asked;
    size_t count;
    struct questions *questions;
};

/* A text with gaps: what stands around them asks, what is in them is the answer. */
static void part_gaps(const struct card *card, char **front, char **back)
{
    size_t at = 0, sizes[2];
    FILE *out = open_memstream(front, &sizes[0]), *in = open_memstream(back, &sizes[1]);
    struct cloze gap;

    must(out != NULL && in != NULL);
    for (; cloze_next(card->front, at, &gap); at = gap.at + gap.size) {
        fprintf(out, "%.*s{}", (int)(gap.at - at), card->front + at);
        fprintf(in, "%.*s ", (int)gap.inner_size, card->front + gap.inner);
    }
    fputs(card->front + at, out);
    must(fclose(out) == 0 && fclose(in) == 0);
}

static void ask(struct asking *asking, struct card *card)
{
    struct asked *asked = &asking->asked[asking->count];

    if (card->left_out || card->occlusion)
        return;
    *asked = (struct asked){.card = card, .place = asking->count};
    if (card->cloze)
        part_gaps(card, &asked->front, &asked->back);
    else {
        asked->front = need_dup(card->front);
        asked->back = need_dup(card->back);
    }
    asked->signs = question_signs(asked->back);
    word_set_make(&asked->asks, asked->front);
    word_set_make(&asked->says, asked->back);
    questions_add(asking->questions, asked->front);
    asking->count++;
}

static void ask_all(struct asking *asking, struct lecture *lecture)
{
    size_t cards = 0;

    for (size_t i = 0; i < lecture->slide_count; i++)
        cards += lecture->slides[i].answer == NULL ? 0 : lecture->slides[i].answer->card_count;
    asking->asked = need_zero(cards + 1, sizeof *asking->asked);
    for (size_t i = 0; i < lecture->slide_count; i++) {
        struct answer *answer = lecture->slides[i].answer;

        for (size_t k = 0; answer != NULL && k < answer->card_count; k++)
            ask(asking, &answer->cards[k]);
        questions_add_title(asking->questions, slide_title(&lecture->slides[i]));
    }
    for (size_t i = 0; i < asking->count; i++)
        asking->asked[i].key = question_key(asking->questions, asking->asked[i].front);
}

/* The same questions together, later ones first. */
static int by_key(const void *a, const void *b)
{
    const struct asked *one = a, *two = b;

    if (one->key != two->key)
        return one->key < two->key ? -1 : 1;
    return one->place < two->place ? 1 : -1;
}

/* Has one a word in front and back that the other has in neither, as a negation has? */
static bool turns_round(const struct asked *one, const struct asked *two)
{
    for (size_t i = 0; i < one->asks.count; i++) {
        const struct word *word = &one->asks.words[i];

        if (!word_set_has(&two->asks, word) && word_set_has(&one->says, word) &&
            !word_set_has(&two->says, word))
            return !word_set_has_more(&two->asks, &one->asks, 0);
    }
    return false;
}

/* Do they say different things, though in much the same words? */
static bool differ(const struct asked *one, const struct asked *two)
{
    return (word_set_has_more(&one->says, &two->says, HEAVY) &&
            word_set_has_more(&two->says, &one->says, HEAVY)) ||
           turns_round(one, two) || turns_round(two, one);
}

static bool nearly_same(const struct asked *one, const struct asked *two)
{
    double alike = word_set_alike(&one->says, &two->says);

    return !differ(one, two) && one->key != 0 && one->key == two->key && one->signs == two->signs &&
           one->card->cloze == two->card->cloze && (one->card->cloze ? alike == 1 : alike >= ALIKE);
}

/* The last one of each stays. */
static void mark_alike(const struct asking *asking)
{
    const struct asked *asked = asking->asked;

    for (size_t i = 1; i < asking->count; i++)
        for (size_t k = i; k-- > 0 && i - k <= COMPARED && asked[k].key == asked[i].key;)
            if (!asked[k].card->left_out && nearly_same(&asked[k], &asked[i]))
                asked[i].card->left_out = true;
}

static void near_mark(struct lecture *lecture)
{
    struct asking asking = {.questions = questions_new()};

    ask_all(&asking, lecture);
    qsort(asking.asked, asking.count, sizeof *asking.asked, by_key);
    mark_alike(&asking);
    for (size_t i = 0; i < asking.count; i++) {
        word_set_drop(&asking.asked[i].asks);
        word_set_drop(&asking.asked[i].says);
        free(asking.asked[i].front);
        free(asking.asked[i].back);
    }
    free(asking.asked);
    questions_free(&asking.questions);
}

/* ---- all of it ---- */

void card_dedup(struct lecture *lecture)
{
    void *seen = NULL;

    near_mark(lecture);
    for (size_t i = lecture->slide_count; i-- > 0;)
        if (lecture->slides[i].answer != NULL && lecture->slides[i].answer->card_count > 0)
            keep_new(lecture->slides[i].answer, &seen);
    tdestroy(seen, free);
}
