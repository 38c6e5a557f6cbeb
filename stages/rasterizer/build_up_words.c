/* build_up_words - the words of a page that may be a step: see build_up_step.h */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "stages/rasterizer/build_up_step.h"
#include "stages/rasterizer/page_counter.h"

enum { MIN_WORDS = 2, MAX_WORDS = 16384 };

struct words {
    uint64_t hashes[MAX_WORDS];
    size_t count;
};

/* FNV-1a, see http://www.isthe.com/chongo/tech/comp/fnv */
static uint64_t hash_of(const char *word, size_t size)
{
    uint64_t hash = 14695981039346656037u;

    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (unsigned char)word[i]) * 1099511628211u;
    return hash;
}

static int compare(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

    return (left > right) - (left < right);
}

/* Without the signs behind its last letter: "Yes" goes on as "Yes: 13 %". Behind a digit they count. */
static size_t bare_size(const char *word, size_t size)
{
    size_t bare = size;

    while (bare > 0 && strchr(".,:;!?", word[bare - 1]) != NULL)
        bare--;
    return bare > 0 && (isalpha((unsigned char)word[bare - 1]) || (unsigned char)word[bare - 1] >= 0x80)
               ? bare
               : size;
}

/* false: too many */
static bool add_words(struct words *words, const struct line *line)
{
    for (size_t at = 0, size; at < line->head.bytes; at += size + 1) {
        const char *gap = memchr(line->text + at, ' ', line->head.bytes - at);

        size = gap == NULL ? line->head.bytes - at : (size_t)(gap - line->text) - at;
        if (words->count == MAX_WORDS)
            return false;
        words->hashes[words->count++] = hash_of(line->text + at, bare_size(line->text + at, size));
    }
    return true;
}

static bool collect_words(struct words *words, const struct text_layer *layer,
                          const struct page_counters *counters)
{
    struct line_cursor lines = line_cursor_of(layer);
    struct line line;
    bool room = true;

    words->count = 0;
    while (room && line_cursor_next(&lines, &line))
        room = page_counters_have(counters, &line) || add_words(words, &line);
    qsort(words->hashes, words->count, sizeof *words->hashes, compare);
    return room;
}

/* Both are sorted. */
static bool all_in(const struct words *some, const struct words *all)
{
    size_t at = 0;

    for (size_t i = 0; i < some->count; i++, at++) {
        while (at < all->count && all->hashes[at] < some->hashes[i])
            at++;
        if (at == all->count || all->hashes[at] != some->hashes[i])
            return false;
    }
    return true;
}

bool build_up_words(const struct build_up_page *page, const struct build_up_page *next)
{
    static struct words here, there; /* too big for the stack of a jail */
    const struct page_counters none = {0}, counters = page_counters_find(page->layer, next->layer,
                                                                         page->number, page->height);

    return collect_words(&here, page->layer, &counters) && collect_words(&there, next->layer, &none) &&
           here.count >= MIN_WORDS && all_in(&here, &there);
}
