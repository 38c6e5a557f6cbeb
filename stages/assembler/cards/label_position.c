/* label_position - see label_position.h */
#include "stages/assembler/cards/label_position.h"

#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/assembler/lib/bytes.h"
#include "stages/assembler/lib/text.h"
#include "stages/lib/text/fold.h"
#include "stages/lib/text/char_class.h"

/* A word of a line, and its bytes in the line's text. */
struct word {
    size_t line, from, to;
    char *folded;
    bool taken; /* by a label that was found here */
};

struct words {
    struct word *item;
    size_t count;
    size_t *first; /* of each line, and one more */
    const struct slide *slide;
};

/* ---- words ---- */

/* Bytes of a blank, or of what may stand before a word without a blank between: a bullet that is no sign of
 * ASCII. */
static size_t blank_before(const char *text)
{
    uint32_t c = 0;
    size_t size = utf8_next(text, strlen(text) + 1, &c), blank = text_blank_at(text);

    return blank > 0 ? blank : c >= 0x80 && char_is_bullet(c) ? size : 0;
}

/* The next word at or behind *from, folded; NULL: there is none. What folds to nothing is no word. */
static char *word_next(const char *text, size_t *from, size_t *to)
{
    for (*to = *from; text[*to] != '\0'; *from = *to) {
        size_t blank;
        char *copy, *folded;

        while ((blank = blank_before(text + *from)) > 0)
            *from += blank;
        for (*to = *from; text[*to] != '\0' && text_blank_at(text + *to) == 0; ++*to)
            ;
        copy = need(*to - *from + 1);
        memcpy(copy, text + *from, *to - *from);
        copy[*to - *from] = '\0';
        folded = fold_question(copy);
        free(copy);
        if (*folded != '\0')
            return folded;
        free(folded);
    }
    return NULL;
}

size_t label_line_letters(const struct line *line)
{
    size_t letters = 0;
    char *folded;

    for (size_t from = 0, to; (folded = word_next(line->text, &from, &to)) != NULL; from = to) {
        letters += strlen(folded);
        free(folded);
    }
    return letters;
}

static void words_make(struct words *words, const struct slide *slide)
{
    struct bytes item = {0};
    size_t size;

    *words = (struct words){.first = need((slide->line_count + 1) * sizeof *words->first), .slide = slide};
    for (size_t i = 0; i < slide->line_count; i++) {
        struct word word = {.line = i};

        words->first[i] = item.size / sizeof word;
        for (; (word.folded = word_next(slide->lines[i].text, &word.from, &word.to)) != NULL;
             word.from = word.to)
            bytes_add(&item, &word, sizeof word);
    }
    words->count = words->first[slide->line_count] = item.size / sizeof *words->item;
    words->item = bytes_take(&item, &size);
}

static void words_drop(struct words *words)
{
    for (size_t i = 0; i < words->count; i++)
        free(words->item[i].folded);
    free(words->item);
    free(words->first);
}

/* ---- one label ---- */

/* Behind the word, and the blank after it, in the label; NULL: the label says something else. A hyphen at a
 * line's end may only part a word of it. */
static const char *behind_word(const char *folded, const char *label, bool at_end)
{
    size_t size = strlen(folded);

    if (strncmp(label, folded, size) == 0 && (label[size] == ' ' || label[size] == '\0'))
        return label + size + (label[size] == ' ');
    if (at_end && size > 1 && folded[size - 1] == '-' && strncmp(label, folded, size - 1) == 0 &&
        label[size - 1] != ' ' && label[size - 1] != '\0')
        return label + size - 1;
    return NULL;
}

/* How far words [from, to) go along the label: what of it is left. NULL: they say something else. */
static const char *behind_words(const struct words *words, size_t from, size_t to, const char *label)
{
    size_t end = words->first[words->item[from].line + 1];

    for (size_t i = from; i < to && label != NULL; i++)
        label = words->item[i].taken || *label == '\0'
                    ? NULL
                    : behind_word(words->item[i].folded, label, i + 1 == end);
    return label;
}

