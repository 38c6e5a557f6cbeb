/* error_body - see error_body.h */
#include "stages/vision/model/error_body.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "proto/utf8.h"

enum { MAX_DEPTH = 8, MAX_PAGE = 4096, MAX_RUN = 24, MIN_STATUS = 400, MAX_STATUS = 599 };

/* What members of an error mean, wherever they stand in it. */
enum member { OTHER, MESSAGE, CODE, WORD, PARAM, INSIDE };

static const struct {
    const char *name;
    enum member member;
} members[] = {
    {"message", MESSAGE},
    {"msg", MESSAGE},
    {"error_message", MESSAGE},
    {"errorMessage", MESSAGE},
    {"error_msg", MESSAGE},
    {"title", MESSAGE},
    {"error_description", MESSAGE},
    {"detail", MESSAGE},
    {"raw", MESSAGE},
    {"code", CODE},
    {"type", WORD},
    {"status", WORD},
    {"error_type", WORD},
    {"__type", WORD},
    {"reason", CODE},
    {"error_code", CODE},
    {"statusCode", WORD},
    {"status_code", WORD},
    {"param", PARAM},
    {"loc", PARAM},
    {"field", PARAM},
    {"error", INSIDE},
    {"errors", INSIDE},
    {"details", INSIDE},
    {"metadata", INSIDE},
    {"innererror", INSIDE},
    {"inner_error", INSIDE},
    {"fieldViolations", INSIDE},
};

static enum member member_of(const char *name)
{
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (strcasecmp(name, members[i].name) == 0)
            return members[i].member;
    return OTHER;
}

/* ---- texts ---- */

/* Adds a text in one line of UTF-8: blanks and control characters are one blank. */
static void add_line(char *to, size_t room, const char *text, size_t size)
{
    size_t used = strlen(to);
    bool gap = used > 0;

    for (size_t at = 0, step; at < size; at += step) {
        uint32_t c;

        step = utf8_next(text + at, size - at, &c);
        if (step == 0 || c <= ' ' || (c >= 0x7f && c < 0xa0) || (c >= 0x2028 && c <= 0x202e)) {
            gap = used > 0;
            step = step == 0 ? 1 : step;
            continue;
        }
        if (used + gap + step + 1 > room)
            break;
        if (gap)
            to[used++] = ' ';
        memcpy(to + used, text + at, step);
        used += step;
        gap = false;
    }
    to[used] = '\0';
}

static void add_message(struct error_said *said, const char *text, size_t size)
{
    char line[sizeof said->message] = "";

    add_line(line, sizeof line, text, size);
    if (strstr(said->message, line) != NULL)
        return; /* wrappers repeat what they wrap */
    if (*said->message != '\0' && strlen(said->message) + 2 < sizeof said->message)
        memcpy(said->message + strlen(said->message), ";", 2);
    add_line(said->message, sizeof said->message, line, strlen(line));
}

