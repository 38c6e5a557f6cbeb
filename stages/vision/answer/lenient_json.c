/* lenient_json - see lenient_json.h */
#include "stages/vision/answer/lenient_json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/vision/answer/json_escapes.h"

enum { DEPTH = 64, WORD = 64, HEX = 4, AHEAD = 1024 };
enum { SMART_OPEN = 0x201c, SMART_CLOSE = 0x201d, LOW_OPEN = 0x201e };

/* What may come next inside a container. */
enum want { WANT_VALUE, WANT_KEY, WANT_COLON, WANT_COMMA };

struct level {
    char closes;    /* '}' or ']' */
    enum want want; /* what may come next */
    bool comma;     /* one was read and is not written yet */
    size_t entries; /* complete ones */
    size_t good;    /* length of the output up to the last complete one */
};

struct scan {
    const char *text;
    size_t size, at;
    char *out;
    size_t used, room;
    struct level levels[DEPTH];
    size_t depth;
    bool line; /* a line end came before what is read now */
    bool done;
};

static void put(struct scan *s, const char *bytes, size_t size)
{
    if (s->used + size > s->room) {
        s->room = 2 * (s->used + size) + 256;
        s->out = need_more(s->out, s->room);
    }
    memcpy(s->out + s->used, bytes, size);
    s->used += size;
}

static struct level *top(struct scan *s)
{
    return &s->levels[s->depth - 1];
}

/* The character here, its length in *step; a byte that is no UTF-8 counts as U+FFFD. */
static uint32_t peek(const struct scan *s, size_t at, size_t *step)
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

static bool starts(const struct scan *s, size_t at, const char *word)
{
    size_t size = strlen(word);

    return s->size - at >= size && memcmp(s->text + at, word, size) == 0;
}

static size_t comment_end(const struct scan *s, size_t at)
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

static void skip(struct scan *s)
{
    size_t step, end;

    for (;;) {
        uint32_t c = peek(s, s->at, &step);

        end = comment_end(s, s->at);
        if (s->at >= s->size || (!is_blank(c) && end == s->at))
            return;
        s->line = s->line || c == '\n' || end > s->at;
        s->at = end > s->at ? end : s->at + step;
    }
}

/* ---- strings ---- */

/* What a string that begins with c ends with; 0: it begins none. */
static uint32_t closer(uint32_t c)
{
    return c == '"' || c == '\'' ? c : c == SMART_OPEN || c == LOW_OPEN ? SMART_CLOSE : 0;
}

/* An apostrophe or a typographic mark may stand inside such a string: it ends it only before what may follow
 * a string. */
