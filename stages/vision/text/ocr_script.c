/* ocr_script - see ocr_script.h */
#include "stages/vision/text/ocr_script.h"

#include <stdio.h>
#include <string.h>

enum { LANGUAGES_MAX = 3 };

#define SCRIPT(name, languages) {name, languages},
static const struct {
    const char *name, *languages;
} scripts[] = {
#include "stages/vision/text/ocr_scripts.def"
};

static const char *languages_of(const char *script)
{
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
        if (strcmp(scripts[i].name, script) == 0)
            return scripts[i].languages;
    return "";
}

/* Does the list, whose words are divided by one of the separators, hold the word? */
static bool lists(const char *list, const char *separators, const char *word, size_t size)
{
    while (*list != '\0') {
        size_t length = strcspn(list, separators);

        if (length == size && strncmp(list, word, size) == 0)
            return true;
        list += length + (list[length] != '\0');
    }
    return false;
}

static bool is_installed(const char *const *installed, const char *word, size_t size)
{
    for (; *installed != NULL; installed++)
        if (strlen(*installed) == size && strncmp(*installed, word, size) == 0)
            return true;
    return false;
}

/* Adds the words of `from` that the script's languages hold and that are installed, at most so many. */
static void add_from(const char *from, const char *separators, const char *known,
                     const char *const *installed, unsigned max, char out[OCR_LANGUAGES_ROOM])
{
    while (*from != '\0' && max > 0) {
        size_t size = strcspn(from, separators), used = strlen(out);

        if (size > 0 && lists(known, " ", from, size) && is_installed(installed, from, size) &&
            !lists(out, "+", from, size) && used + size + 2 <= OCR_LANGUAGES_ROOM) {
            snprintf(out + used, OCR_LANGUAGES_ROOM - used, "%s%.*s", used > 0 ? "+" : "", (int)size, from);
            max--;
        }
        from += size + (from[size] != '\0');
    }
}

bool ocr_script_languages(const char *script, const char *configured, const char *const *installed,
                          char out[OCR_LANGUAGES_ROOM])
{
    const char *known = languages_of(script);

    *out = '\0';
    add_from(configured, "+", known, installed, LANGUAGES_MAX, out);
    if (*out == '\0') /* the configuration names none: the most common one that is there */
        add_from(known, " ", known, installed, 1, out);
    return *out != '\0';
}

bool ocr_script_covered(const char *script, const char *configured)
{
    const char *known = languages_of(script);

    while (*configured != '\0') {
        size_t size = strcspn(configured, "+");

        if (size > 0 && lists(known, " ", configured, size))
            return true;
        configured += size + (configured[size] != '\0');
    }
    return false;
}

const char *ocr_script_advice(const char *script, char out[OCR_LANGUAGE_ROOM])
{
    const char *known = languages_of(script);

    snprintf(out, OCR_LANGUAGE_ROOM, "%.*s", (int)strcspn(known, " "), known);
    return *out == '\0' ? NULL : out;
}
