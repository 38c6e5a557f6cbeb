/* figure_labels - see figure_labels.h */
#include "stages/vision/answer/figure_labels.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "stages/lib/text/fold.h"
#include "stages/lib/text/char_class.h"
#include "stages/vision/answer/answer_sanitize.h"

enum { MAX_LABELS = 12, LABEL = 120, CONCEPT = 120 };

/* A clean text on one line; "" if it is no text, or too long for what it is. */
static json_t *line_of(const json_t *value, size_t max)
{
    const char *why;
    json_t *text = answer_sanitize_text(value, max, &why), *line;
    char *copy;

    if (text == NULL)
        return json_string("");
    copy = need_dup(json_string_value(text));
    for (char *c = copy; *c != '\0'; c++)
        if (*c == '\n' || *c == '\t')
            *c = ' ';
    line = json_string(copy);
    free(copy);
    json_decref(text);
    return line;
}

json_t *figure_labels_concept(const json_t *value)
{
    return line_of(value, CONCEPT);
}

static bool known(const json_t *list, const char *label)
{
    char *folded = fold_question(label);
    bool known = *folded == '\0'; /* nothing but signs: nobody could tell where it stands */
    const json_t *entry;
    size_t i;

    json_array_foreach(list, i, entry)
    {
        char *other = fold_question(json_string_value(entry));

        known = known || strcmp(other, folded) == 0;
        free(other);
    }
    free(folded);
    return known;
}

json_t *figure_labels_clean(const json_t *value)
{
    json_t *list = json_array();
    const json_t *entry;
    size_t i;

    json_array_foreach(value, i, entry)
    {
        json_t *label = line_of(entry, LABEL);

        if (json_array_size(list) < MAX_LABELS && !known(list, json_string_value(label)))
            json_array_append(list, label);
        json_decref(label);
    }
    return list;
}

/* All of the page as one folded text, a blank before and after each word; twice, the second time with words
 * joined that a hyphen at a line's end may part. */
static char *words_of(const struct page *page)
{
    char *text = NULL, *folded, *words;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    must(out != NULL);
    for (size_t i = 0; i < page->count; i++)
        fprintf(out, "%s\n", page->lines[i].text);
    for (size_t i = 0; i < page->count; i++) {
        size_t length = strlen(page->lines[i].text);
        bool parted = length > 1 && page->lines[i].text[length - 1] == '-';

        fprintf(out, "%.*s%s", (int)(length - parted), page->lines[i].text, parted ? "" : "\n");
    }
    must(fclose(out) == 0);
    folded = fold_question(text);
    must(asprintf(&words, " %s ", folded) != -1);
    free(folded);
    free(text);
    return words;
}

/* Chinese and Japanese have no blanks between words. */
static bool stands(const char *words, const char *label)
{
    char *folded = fold_question(label), *wanted;
    const char *before = char_is_wide(char_first(folded)) ? "" : " ",
               *after = char_is_wide(char_last(folded)) ? "" : " ";
    bool stands;

    must(asprintf(&wanted, "%s%s%s", before, folded, after) != -1);
    stands = strstr(words, wanted) != NULL;
    free(wanted);
    free(folded);
    return stands;
}

void figure_labels_settle(json_t *answer, const struct page *page)
{
    json_t *labels = json_object_get(answer, "labels");
    char *words = words_of(page);

    for (size_t i = json_array_size(labels); i > 0; i--)
        if (!stands(words, json_string_value(json_array_get(labels, i - 1))))
            json_array_remove(labels, i - 1);
    free(words);
}