static bool ends_string(const struct scan *s, size_t after, uint32_t quote)
{
    size_t size =
        s->size - after > AHEAD ? after + AHEAD : s->size; /* many marks may stand before one long blank */
    struct scan ahead = {.text = s->text, .size = size, .at = after};

    if (quote == '"')
        return true;
    skip(&ahead);
    return ahead.at >= s->size || (ahead.at < size && strchr(",:}]", s->text[ahead.at]) != NULL);
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static size_t hex_digits(const struct scan *s, size_t at)
{
    size_t count = 0;

    while (count < HEX && at + count < s->size && is_hex(s->text[at + count]))
        count++;
    return count;
}

/* An escape at the backslash here, as JSON has it; one that JSON does not know is a backslash of LaTeX. */
static void put_escape(struct scan *s)
{
    size_t step;
    uint32_t c = peek(s, s->at + 1, &step);

    if (c == 'u' && hex_digits(s, s->at + 2) == HEX) {
        put(s, s->text + s->at, 2 + HEX);
        s->at += 2 + HEX;
    } else if (c == '\'') {
        put(s, "'", 1);
        s->at += 2;
    } else if (c == '\n') { /* JSON5: a line that goes on */
        s->at += 2;
    } else if (c != 0 && c < 0x80 && strchr("\"\\/bfnrt", (int)c) != NULL) {
        put(s, s->text + s->at, 2);
        s->at += 2;
    } else {
        put(s, "\\\\", 2);
        s->at++;
    }
}

static void put_character(struct scan *s, uint32_t c, size_t step)
{
    if (c == '\n' || c == '\t')
        put(s, c == '\n' ? "\\n" : "\\t", 2);
    else if (c == '"')
        put(s, "\\\"", 2);
    else if (c == 0xfffd)
        put(s, "\xef\xbf\xbd", 3);
    else if (c >= ' ')
        put(s, s->text + s->at, step);
    s->at += step;
}

/* Writes the string that begins here. False: the text ends inside it. */
static bool put_string(struct scan *s, uint32_t quote)
{
    size_t step;

    peek(s, s->at, &step);
    s->at += step;
    put(s, "\"", 1);
    while (s->at < s->size) {
        uint32_t c = peek(s, s->at, &step);

        if (c == quote && ends_string(s, s->at + step, quote)) {
            s->at += step;
            put(s, "\"", 1);
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
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
}

static size_t word_size(const struct scan *s)
{
    size_t size = 0;

    while (s->at + size < s->size && size < WORD && is_word(s->text[s->at + size]))
        size++;
    return size;
}

/* A name without quotation marks before its colon. */
static bool put_name(struct scan *s)
{
    size_t size = word_size(s);

    if (size == 0)
        return false;
    put(s, "\"", 1);
    put(s, s->text + s->at, size);
    put(s, "\"", 1);
    s->at += size;
    return true;
}

static bool put_word(struct scan *s)
{
    static const char *const words[][2] = {
        {"true", "true"},      {"false", "false"}, {"null", "null"},   {"True", "true"},
        {"False", "false"},    {"None", "null"},   {"NaN", "null"},    {"Infinity", "null"},
        {"undefined", "null"}, {"TRUE", "true"},   {"FALSE", "false"}, {"NULL", "null"},
    };
    size_t size = word_size(s);

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (size == strlen(words[i][0]) && memcmp(s->text + s->at, words[i][0], size) == 0) {
            put(s, words[i][1], strlen(words[i][1]));
            s->at += size;
            return true;
        }
    return false;
}

static bool put_number(struct scan *s)
{
    size_t from = s->at;

    while (s->at < s->size && strchr("+-.eE0123456789", s->text[s->at]) != NULL && s->text[s->at] != '\0')
        s->at++;
    if (s->at == from || (s->at == s->size && s->depth > 0)) /* more digits may have been meant */
        return false;
    if (s->text[from] == '-' && starts(s, s->at, "Infinity")) {
        s->at += strlen("Infinity");
        put(s, "null", 4);
    } else {
        put(s, s->text + from, s->at - from);
    }
    return true;
}

/* ---- containers ---- */

/* A value is complete. */
static void complete(struct scan *s)
{
    if (s->depth == 0) {
        s->done = true;
        return;
    }
    top(s)->want = WANT_COMMA;
    top(s)->entries++;
    top(s)->good = s->used;
}

static bool open_level(struct scan *s, char c)
{
    if (s->depth == DEPTH)
        return false;
    put(s, &c, 1);
    s->at++;
    s->levels[s->depth++] = (struct level){
        .closes = c == '{' ? '}' : ']', .want = c == '{' ? WANT_KEY : WANT_VALUE, .good = s->used};
    return true;
}

static bool close_level(struct scan *s, char c)
{
    if (s->depth == 0 || top(s)->closes != c || top(s)->want == WANT_COLON ||
        (c == '}' && top(s)->want == WANT_VALUE))
        return false;
    put(s, &c, 1);
    s->at++;
    s->depth--;
    complete(s);
    return true;
}

/* Between two entries stands a comma; one that a line end stands for is written, too. */
static bool separate(struct scan *s)
{
    struct level *level = s->depth == 0 ? NULL : top(s);

    if (level == NULL || level->want == WANT_COLON)
        return level == NULL;
    if (level->want == WANT_COMMA) {
        if (!s->line)
            return false;
        level->comma = true;
        level->want = level->closes == '}' ? WANT_KEY : WANT_VALUE;
    }
    if (level->comma)
        put(s, ",", 1);
    level->comma = false;
    return true;
}

static bool read_comma(struct scan *s)
{
    struct level *level = s->depth == 0 ? NULL : top(s);

    if (level == NULL || level->want != WANT_COMMA)
        return false;
    level->comma = true;
    level->want = level->closes == '}' ? WANT_KEY : WANT_VALUE;
    s->at++;
    return true;
}

static bool read_colon(struct scan *s)
{
    if (s->depth == 0 || top(s)->want != WANT_COLON)
        return false;
    put(s, ":", 1);
    top(s)->want = WANT_VALUE;
    s->at++;
    return true;
}

static bool read_key(struct scan *s, uint32_t quote)
{
    if (quote != 0 ? !put_string(s, quote) : !put_name(s))
        return false;
    top(s)->want = WANT_COLON;
    return true;
}

static bool read_value(struct scan *s, char c, uint32_t quote)
{
    if (c == '{' || c == '[')
        return open_level(s, c);
    if (quote != 0 ? !put_string(s, quote) : !put_word(s) && !put_number(s))
        return false;
    complete(s);
    return true;
}

/* One token. False: it cannot stand here, or the text ends inside it. */
static bool read_token(struct scan *s)
{
    size_t step;
    char c = s->text[s->at];
    uint32_t quote = closer(peek(s, s->at, &step));

    if (c == ',')
        return read_comma(s);
    if (c == ':')
        return read_colon(s);
    if (c == '}' || c == ']')
        return close_level(s, c);
    if (!separate(s))
        return false;
    s->line = false;
    return s->depth > 0 && top(s)->want == WANT_KEY ? read_key(s, quote) : read_value(s, c, quote);
}

/* The text ended inside the value: what is complete stays. */
static bool close_all(struct scan *s)
{
    if (s->depth == 0)
        return false;
    s->used = top(s)->good;
    for (; s->depth > 0; s->depth--)
        put(s, &top(s)->closes, 1);
    return true;
}

json_t *lenient_json_read(const char *text, size_t size, size_t *end, bool *cut)
{
    struct scan s = {.text = text, .size = size};
    bool well = true;
    json_t *value = NULL;

    while (well && !s.done) {
        skip(&s);
        well = s.at < s.size && read_token(&s);
    }
    *cut = !well && s.at + word_size(&s) >= s.size;
    *end = s.at;
    if (s.done || (*cut && close_all(&s))) {
        json_escapes_mend(s.out, s.used);
        value = json_loadb(s.out, s.used, JSON_DECODE_ANY, NULL);
    }
    free(s.out);
    return value;
}
