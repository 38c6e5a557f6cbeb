/* card_extra - see card_extra.h
 *
 * Words count by their rarity among the slide's sentences: what most of them say tells nothing of this card.
 */
#include "stages/assembler/cards/card_extra.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/assembler/cards/word_set.h"
#include "stages/assembler/lib/text.h"

enum {
    PARAGRAPHS_MAX = 32,
    PARAGRAPH_MAX = 8192,
    SENTENCES_MAX = 64,
    SENTENCE_MIN = 16,
    SENTENCE_MAX = 400,
    SHORT = 100,
    TWO_MAX = 320,
    ENOUGH = 4,
    NEWS = 6
};

struct sentence {
    const char *text;
    size_t size, paragraph;
    struct word_set words;
};

struct sentences {
    struct sentence item[SENTENCES_MAX];
    size_t count;
    char *paragraphs[PARAGRAPHS_MAX]; /* what they point into */
    size_t paragraph_count;
};

/* ---- sentences ---- */

static size_t count_of(const char *text, size_t size, const char *mark)
{
    const char *end = text + size;
    size_t count = 0;

    for (; (text = memmem(text, (size_t)(end - text), mark, strlen(mark))) != NULL; text += strlen(mark))
        count++;
    return count;
}

static bool odd(const char *text, size_t size, const char *mark)
{
    return count_of(text, size, mark) % 2 == 1;
}

/* Can it stand alone: no half of a formula, of bold words, of a table, of code? */
static bool whole(const char *text, size_t size)
{
    return size >= SENTENCE_MIN && size <= SENTENCE_MAX && *text != '|' && *text != '#' &&
           !odd(text, size, "**") && !odd(text, size, "`") && !odd(text, size, "$") &&
           count_of(text, size, "\\(") == count_of(text, size, "\\)") &&
           count_of(text, size, "\\[") == count_of(text, size, "\\]") && text[size - 1] != ':';
}

/* Bytes of what stands before a list's entry or sentence: "- ", "2. ". */
static size_t marker_size(const char *text)
{
    size_t digits = strspn(text, "0123456789"), blanks = strspn(text, " \t\n");

    if (blanks > 0)
        return blanks;
    if (digits > 0 && (text[digits] == '.' || text[digits] == ')') && text[digits + 1] == ' ')
        return digits + 2;
    return strchr("-*+", *text) != NULL && text[1] == ' ' ? 2 : 0;
}

static void sentence_add(struct sentences *to, const char *text, size_t size)
{
    char *copy = strndup(text, size);

    must(copy != NULL);
    to->item[to->count] = (struct sentence){.text = text, .size = size, .paragraph = to->paragraph_count};
    word_set_make(&to->item[to->count++].words, copy);
    free(copy);
}

static void split(struct sentences *to, const char *text)
{
    size_t size;

    while (*text != '\0' && to->count < SENTENCES_MAX) {
        if ((size = marker_size(text)) > 0) {
            text += size;
            continue;
        }
        if ((size = text_first_sentence(text, strlen(text))) == 0)
            break;
        if (whole(text, size))
            sentence_add(to, text, size);
        text += size;
    }
}

/* The beginning of each text, however long it is. */
static void split_all(struct sentences *to, const struct texts *texts)
{
    for (size_t i = 0; i < texts->count && to->paragraph_count < PARAGRAPHS_MAX; i++) {
        const char *text = texts->item[i];
        char *start = strndup(text, utf8_cut(text, strlen(text), PARAGRAPH_MAX));

        must(start != NULL);
        split(to, start);
        to->paragraphs[to->paragraph_count++] = start;
    }
}

static void sentences_drop(struct sentences *all)
{
    for (size_t i = 0; i < all->count; i++)
        word_set_drop(&all->item[i].words);
    for (size_t i = 0; i < all->paragraph_count; i++)
        free(all->paragraphs[i]);
}

/* ---- which one ---- */

/* In how many sentences is it? At least one. */
static unsigned spread(const struct sentences *all, const struct word *word)
{
    unsigned count = 0;

    for (size_t i = 0; i < all->count; i++)
        count += word_set_has(&all->item[i].words, word);
    return count > 0 ? count : 1;
}

/* What it says that the card does not. */
static unsigned fresh(const struct word_set *words, const struct word_set *card)
{
    unsigned sum = 0;

    for (size_t i = 0; i < words->count; i++)
        sum += word_set_has(card, &words->words[i]) ? 0 : words->words[i].weight;
    return sum;
}

/* The one after it, if they are one thought and not too long together. */
static const struct sentence *follower(const struct sentences *all, const struct sentence *sentence)
{
    const struct sentence *next = sentence + 1;

    if (next == all->item + all->count || next->paragraph != sentence->paragraph ||
        next->text + next->size > sentence->text + TWO_MAX ||
        memchr(sentence->text, '\n', (size_t)(next->text - sentence->text)) != NULL)
        return NULL;
    return next;
}

/* How much does it say about the card? 0: no more than the card, even with the one after it. */
static double worth(const struct sentences *all, const struct sentence *sentence, const struct word_set *card)
{
    const struct sentence *next = follower(all, sentence);
    unsigned shared = 0;
    double rare = 0;

    for (size_t i = 0; i < sentence->words.count; i++) {
        const struct word *word = &sentence->words.words[i];

        if (word_set_has(card, word)) {
            shared += word->weight;
            rare += word->weight / (double)spread(all, word);
        }
    }
    if (shared < ENOUGH ||
        fresh(&sentence->words, card) + (next == NULL ? 0 : fresh(&next->words, card)) < NEWS)
        return 0;
    return rare;
}

static const struct sentence *best_of(const struct sentences *all, const struct word_set *card)
{
    const struct sentence *best = NULL;
    double max = 0;

    for (size_t i = 0; i < all->count; i++) {
        double this = worth(all, &all->item[i], card);

        if (this > max) {
            max = this;
            best = &all->item[i];
        }
    }
    return best;
}

/* With the one after it if it is short, or says nothing new by itself. */
static char *extra_text(const struct sentences *all, const struct sentence *best, const struct word_set *card)
{
    const struct sentence *next = follower(all, best);
    bool both = next != NULL && (best->size < SHORT || fresh(&best->words, card) < NEWS);

    return strndup(best->text, both ? (size_t)(next->text - best->text) + next->size : best->size);
}

/* A summary that only repeats the card is none. */
static char *summary_of(const struct answer *answer, const struct word_set *card)
{
    struct word_set words;
    bool says_more;

    word_set_make(&words, answer->summary);
    says_more = fresh(&words, card) >= NEWS / 2;
    word_set_drop(&words);
    return need_dup(says_more ? answer->summary : "");
}

static const char *extra_of(const struct sentences *all, const struct answer *answer, const struct card *card,
                            struct pool *pool)
{
    const struct sentence *best;
    struct word_set said;
    char *extra, *kept;

    word_set_make(&said, card->front);
    word_set_add(&said, card->back);
    best = best_of(all, &said);
    extra = best != NULL ? extra_text(all, best, &said) : summary_of(answer, &said);
    must(extra != NULL);
    kept = pool_text(pool, extra);
    free(extra);
    word_set_drop(&said);
    return kept;
}

void card_extra_find(struct answer *answer, struct pool *pool)
{
    struct sentences all = {0};

    split_all(&all, &answer->explanation);
    split_all(&all, &answer->points);
    for (size_t i = 0; i < answer->card_count; i++)
        answer->cards[i].extra = extra_of(&all, answer, &answer->cards[i], pool);
    sentences_drop(&all);
}
