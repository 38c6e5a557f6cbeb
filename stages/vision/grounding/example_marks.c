/* example_marks - see example_marks.h */
#include "stages/vision/grounding/example_marks.h"

#include <string.h>

#include "proto/utf8.h"
#include "stages/lib/text/char_class.h"

enum { MAX_MARK = 24 };

/* Words, or with * their beginnings; a blank around each. Words that mean something else in another language,
 * or in the middle of a sentence, count only where they begin one. */
static const char first[] =
    " suppose* assum* consider* think take let nehm* stell* falls si supon* suppos* imagin* załóżmy ";
static const char before[] =
    " example* instance* instead imagine say if unlike compar* whereas hypothetical* "
    "beispiel* z.b angenommen wenn verglich* vergleich* gegensatz dagegen hingegen stattdessen "
    "ejemplo ejemplos p.ej supongamos comparación comparado "
    "exemple exemples ex supposons imaginons comparaison revanche "
    "esempio supponiamo immagin* confronto paragone invece "
    "exemplo exemplos suponha* comparação "
    "przykład np jeśli porówn* "
    "например если допустим предположим сравнению ";
static const char anywhere[] =
    " would example e.g instance würde würden wäre wären beispielsweise sería serían tendría ejemplo serait "
    "seraient aurait exemple sarebbe avrebbe esempio seria teria exemplo fosse fossem byłoby ";
static const char *const wide[] = {"例如", "比如",   "假设",     "假如", "如果",
                                   "相比", "例えば", "たとえば", "もし"};

static bool listed(const char *list, const char *word)
{
    size_t size = strlen(word);

    for (const char *at = list + 1; *at != '\0'; at = strchr(at, ' ') + 1) {
        size_t length = strcspn(at, " ");
        bool begins = at[length - 1] == '*';

        if (begins ? size >= length - 1 && strncmp(at, word, length - 1) == 0
                   : size == length && strncmp(at, word, length) == 0)
            return true;
    }
    return false;
}

static bool is_narrow_letter(const struct plain_chars *t, size_t i)
{
    return char_is_letter(t->c[i]) && !char_is_wide(t->c[i]);
}

/* Does an abbreviation go on at its second or third character, as in e.g. and z. B.? */
static bool goes_on(const struct plain_chars *t, size_t from, size_t at, size_t to)
{
    bool stop = t->c[at] == '.' && at - from == 1, gap = t->c[at] == ' ' && at - from == 2;

    if (gap && t->c[at - 1] != '.')
        return false;
    while (at < to && (t->c[at] == '.' || t->c[at] == ' '))
        at++;
    return (stop || gap) && at < to && at - from <= 3 && is_narrow_letter(t, at);
}

/* The word that begins at `at`, in small letters without blanks; "" if none does. Returns where it ends. */
static size_t word_of(const struct plain_chars *t, size_t at, size_t to, char word[4 * MAX_MARK + 1])
{
    size_t used = 0, from = at;

    for (; at < to && at - from < MAX_MARK && (is_narrow_letter(t, at) || goes_on(t, from, at, to)); at++)
        if (t->c[at] != ' ')
            used += utf8_put(word + used, char_to_lower(t->c[at]));
    word[used] = '\0';
    return at;
}

static bool wide_marked(const struct plain_chars *t, struct span sentence)
{
    char text[4 * MAX_THOUGHT * 2 + 1];
    size_t used = 0;

    for (size_t i = sentence.from; i < sentence.to && used + 4 < sizeof text; i++)
        used += char_is_wide(t->c[i]) ? utf8_put(text + used, t->c[i]) : 0;
    text[used] = '\0';
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (strstr(text, wide[i]) != NULL)
            return true;
    return false;
}

bool example_marked(const struct plain_chars *t, struct span sentence, size_t at)
{
    char word[4 * MAX_MARK + 1];
    bool begins = true;

    for (size_t i = sentence.from, end; i < sentence.to; i = end) {
        end = word_of(t, i, sentence.to, word);
        if (end == i) {
            end = i + 1;
            continue;
        }
        if ((begins && i < at && listed(first, word)) || (i < at && listed(before, word)) ||
            listed(anywhere, word))
            return true;
        begins = false;
    }
    return wide_marked(t, sentence);
}
