/* line_join - see line_join.h */
#include "stages/vision/text/line_join.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "stages/lib/text/char_class.h"
#include "stages/lib/text/text_rows.h"

/* What belongs between the end of a line and its continuation. */
static const char *seam(const char *before, const char *after)
{
    return char_is_wide(char_last(before)) || char_is_wide(char_first(after)) ? "" : " ";
}

/* Does the hyphen at the end of text belong to its word? Addresses, names of files, words with another
 * hyphen, and words that often begin a compound keep theirs. */
static bool keeps_hyphen(const char *text, size_t size)
{
    static const char *const heads[] = {
        "self",   "non",    "well",  "cross",  "high",  "low",     "long",  "short",   "real",   "time",
        "end",    "object", "state", "event",  "data",  "test",    "model", "user",    "peer",   "client",
        "server", "entity", "cost",  "case",   "rule",  "graph",   "tree",  "key",     "value",  "large",
        "small",  "one",    "two",   "three",  "first", "second",  "third", "half",    "full",   "open",
        "closed", "fixed",  "free",  "single", "state", "problem", "goal",  "context", "domain", "so"};
    size_t start = size - 1;

    while (start > 0 && text[start - 1] != ' ')
        start--;
    for (size_t i = start; i + 1 < size; i++)
        if (strchr("-/.:@_\\", text[i]) != NULL || isdigit((unsigned char)text[i]))
            return true;
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
        if (strlen(heads[i]) == size - 1 - start &&
            strncasecmp(text + start, heads[i], size - 1 - start) == 0)
            return true;
    return false;
}

/* "input- and output": the hyphen stands for the rest of the word, and the space stays. */
static bool suspended(const char *more)
{
    static const char *const words[] = {"and ", "or ", "und ", "oder ", "bzw", "et ",
                                        "ou ",  "y ",  "e ",   "en ",   "of "};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strncmp(more, words[i], strlen(words[i])) == 0)
            return true;
    return false;
}

void line_join(char **text, const char *more)
{
    size_t size = strlen(*text);
    bool soft = size >= 2 && strcmp(*text + size - 2, "\xc2\xad") == 0;
    bool hard = size >= 2 && (*text)[size - 1] == '-' && (*text)[size - 2] != ' ' &&
                (*text)[size - 2] != '-' && !suspended(more);

    if (soft)
        (*text)[size - 2] = '\0';
    else if (hard && char_is_lower(char_first(more)) && !keeps_hyphen(*text, size))
        (*text)[size - 1] = '\0';
    row_append(text, soft || hard ? "" : seam(*text, more), more);
}
