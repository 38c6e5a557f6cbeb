/* bag - see bag.h */
#include "stages/assembler/bag.h"

#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/lib/fold.h"
#include "stages/lib/glyph.h"

/* FNV-1a; a collision makes two texts a little more alike than they are. */
static uint32_t hash_of(const char *word, size_t size)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (unsigned char)word[i]) * 16777619u;
    return hash;
}

static void put(struct bag *bag, const char *word, size_t size, unsigned char weight)
{
    bag->words[bag->count++] = (struct word){.hash = hash_of(word, size), .weight = weight};
}

/* Two characters that are written without blanks say about as much as half a word. */
static void put_wide(struct bag *bag, const char *run, size_t size)
{
    size_t first, second;
    uint32_t c;

    for (size_t at = 0; at < size; at += first) {
        first = utf8_next(run + at, size - at, &c);
        second = at + first < size ? utf8_next(run + at + first, size - at - first, &c) : 0;
        if (second > 0 || at == 0)
            put(bag, run + at, first + second, second > 0 ? 2 : 0);
    }
}

/* Bytes of the run at text: of one blankless word, all wide or all not. */
static size_t run_size(const char *text, bool *wide, unsigned *letters)
{
    size_t size = strlen(text), at = 0, step;
    uint32_t c;

    *wide = glyph_wide(glyph_first(text));
    *letters = 0;
    for (; at < size && text[at] != ' '; at += step, ++*letters) {
        step = utf8_next(text + at, size - at, &c);
        if (step == 0 || glyph_wide(c) != *wide)
            break;
    }
    return at;
}

static int by_hash(const void *a, const void *b)
{
    const struct word *one = a, *two = b;

    return one->hash < two->hash ? -1 : one->hash > two->hash;
}

static void sort(struct bag *bag)
{
    size_t kept = 0;

    if (bag->count > 0)
        qsort(bag->words, bag->count, sizeof *bag->words, by_hash);
    for (size_t i = 0; i < bag->count; i++)
        if (kept == 0 || bag->words[kept - 1].hash != bag->words[i].hash)
            bag->words[kept++] = bag->words[i];
    bag->count = kept;
}

void bag_add(struct bag *bag, const char *text)
{
    char *folded = fold(text);
    size_t room = bag->count + strlen(folded) + 1, size;
    struct word *words = need_zero(room, sizeof *words);
    unsigned letters;
    bool wide;

    if (bag->count > 0)
        memcpy(words, bag->words, bag->count * sizeof *words);
    free(bag->words);
    bag->words = words;
    for (const char *at = folded; *at != '\0'; at += size > 0 ? size : 1) {
        size = run_size(at, &wide, &letters);
        if (size > 0 && wide)
            put_wide(bag, at, size);
        else if (size > 0)
            put(bag, at, size, letters < 3 ? 0 : letters == 3 ? 1 : letters < 6 ? 2 : 3);
    }
    sort(bag);
    free(folded);
}

void bag_make(struct bag *bag, const char *text)
{
    *bag = (struct bag){0};
    bag_add(bag, text);
}

void bag_drop(struct bag *bag)
{
    free(bag->words);
    *bag = (struct bag){0};
}

bool bag_has(const struct bag *bag, const struct word *word)
{
    return bag->count > 0 && bsearch(word, bag->words, bag->count, sizeof *word, by_hash) != NULL;
}

size_t bag_shared(const struct bag *one, const struct bag *two)
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

double bag_alike(const struct bag *one, const struct bag *two)
{
    size_t shared = bag_shared(one, two), all = one->count + two->count - shared;

    return all == 0 ? 0 : (double)shared / (double)all;
}
