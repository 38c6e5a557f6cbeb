/* word_set - see word_set.h */
#include "stages/assembler/cards/word_set.h"

#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/lib/text/fold.h"
#include "stages/lib/text/char_class.h"

/* FNV-1a; a collision makes two texts a little more alike than they are. */
static uint32_t hash_of(const char *word, size_t size)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (unsigned char)word[i]) * 16777619u;
    return hash;
}

static void word_put(struct word_set *set, const char *word, size_t size, unsigned char weight)
{
    set->words[set->count++] = (struct word){.hash = hash_of(word, size), .weight = weight};
}

/* Two characters that are written without blanks say about as much as half a word. */
static void put_wide(struct word_set *set, const char *run, size_t size)
{
    size_t first, second;
    uint32_t c;

    for (size_t at = 0; at < size; at += first) {
        first = utf8_next(run + at, size - at, &c);
        second = at + first < size ? utf8_next(run + at + first, size - at - first, &c) : 0;
        if (second > 0 || at == 0)
            word_put(set, run + at, first + second, second > 0 ? 2 : 0);
    }
}

/* Bytes of the run at text: of one blankless word, all wide or all not. */
static size_t run_size(const char *text, bool *wide, unsigned *letters)
{
    size_t size = strlen(text), at = 0, step;
    uint32_t c;

    *wide = char_is_wide(char_first(text));
    *letters = 0;
    for (; at < size && text[at] != ' '; at += step, ++*letters) {
        step = utf8_next(text + at, size - at, &c);
        if (step == 0 || char_is_wide(c) != *wide)
            break;
    }
    return at;
}

static int by_hash(const void *a, const void *b)
{
    const struct word *one = a, *two = b;

    return one->hash < two->hash ? -1 : one->hash > two->hash;
}

static void sort(struct word_set *set)
{
    size_t kept = 0;

    if (set->count > 0)
        qsort(set->words, set->count, sizeof *set->words, by_hash);
    for (size_t i = 0; i < set->count; i++)
        if (kept == 0 || set->words[kept - 1].hash != set->words[i].hash)
            set->words[kept++] = set->words[i];
    set->count = kept;
}

void word_set_add(struct word_set *set, const char *text)
{
    char *folded = fold(text);
    size_t room = set->count + strlen(folded) + 1, size;
    struct word *words = need_zero(room, sizeof *words);
    unsigned letters;
    bool wide;

    if (set->count > 0)
        memcpy(words, set->words, set->count * sizeof *words);
    free(set->words);
    set->words = words;
    for (const char *at = folded; *at != '\0'; at += size > 0 ? size : 1) {
        size = run_size(at, &wide, &letters);
        if (size > 0 && wide)
            put_wide(set, at, size);
        else if (size > 0)
            word_put(set, at, size, letters < 3 ? 0 : letters == 3 ? 1 : letters < 6 ? 2 : 3);
    }
    sort(set);
    free(folded);
}

void word_set_make(struct word_set *set, const char *text)
{
    *set = (struct word_set){0};
    word_set_add(set, text);
}

void word_set_drop(struct word_set *set)
{
    free(set->words);
    *set = (struct word_set){0};
}

bool word_set_has(const struct word_set *set, const struct word *word)
{
    return set->count > 0 && bsearch(word, set->words, set->count, sizeof *word, by_hash) != NULL;
}

bool word_set_has_more(const struct word_set *one, const struct word_set *two, unsigned weight)
{
    for (size_t i = 0; i < one->count; i++)
        if (one->words[i].weight >= weight && !word_set_has(two, &one->words[i]))
            return true;
    return false;
}

size_t word_set_shared(const struct word_set *one, const struct word_set *two)
{
    size_t shared = 0;

    for (size_t i = 0, k = 0; i < one->count && k < two->count;) {
        int order = by_hash(&one->words[i], &two->words[k]);

        shared += order == 0;
        i += order <= 0;
        k += order >= 0;
    }
    return shared;
}

double word_set_alike(const struct word_set *one, const struct word_set *two)
{
    size_t shared = word_set_shared(one, two), all = one->count + two->count - shared;

    return all == 0 ? 0 : (double)shared / (double)all;
}
