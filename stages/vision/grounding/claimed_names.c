/* claimed_names - see claimed_names.h */
#include "stages/vision/grounding/claimed_names.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stages/lib/text/fold.h"
#include "stages/lib/text/char_class.h"

enum { MAX_WORDS = 6, STEM = 5, LONG = 5, MAX_WORD = 64 };

struct word {
    size_t from, to;
};

static bool part_of_word(const struct plain_chars *t, size_t i)
{
    uint32_t c = t->c[i];

    return (char_is_letter(c) && !char_is_wide(c)) || c == '\'' ||
           (c == '-' && i + 1 < t->count && char_is_letter(t->c[i + 1]));
}

static struct word word_from(const struct plain_chars *t, size_t from)
{
    struct word word = {from, from};

    while (word.to < t->count && part_of_word(t, word.to))
        word.to++;
    return word;
}

/* A capital and then small letters; HTTP and LaTeX are no names of people and places. */
static bool capitalised(const struct plain_chars *t, struct word word)
{
    if (word.to - word.from < 2 || char_to_lower(t->c[word.from]) == t->c[word.from])
        return false;
    for (size_t i = word.from + 1; i < word.to; i++)
        if (char_is_letter(t->c[i]) && char_to_lower(t->c[i]) != t->c[i] && t->c[i - 1] != '-' &&
            t->c[i - 1] != '\'')
            return false;
    return true;
}

/* Does the word before, a small one or a comma, show that a sentence is going on? */
static bool in_mid_sentence(const struct plain_chars *t, size_t from)
{
    size_t at = from;

    while (at > 0 && char_is_blank(t->c[at - 1]))
        at--;
    if (at == 0 || at == from)
        return false;
    if (t->c[at - 1] == ',')
        return true;
    while (at > 0 && part_of_word(t, at - 1) && at > 1 && part_of_word(t, at - 2))
        at--;
    at -= at > 0 && part_of_word(t, at - 1);
    return at < from && char_is_lower(t->c[at]);
}

/* Known as it stands, or all but its ending. */
static bool known_word(const char *known, const char *folded)
{
    char key[MAX_WORD + 3];
    size_t size = strlen(folded);

    if (size == 0 || size > MAX_WORD)
        return true;
    snprintf(key, sizeof key, " %.*s%s", (int)(size > STEM ? STEM : size), folded, size > STEM ? "" : " ");
    return strstr(known, key) != NULL;
}

static bool any_known(const char *known, const char *run)
{
    char *folded = fold(run), *rest = NULL, initials[MAX_WORDS + 3] = " ";
    bool found = false;
    size_t count = 0;

    for (char *word = strtok_r(folded, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        found = found || known_word(known, word);
        if (count < MAX_WORDS)
            initials[1 + count++] = *word;
    }
    initials[1 + count] = ' ';
    initials[2 + count] = '\0';
    free(folded);
    return found || strstr(known, initials) != NULL; /* CNN for Convolutional Neural Networks */
}

void names_check(const char *known, const char *text, const struct plain_chars *t,
                 void (*found)(void *arg, size_t from, size_t to), void *arg)
{
    for (size_t i = 0; i < t->count; i++) {
        struct word word = word_from(t, i), next;
        size_t end = word.to;
        unsigned count = 1;
        char *run;

        if (word.to == word.from)
            continue;
        i = word.to - 1;
        if (!capitalised(t, word) || !in_mid_sentence(t, word.from))
            continue;
        for (; count < MAX_WORDS && end < t->count && t->c[end] == ' '; end = next.to, count++) {
            next = word_from(t, end + 1);
            if (!capitalised(t, next))
                break;
        }
        i = end - 1;
        run = plain_chars_cut(text, t, word.from, end);
        if (count > 1 && count < MAX_WORDS && !any_known(known, run))
            found(arg, word.from, end);
        free(run);
    }
}

unsigned names_overlap(const char *known, const char *text)
{
    char *folded = fold(text), *rest = NULL;
    unsigned words = 0, shared = 0;

    for (char *word = strtok_r(folded, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest))
        if (strlen(word) >= LONG) {
            words++;
            shared += known_word(known, word);
        }
    free(folded);
    return words == 0 ? 0 : 100 * shared / words;
}
