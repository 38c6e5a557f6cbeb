/* text - see text.h */
#include "stages/assembler/lib/text.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "proto/utf8.h"

/* ---- the gate ---- */

/* Overrides and isolates could make a line read other than it is, and outlive the paragraph in HTML. */
static bool legal(uint32_t c)
{
    if (c < ' ')
        return c == '\n' || c == '\t';
    return !(c >= 0x7f && c < 0xa0) && c != 0xfffe && c != 0xffff && !(c >= 0x202a && c <= 0x202e) &&
           !(c >= 0x2066 && c <= 0x2069);
}

static bool blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t';
}

bool text_blank(uint32_t c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == 0xa0 || (c >= 0x2000 && c <= 0x200b) || c == 0x2028 ||
           c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000 || c == 0xfeff;
}

size_t text_clean(char *to, const char *from, size_t size)
{
    size_t used = 0, end = 0; /* end: of what is no blank */

    for (size_t at = 0; at < size;) {
        uint32_t c;
        size_t step = utf8_next(from + at, size - at, &c);

        if (step == 1 && from[at] == '\r') {
            if ((at + 1 == size || from[at + 1] != '\n') && used > 0)
                to[used++] = '\n';
        } else if (step > 0 && legal(c) && !(used == 0 && text_blank(c))) {
            memcpy(to + used, from + at, step);
            used += step;
            end = text_blank(c) ? end : used;
        }
        at += step > 0 ? step : 1;
    }
    to[end] = '\0';
    return end;
}

/* ---- HTML ---- */

/* Words that make an opening bracket a command to Anki. At the end of the text, the colon may be missing: in
 * a gap, "::" and the hint may follow. */
static bool is_command(const char *bracket)
{
    static const char *const words[] = {"sound:", "latex", "/latex", "$", "/$", "anki:", "/anki:"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t size = strlen(words[i]);
        bool cut = words[i][size - 1] == ':' && strlen(bracket + 1) == size - 1;

        if (strncasecmp(bracket + 1, words[i], cut ? size - 1 : size) == 0)
            return true;
    }
    return false;
}

/* Does MathJax begin or end a formula here, where we mean none? */
static bool is_delimiter(const char *at)
{
    return at[0] == '\\' && at[1] != '\0' && strchr("()[]", at[1]) != NULL;
}

/* What stands for the character at this place; NULL: itself. In a gap, colons could begin a hint. An element
 * around a backslash parts it from its bracket for MathJax, which looks at each run of text by itself. */
static const char *instead(const char *start, const char *at, enum text_place place)
{
    bool card = place == TEXT_CARD || place == TEXT_GAP;

    switch (*at) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return place == TEXT_TEX ? NULL : "&#39;";
    case '\n':
        return "<br>";
    case '{':
        return card ? "&#123;" : NULL;
    case '}':
        return card ? "&#125;" : NULL;
    case ':':
        return place == TEXT_GAP && (at[1] == ':' || (at > start && at[-1] == ':')) ? "&#58;" : NULL;
    case '[':
        return place != TEXT_PAGE && is_command(at) ? "&#91;" : NULL;
    case '\\':
        return card && is_delimiter(at) ? "<span>\\</span>" : NULL;
    default:
        return NULL;
    }
}

void text_add_html(struct bytes *to, const char *text, enum text_place place)
{
    const char *plain = text, *at;

    for (at = text; *at != '\0'; at++) {
        const char *other = instead(text, at, place);

        if (other == NULL)
            continue;
        bytes_add(to, plain, (size_t)(at - plain));
        bytes_add_text(to, other);
        plain = at + 1;
    }
    bytes_add(to, plain, (size_t)(at - plain));
}

/* ---- looking at it ---- */

static bool ends_sentence(uint32_t c)
{
    return c == '.' || c == '!' || c == '?' || c == 0x3002 || c == 0xff01 || c == 0xff1f || c == 0x61f ||
           c == 0x6d4;
}

/* A full stop ends a sentence only before a blank ("3.5"); the wide ones always. */
static bool sentence_ends(uint32_t c, const char *next)
{
    return *next == '\0' || (ends_sentence(c) && (c >= 0x3000 || blank(*next)));
}

size_t text_first_sentence(const char *text, size_t max)
{
    size_t size = strlen(text), word = 0, at = 0, step;
    uint32_t c;

    for (; at < size && (step = utf8_next(text + at, size - at, &c)) > 0; at += step) {
        if (at > 0 && at + step > max)
            break;
        if (blank(text[at]))
            word = at;
        if (c == '\n' || sentence_ends(c, text + at + step))
            return c == '\n' ? at : at + step;
    }
    return word > 0 ? word : at;
}

static bool rtl_letter(uint32_t c)
{
    return (c >= 0x590 && c <= 0x8ff) || (c >= 0xfb1d && c <= 0xfdff) || (c >= 0xfe70 && c <= 0xfefc) ||
           (c >= 0x10800 && c <= 0x10fff) || (c >= 0x1e800 && c <= 0x1efff);
}

static bool ltr_letter(uint32_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= 0xc0 && c < 0x590) ||
           (c >= 0x900 && c < 0x2000) || (c >= 0x2e80 && c < 0xfb00);
}

void text_count_words(struct text_words *words, const char *text)
{
    size_t size = strlen(text), step;
    bool told = false;
    uint32_t c;

    for (size_t at = 0; at < size && (step = utf8_next(text + at, size - at, &c)) > 0; at += step) {
        if (text_blank(c))
            told = false;
        else if (!told && (rtl_letter(c) || ltr_letter(c))) {
            words->rtl += rtl_letter(c);
            words->ltr += ltr_letter(c);
            told = true;
        }
    }
}