/* Only what a machine would write is a word. */
static void add_word(struct error_said *said, const char *text)
{
    size_t size = strlen(text);

    if (size == 0 || size >= sizeof said->words[0] ||
        strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-#:/") != size)
        return;
    for (int i = 0; i < ERROR_WORDS; i++) {
        if (strcmp(said->words[i], text) == 0)
            return;
        if (*said->words[i] == '\0') {
            memcpy(said->words[i], text, size + 1);
            return;
        }
    }
}

static void add_number(struct error_said *said, json_int_t number)
{
    if (said->status == 0 && number >= MIN_STATUS && number <= MAX_STATUS)
        said->status = (long)number;
}

/* A code may be a word, a number, or a number as a word. */
static void add_code(struct error_said *said, const json_t *value)
{
    const char *text = json_string_value(value);
    size_t size = text == NULL ? 0 : strlen(text);

    if (json_is_integer(value))
        add_number(said, json_integer_value(value));
    else if (size > 0 && size <= 6 && strspn(text, "0123456789") == size)
        add_number(said, strtol(text, NULL, 10));
    else if (size > 0)
        add_word(said, text);
}

static void add_param(struct error_said *said, const json_t *value)
{
    const char *text = json_string_value(value);
    const json_t *part;
    size_t i;

    if (json_is_array(value)) /* a path: body, response_format, type */
        json_array_foreach(value, i, part) add_param(said, part);
    else if (text != NULL && strcmp(text, "body") != 0)
        add_line(said->param, sizeof said->param, text, strlen(text));
}

/* ---- shapes ---- */

static void visit(struct error_said *said, const json_t *value, int depth);

/* A text may be JSON again, or end in some. */
static void visit_text(struct error_said *said, const char *text, size_t size, int depth)
{
    const char *open = memchr(text, '{', size);
    json_t *inner =
        open == NULL || depth >= MAX_DEPTH ? NULL : json_loadb(open, size - (size_t)(open - text), 0, NULL);

    if (inner != NULL && error_body_in(inner) != NULL) {
        add_message(said, text, (size_t)(open - text));
        visit(said, inner, depth + 1);
    } else {
        add_message(said, text, size);
    }
    json_decref(inner);
}

static void visit_member(struct error_said *said, const char *name, const json_t *value, int depth)
{
    enum member member = member_of(name);

    if ((member == WORD || member == CODE) && !json_is_object(value))
        add_code(said, value);
    else if (member == PARAM)
        add_param(said, value);
    else if (member == INSIDE || member == MESSAGE)
        visit(said, value, depth + 1);
}

/* In this order: what stands outermost counts first, and codes are more telling than types. */
static void visit_object(struct error_said *said, const json_t *object, int depth)
{
    static const enum member order[] = {CODE, WORD, PARAM, MESSAGE, INSIDE};
    const char *name;
    json_t *value;

    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        json_object_foreach((json_t *)object, name, value)
        {
            if (member_of(name) == order[i])
                visit_member(said, name, value, depth);
        }
}

static void visit(struct error_said *said, const json_t *value, int depth)
{
    const json_t *entry;
    size_t i;

    if (depth > MAX_DEPTH)
        return;
    if (json_is_string(value))
        visit_text(said, json_string_value(value), json_string_length(value), depth);
    else if (json_is_object(value))
        visit_object(said, value, depth);
    else if (json_is_array(value))
        json_array_foreach(value, i, entry) visit(said, entry, depth + 1);
}

/* Of a web page, what stands in its title (or first headline); of other text, all. */
static void read_text(const char *body, size_t size, struct error_said *said)
{
    static const char *const tags[] = {"<title", "<h1"};
    char page[MAX_PAGE + 1];
    const char *from = NULL;

    size = size > MAX_PAGE ? MAX_PAGE : size;
    memcpy(page, body, size);
    page[size] = '\0';
    for (size_t i = 0; i < 2 && from == NULL; i++)
        from = strcasestr(page, tags[i]);
    from = from == NULL ? NULL : strchr(from, '>');
    if (from != NULL)
        add_message(said, from + 1, strcspn(from + 1, "<"));
    else if (page[strspn(page, " \t\r\n")] != '<')
        add_message(said, page, strlen(page));
}

void error_body_read(const json_t *root, const char *body, size_t size, struct error_said *said)
{
    memset(said, 0, sizeof *said);
    if (root != NULL)
        visit(said, root, 0);
    else if (size > 0)
        read_text(body, size, said);
}

const json_t *error_body_in(const json_t *root)
{
    static const char *const only[] = {"error", "errors", "detail", "message", "error_message", "msg"};
    const json_t *object = json_is_array(root) ? json_array_get(root, 0) : root;

    for (size_t i = 0; i < sizeof only / sizeof *only; i++) {
        const json_t *value = json_object_get(object, only[i]);

        if (value != NULL && !json_is_null(value))
            return value;
    }
    return NULL;
}

/* ---- for people ---- */

static bool in_run(char c)
{
    return isalnum((unsigned char)c) || strchr("+/_=", c) != NULL;
}

/* How much of what begins here nobody should see: 0, or the length of a key or of encoded bytes. */
static size_t hidden_at(const char *text, const char *secret)
{
    static const char *const beginnings[] = {"sk-",     "AIza", "gsk_",  "hf_",    "xai-",      "eyJ",
                                             "Bearer ", "r8_",  "pplx-", "nvapi-", "data:image"};
    size_t size = 0, digits = 0, slashes = 0;

    if (secret != NULL && strlen(secret) >= 4 && strncmp(text, secret, strlen(secret)) == 0)
        return strlen(secret);
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++)
        if (strncmp(text, beginnings[i], strlen(beginnings[i])) == 0) {
            size = strlen(beginnings[i]);
            return size + strcspn(text + size, " \"'`)]}<>");
        }
    for (; text[size] != '\0' && in_run(text[size]); size++) {
        digits += isdigit((unsigned char)text[size]) != 0;
        slashes += text[size] == '/';
    }
    return size >= MAX_RUN && (digits > 2 || size > 2 * MAX_RUN) && slashes * 8 < size ? size : 0;
}

void error_body_sentence(const char *message, const char *secret, char *to, size_t room)
{
    static const char hidden[] = "…";
    size_t used = 0, step;
    bool begins = true; /* a word does */

    for (const char *at = message; *at != '\0'; at += step) {
        size_t hide =
            begins || (secret != NULL && *secret != '\0' && *at == *secret) ? hidden_at(at, secret) : 0;
        uint32_t c;

        step = hide > 0 ? hide : utf8_next(at, strlen(at), &c);
        if (step == 0 || used + (hide > 0 ? strlen(hidden) : step) + strlen(hidden) + 1 > room) {
            memcpy(to + used, hidden, sizeof hidden);
            return;
        }
        memcpy(to + used, hide > 0 ? hidden : at, hide > 0 ? strlen(hidden) : step);
        used += hide > 0 ? strlen(hidden) : step;
        begins = !in_run(*at) && *at != '-';
    }
    to[used] = '\0';
}
