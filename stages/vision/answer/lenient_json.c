/* lenient_json - see lenient_json.h */
#include "stages/vision/answer/lenient_json.h"

#include <stdint.h>
#include <stdlib.h>

#include "stages/vision/answer/json_escapes.h"
#include "stages/vision/answer/json_tokens.h"

enum { DEPTH = 64 };

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
    struct json_tokens in;
    struct level levels[DEPTH];
    size_t depth;
    bool done;
};

static struct level *top(struct scan *s)
{
    return &s->levels[s->depth - 1];
}

/* ---- containers ---- */

/* A value is complete. */
static void end_value(struct scan *s)
{
    if (s->depth == 0) {
        s->done = true;
        return;
    }
    top(s)->want = WANT_COMMA;
    top(s)->entries++;
    top(s)->good = s->in.used;
}

static bool open_level(struct scan *s, char c)
{
    if (s->depth == DEPTH)
        return false;
    json_tokens_put(&s->in, &c, 1);
    s->in.at++;
    s->levels[s->depth++] = (struct level){
        .closes = c == '{' ? '}' : ']', .want = c == '{' ? WANT_KEY : WANT_VALUE, .good = s->in.used};
    return true;
}

static bool close_level(struct scan *s, char c)
{
    if (s->depth == 0 || top(s)->closes != c || top(s)->want == WANT_COLON ||
        (c == '}' && top(s)->want == WANT_VALUE))
        return false;
    json_tokens_put(&s->in, &c, 1);
    s->in.at++;
    s->depth--;
    end_value(s);
    return true;
}

/* Between two entries stands a comma; one that a line end stands for is written, too. */
static bool write_comma(struct scan *s)
{
    struct level *level = s->depth == 0 ? NULL : top(s);

    if (level == NULL || level->want == WANT_COLON)
        return level == NULL;
    if (level->want == WANT_COMMA) {
        if (!s->in.line)
            return false;
        level->comma = true;
        level->want = level->closes == '}' ? WANT_KEY : WANT_VALUE;
    }
    if (level->comma)
        json_tokens_put(&s->in, ",", 1);
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
    s->in.at++;
    return true;
}

static bool read_colon(struct scan *s)
{
    if (s->depth == 0 || top(s)->want != WANT_COLON)
        return false;
    json_tokens_put(&s->in, ":", 1);
    top(s)->want = WANT_VALUE;
    s->in.at++;
    return true;
}

static bool read_key(struct scan *s, uint32_t quote)
{
    if (quote != 0 ? !json_tokens_string(&s->in, quote) : !json_tokens_name(&s->in))
        return false;
    top(s)->want = WANT_COLON;
    return true;
}

static bool read_value(struct scan *s, char c, uint32_t quote)
{
    if (c == '{' || c == '[')
        return open_level(s, c);
    if (quote != 0 ? !json_tokens_string(&s->in, quote)
                   : !json_tokens_word(&s->in) && !json_tokens_number(&s->in, s->depth > 0))
        return false;
    end_value(s);
    return true;
}

/* One token. False: it cannot stand here, or the text ends inside it. */
static bool read_token(struct scan *s)
{
    char c = s->in.text[s->in.at];
    uint32_t quote = json_tokens_quote(&s->in);

    if (c == ',')
        return read_comma(s);
    if (c == ':')
        return read_colon(s);
    if (c == '}' || c == ']')
        return close_level(s, c);
    if (!write_comma(s))
        return false;
    s->in.line = false;
    return s->depth > 0 && top(s)->want == WANT_KEY ? read_key(s, quote) : read_value(s, c, quote);
}

/* The text ended inside the value: what is complete stays. */
static bool close_all(struct scan *s)
{
    if (s->depth == 0)
        return false;
    s->in.used = top(s)->good;
    for (; s->depth > 0; s->depth--)
        json_tokens_put(&s->in, &top(s)->closes, 1);
    return true;
}

json_t *lenient_json_read(const char *text, size_t size, size_t *end, bool *cut)
{
    struct scan s = {.in = {.text = text, .size = size}};
    bool well = true;
    json_t *value = NULL;

    while (well && !s.done) {
        json_tokens_skip(&s.in);
        well = s.in.at < s.in.size && read_token(&s);
    }
    *cut = !well && s.in.at + json_tokens_word_size(&s.in) >= s.in.size;
    *end = s.in.at;
    if (s.done || (*cut && close_all(&s))) {
        json_escapes_mend(s.in.out, s.in.used);
        value = json_loadb(s.in.out, s.in.used, JSON_DECODE_ANY, NULL);
    }
    free(s.in.out);
    return value;
}