bool text_words_rtl(const struct text_words *words, bool document_rtl)
{
    if (words->rtl == 0)
        return words->ltr == 0 && document_rtl;
    return document_rtl || words->rtl * 5 >= (words->rtl + words->ltr) * 2;
}

bool text_is_rtl(const char *text, bool document_rtl)
{
    struct text_words words = {0};

    text_count_words(&words, text);
    return text_words_rtl(&words, document_rtl);
}

bool text_has_rtl(const char *text)
{
    size_t size = strlen(text), step;
    uint32_t c;

    for (size_t at = 0; at < size && (step = utf8_next(text + at, size - at, &c)) > 0; at += step)
        if (rtl_letter(c))
            return true;
    return false;
}

/* ---- stretches against the direction ---- */

size_t text_blank_at(const char *at)
{
    if (*at == ' ' || *at == '\n' || *at == '\t')
        return 1;
    if ((unsigned char)at[0] == 0xc2 && (unsigned char)at[1] == 0xa0) /* no-break space */
        return 2;
    return strncmp(at, "\u3000", 3) == 0 ? 3 : 0;
}

bool text_word_char(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Signs behind a word that would jump to its other side: C++, f(x), 5%. */
static size_t signs_behind(const char *from, const char *at)
{
    const char *end = at;
    int open = 0;

    for (const char *c = from; c < at; c++)
        open += *c == '(' || *c == '[' || *c == '{' ? 1 : *c == ')' || *c == ']' || *c == '}' ? -1 : 0;
    for (;; end++) {
        bool closes = *end == ')' || *end == ']' || *end == '}';

        if (*end == '\0' || !(closes ? open-- > 0 : strchr("+#*%'", *end) != NULL))
            return (size_t)(end - at);
    }
}

/* The character at at, 0 at the end. */
static uint32_t character(const char *at, size_t *step)
{
    uint32_t c = 0;

    *step = *at == '\0' ? 0 : utf8_next(at, strnlen(at, 4), &c);
    return *step == 0 ? 0 : c;
}

/* All but the white space around it: nothing in it is against Latin letters, so its signs are theirs. */
static size_t whole_island(const char *text, size_t *size)
{
    size_t before = strspn(text, " \n\t"), end = strlen(text);

    while (end > before && blank(text[end - 1]))
        end--;
    *size = end - before;
    return before;
}

size_t text_island(const char *text, bool rtl, size_t *size)
{
    struct text_words words = {0};
    const char *begin = NULL, *end = NULL, *at = text;
    size_t step;

    *size = 0;
    text_count_words(&words, text);
    if (rtl && words.ltr > 0 && !text_has_rtl(text))
        return whole_island(text, size);
    for (uint32_t c; (c = character(at, &step)) != 0; at += step) {
        bool against = rtl ? ltr_letter(c) : rtl_letter(c);

        if (begin != NULL && (rtl ? rtl_letter(c) : ltr_letter(c)))
            break;
        if (against && begin == NULL)
            begin = at;
        if (begin != NULL && (against || (rtl && c >= '0' && c <= '9')))
            end = at + step;
    }
    if (begin == NULL)
        return (size_t)(at - text);
    while (rtl && begin > text && text_word_char(begin[-1]))
        begin--;
    *size = (size_t)(end - begin) + (rtl ? signs_behind(begin, end) : 0);
    return (size_t)(begin - text);
}

/* A digit in front would move to the right of the letters behind it. */
void text_add_island(struct bytes *to, const char *island, size_t size)
{
    bool begins = size > 0 && text_word_char(island[0]) && !(island[0] >= '0' && island[0] <= '9');

    bytes_add_text(to, size > 0 && !begins ? LEFT_TO_RIGHT_MARK : "");
    bytes_add(to, island, size);
    bytes_add_text(to, size > 0 && !text_word_char(island[size - 1]) ? LEFT_TO_RIGHT_MARK : "");
}

void text_add_marked(struct bytes *to, const char *text)
{
    while (*text != '\0') {
        size_t size, before = text_island(text, true, &size);

        bytes_add(to, text, before);
        text_add_island(to, text + before, size);
        text += before + size;
    }
}

enum text_script text_script(const char *text)
{
    enum text_script script = SCRIPT_OTHER;
    size_t step;

    for (uint32_t c; (c = character(text, &step)) != 0; text += step) {
        if ((c >= 0x3040 && c <= 0x30ff) || (c >= 0x31f0 && c <= 0x31ff))
            return SCRIPT_KANA;
        if ((c >= 0x1100 && c <= 0x11ff) || (c >= 0x3130 && c <= 0x318f) || (c >= 0xac00 && c <= 0xd7af))
            return SCRIPT_HANGUL;
        if (script != SCRIPT_OTHER)
            continue;
        if (rtl_letter(c))
            script =
                (c >= 0x590 && c <= 0x5ff) || (c >= 0xfb1d && c <= 0xfb4f) ? SCRIPT_HEBREW : SCRIPT_ARABIC;
        else if ((c >= 0x3400 && c <= 0x9fff) || (c >= 0xf900 && c <= 0xfaff) ||
                 (c >= 0x20000 && c <= 0x3ffff))
            script = SCRIPT_HAN;
    }
    return script;
}
