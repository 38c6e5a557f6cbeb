/* json_tokens - see json_tokens.h */
#include "stages/vision/answer/json_tokens.h"

#include <ctype.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"

enum { MAX_WORD = 64, HEX = 4, AHEAD = 1024 };
enum { SMART_OPEN = 0x201c, SMART_CLOSE = 0x201d, LOW_OPEN = 0x201e };

void json_tokens_put(struct json_tokens *s, const char *bytes, size_t size)
{
    if (s->used + size > s->room) {
        s->room = 2 * (s->used + size) + 256;
        s->out = need_more(s->out, s->room);
    }
    memcpy(s->out + s->used, bytes, size);
    s->used += size;
}

/* The character here, its length in *step; a byte that is no UTF-8 counts as U+FFFD. */
static uint32_t char_at(const struct json_tokens *s, size_t at, size_t *step)
{
    uint32_t c = 0xfffd;

    *step = at < s->size ? utf8_next(s->text + at, s->size - at, &c) : 0;
    if (*step == 0 && at < s->size) {
        *step = 1;
        c = (unsigned char)s->text[at] == 0 ? 0 : 0xfffd;
    }
    return at < s->size ? c : 0;
}

/* ---- between tokens ---- */

static bool is_blank(uint32_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == 0xa0 || c == 0x3000 || c == 0xfeff ||
           (c >= 0x2000 && c <= 0x200d) || c == 0x2028 || c == 0x2029 || c == 0x2060;
}

static bool starts(const struct json_tokens *s, size_t at, const char *word)
{
    size_t size = strlen(word);

    return s->size - at >= size && memcmp(s->text + at, word, size) == 0;
}

static size_t comment_end(const struct json_tokens *s, size_t at)
{
    const char *from = s->text + at, *end;

    if (starts(s, at, "/*")) {
        end = memmem(from + 2, s->size - at - 2, "*/", 2);
        return end == NULL ? s->size : (size_t)(end - s->text) + 2;
    }
    if (!starts(s, at, "//") && !starts(s, at, "#"))
        return at;
    end = memchr(from, '\n', s->size - at);
    return end == NULL ? s->size : (size_t)(end - s->text);
}

void json_tokens_skip(struct json_tokens *s)
{
    size_t step, end;

    for (;;) {
        uint32_t c = char_at(s, s->at, &step);

        end = comment_end(s, s->at);
        if (s->at >= s->size || (!is_blank(c) && end == s->at))
            return;
        s->line = s->line || c == '\n' || end > s->at;
        s->at = end > s->at ? end : s->at + step;
    }
}

/* ---- strings ---- */

uint32_t json_tokens_quote(const struct json_tokens *s)
{
    size_t step;
    uint32_t c = char_at(s, s->at, &step);

    return c == '"' || c == '\'' ? c : c == SMART_OPEN || c == LOW_OPEN ? SMART_CLOSE : 0;
}

/* An apostrophe or a typographic mark may stand inside such a string: it ends it only before what may follow
 * a string. */
static bool ends_string(const struct json_tokens *s, size_t after, uint32_t quote)
{
    size_t size =
        s->size - after > AHEAD ? after + AHEAD : s->size; /* many marks may stand before one long blank */
    struct json_tokens ahead = {.text = s->text, .size = size, .at = after};

    if (quote == '"')
        return true;
    json_tokens_skip(&ahead);
    return ahead.at >= s->size || (ahead.at < size && strchr(",:}]", s->text[ahead.at]) != NULL);
}

static size_t hex_digits(const struct json_tokens *s, size_t at)
{
    size_t count = 0;

    while (count < HEX && at + count < s->size && isxdigit((unsigned char)s->text[at + count]))
        count++;
    return count;
}

/* An escape at the backslash here, as JSON has it; one that JSON does not know is a backslash of LaTeX. */
static void put_escape(struct json_tokens *s)
{
    size_t step;
    uint32_t c = char_at(s, s->at + 1, &step);

    if (c == 'u' && hex_digits(s, s->at + 2) == HEX) {
        json_tokens_put(s, s->text + s->at, 2 + HEX);
        s->at += 2 + HEX;
    } else if (c == '\'') {
        json_tokens_put(s, "'", 1);
        s->at += 2;
    } else if (c == '\n') { /* JSON5: a line that goes on */
        s->at += 2;
    } else if (c != 0 && c < 0x80 && strchr("\"\\/bfnrt", (int)c) != NULL) {
        json_tokens_put(s, s->text + s->at, 2);
        s->at += 2;
    } else {
        json_tokens_put(s, "\\\\", 2);
        s->at++;
    }
}

static void put_character(struct json_tokens *s, uint32_t c, size_t step)
{
    if (c == '\n' || c == '\t')
        json_tokens_put(s, c == '\n' ? "\\n" : "\\t", 2);
    else if (c == '"')
        json_tokens_put(s, "\\\"", 2);
    else if (c == 0xfffd)
        json_tokens_put(s, "\xef\xbf\xbd", 3);
    else if (c >= ' ')
        json_tokens_put(s, s->text + s->at, step);
    s->at += step;
}

bool json_tokens_string(struct json_tokens *s, uint32_t quote)
{
    size_t step;

    char_at(s, s->at, &step);
    s->at += step;
    json_tokens_put(s, "\"", 1);
    while (s->at < s->size) {
        uint32_t c = char_at(s, s->at, &step);

        if (c == quote && ends_string(s, s->at + step, quote)) {
            s->at += step;
            json_tokens_put(s, "\"", 1);
            return true;
        }
        if (c == '\\')
            put_escape(s);
        else
            put_character(s, c, step);
    }
    return false;
}

/* ---- words and numbers ---- */

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$';
}

size_t json_tokens_word_size(const struct json_tokens *s)
{
    size_t size = 0;

    while (s->at + size < s->size && size < MAX_WORD && is_word(s->text[s->at + size]))
        size++;
    return size;
}

bool json_tokens_name(struct json_tokens *s)
{
    size_t size = json_tokens_word_size(s);

    if (size == 0)
        return false;
    json_tokens_put(s, "\"", 1);
    json_tokens_put(s, s->text + s->at, size);
    json_tokens_put(s, "\"", 1);
    s->at += size;
    return true;
}

bool json_tokens_word(struct json_tokens *s)
{
    static const char *const words[][2] = {
        {"true", "true"},      {"false", "false"}, {"null", "null"},   {"True", "true"},
        {"False", "false"},    {"None", "null"},   {"NaN", "null"},    {"Infinity", "null"},
        {"undefined", "null"}, {"TRUE", "true"},   {"FALSE", "false"}, {"NULL", "null"},
    };
    size_t size = json_tokens_word_size(s);

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (size == strlen(words[i][0]) && memcmp(s->text + s->at, words[i][0], size) == 0) {
            json_tokens_put(s, words[i][1], strlen(words[i][1]));
            s->at += size;
            return true;
        }
    return false;
}

bool json_tokens_number(struct json_tokens *s, bool inside)
{
    size_t from = s->at;

    while (s->at < s->size && strchr("+-.eE0123456789", s->text[s->at]) != NULL && s->text[s->at] != '\0')
        s->at++;
    if (s->at == from || (s->at == s->size && inside)) /* more digits may have been meant */
        return false;
    if (s->text[from] == '-' && starts(s, s->at, "Infinity")) {
        s->at += strlen("Infinity");
        json_tokens_put(s, "null", 4);
    } else {
        json_tokens_put(s, s->text + from, s->at - from);
    }
    return true;
}
