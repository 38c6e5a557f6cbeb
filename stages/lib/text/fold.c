/* fold - see fold.h */
#include "stages/lib/text/fold.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <uninorm.h>
#include <unictype.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/lib/text/char_class.h"

/* Leaves no trace: what nobody sees, and accents that have no letter of their own to be part of. */
static bool is_ignored(uint32_t c)
{
    return c >= 0x80 && (uc_is_property_default_ignorable_code_point(c) ||
                         (uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Mn) && !char_is_letter(c)));
}

/* Stands between sentences or around words. */
static bool is_between(uint32_t c)
{
    const uint32_t around = UC_CATEGORY_MASK_Z | UC_CATEGORY_MASK_Pd | UC_CATEGORY_MASK_Ps |
                            UC_CATEGORY_MASK_Pe | UC_CATEGORY_MASK_Pi | UC_CATEGORY_MASK_Pf;

    if (c < 0x80)
        return c <= ' ' || strchr(".,:;!?\"`()[]_", (int)c) != NULL;
    return uc_is_general_category_withtable(c, around) || uc_is_property_terminal_punctuation(c) ||
           c == 0xa1 /* ¡ */ || c == 0xbf /* ¿ */ || c == 0x2026 /* … */;
}

/* Below U+0300, where the combining characters begin, every text is in NFC: most are, and need no look at
 * each character. */
static bool is_composed(const char *text)
{
    while (*text != '\0' && (unsigned char)*text < 0xcc) /* the first byte of U+0300 */
        text++;
    return *text == '\0';
}

/* Composed (NFC), malloced; as it stands if it cannot be. */
static char *composed(const char *text)
{
    size_t size = strlen(text), room = 0;
    uint8_t *form =
        is_composed(text) ? NULL : u8_normalize(UNINORM_NFC, (const uint8_t *)text, size, NULL, &room);
    char *copy = form == NULL ? need_dup(text) : need(room + 1);

    if (form != NULL) {
        memcpy(copy, form, room);
        copy[room] = '\0';
    }
    free(form);
    return copy;
}

static char *folded(const char *given, bool signs)
{
    char *text = composed(given);
    size_t size = strlen(text), used = 0, step;
    char *out = need(2 * size + 1); /* a small letter may take a byte more than its capital of two or more */
    bool parted = false;
    uint32_t c;

    for (size_t at = 0; at < size && (step = utf8_next(text + at, size - at, &c)) > 0; at += step) {
        if (is_ignored(c))
            continue;
        if (signs ? is_between(c) : !char_is_letter(c) && !char_is_digit(c)) {
            parted = used > 0;
            continue;
        }
        if (parted)
            out[used++] = ' ';
        parted = false;
        used += utf8_put(out + used, char_to_lower(c));
    }
    out[used] = '\0';
    free(text);
    return out;
}

char *fold(const char *text)
{
    return folded(text, false);
}

char *fold_question(const char *text)
{
    return folded(text, true);
}