static bool is_under(const struct line *above, const struct line *below)
{
    unsigned max = above->size > below->size ? above->size : below->size,
             min = above->size + below->size - max, bottom = above->y + above->h;

    return below->y >= above->y + above->h / 2 && below->y <= bottom + max * 3 / 4 &&
           below->x < above->x + above->w && above->x < below->x + below->w && 4 * min >= 3 * max;
}

/* The line under this one that is how the label goes on; *rest is what is left of it then. */
static size_t line_under(const struct words *words, size_t line, const char **rest)
{
    const struct slide *slide = words->slide;

    for (size_t i = 0; i < slide->line_count; i++) {
        const char *left =
            words->first[i] == words->first[i + 1] || !is_under(&slide->lines[line], &slide->lines[i])
                ? NULL
                : behind_words(words, words->first[i], words->first[i + 1], *rest);

        if (left != NULL) {
            *rest = left;
            return i;
        }
    }
    return slide->line_count;
}

/* The label as this line and those under it. */
static bool in_lines(const struct words *words, size_t line, const char *label, struct label_position *place)
{
    const char *rest = words->first[line] == words->first[line + 1]
                           ? NULL
                           : behind_words(words, words->first[line], words->first[line + 1], label);

    *place = (struct label_position){.lines = {line}, .line_count = 1};
    while (rest != NULL && *rest != '\0' && place->line_count < LABEL_LINES_MAX) {
        line = line_under(words, line, &rest);
        if (line == words->slide->line_count)
            return false;
        place->lines[place->line_count++] = line;
    }
    return rest != NULL && *rest == '\0' && place->line_count > 1;
}

/* The label as words in one line, from this one on. */
static bool in_line(const struct words *words, size_t from, const char *label, struct label_position *place)
{
    size_t line = words->item[from].line, to = from + 1;

    for (; to <= words->first[line + 1]; to++) {
        const char *rest = behind_words(words, from, to, label);

        if (rest == NULL)
            return false;
        if (*rest != '\0')
            continue;
        *place = (struct label_position){
            .lines = {line}, .line_count = 1, .from = words->item[from].from, .to = words->item[to - 1].to};
        return true;
    }
    return false;
}

static void words_mark_taken(struct words *words, const struct label_position *place)
{
    for (size_t i = 0; i < place->line_count; i++)
        for (size_t k = words->first[place->lines[i]]; k < words->first[place->lines[i] + 1]; k++)
            words->item[k].taken = words->item[k].taken || place->line_count > 1 ||
                                   (words->item[k].from >= place->from && words->item[k].to <= place->to);
}

static void label_find(struct words *words, const char *label, struct label_position *place)
{
    char *folded = fold_question(label);
    size_t count = 0;
    struct label_position here;

    *place = (struct label_position){.found = false};
    for (size_t i = 0; i < words->count && *folded != '\0'; i++)
        if (in_line(words, i, folded, &here) ||
            (i == words->first[words->item[i].line] && in_lines(words, words->item[i].line, folded, &here))) {
            *place = here;
            count++;
        }
    place->letters = strlen(folded);
    place->found = count == 1;
    if (place->found)
        words_mark_taken(words, place);
    free(folded);
}

/* Longer labels first; equal ones in their order. */
static size_t longest(const struct texts *labels, const bool *done)
{
    size_t best = labels->count;

    for (size_t i = 0; i < labels->count; i++)
        if (!done[i] && (best == labels->count || strlen(labels->item[i]) > strlen(labels->item[best])))
            best = i;
    return best;
}

void label_positions_find(struct label_position *places, const struct texts *labels,
                          const struct slide *slide)
{
    bool *done = need_zero(labels->count + 1, sizeof *done);
    struct words words;

    words_make(&words, slide);
    for (size_t i = 0; i < labels->count; i++) {
        size_t next = longest(labels, done);

        label_find(&words, labels->item[next], &places[next]);
        done[next] = true;
    }
    words_drop(&words);
    free(done);
}
