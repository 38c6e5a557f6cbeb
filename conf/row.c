/* row - see row.h */
#include "conf/row.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "proto/panic.h"
#include "proto/utf8.h"

/* Short names as the rows of params.def use them. */
enum {
    S = CONF_SUPERVISOR,
    STAGES = (1u << STAGE_KINDS) - 1,
#define STAGE(NAME, name, letter, leases) letter = 1u << STAGE_##NAME,
#include "proto/stages.def"
#undef STAGE
    LIVE = CONF_LIVE,
    ROLL = CONF_ROLL,
    RESTART = CONF_RESTART,
};

#define DEFAULT_INT(def)    NULL, def
#define DEFAULT_AUTO(def)   NULL, def
#define DEFAULT_BOOL(def)   NULL, def
#define DEFAULT_STR(def)    def, 0
#define DEFAULT_SECRET(def) def, 0

const struct row row_table[ROWS] = {
#define PARAM(member_, path_, env_, type_, def, lo_, hi_, unit_, effect_, readers_, doc_)                    \
    {#member_, path_,   env_,     ROW_##type_, DEFAULT_##type_(def),          lo_, hi_,                      \
     unit_,    effect_, readers_, doc_,        offsetof(struct conf, member_)},
#include "conf/params.def"
#undef PARAM
};

#define PRESETS "auto", "openai", "azure", "openrouter", "gemini", "ollama", "vllm", "llamacpp"

/* Texts of which only some words are allowed, and texts that are addresses. */
static const struct rule {
    const char *path;
    const char *words[8]; /* the first is "": an http or https URL (or nothing), or one of the others */
} rules[] = {
    {"sandbox.level", {"require", "prefer", "off"}},
    {"log_level", {"debug", "info", "warn", "warning", "error", "off"}},
    {"model.engine", {"auto", "openai", "offline"}},
    {"model.detail", {"low", "high"}},
    {"model.preset", {PRESETS}},
    {"fallback_1.preset", {PRESETS}},
    {"fallback_2.preset", {PRESETS}},
    {"model.cache", {"shared", "private", "off"}},
    {"model.card_style", {"basic", "cloze", "mixed"}},
    {"s3.path_style", {"auto", "yes", "no"}},
    {"http.public_url", {""}},
    {"model.base_url", {""}},
    {"fallback_1.base_url", {""}},
    {"fallback_2.base_url", {""}},
    {"s3.endpoint", {""}},
    {"callback.url", {"", "none"}},
};

enum { RULE_WORDS = sizeof rules[0].words / sizeof rules[0].words[0] };

static const struct rule *rule_of(const struct row *row)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (row->type == ROW_STR && strcmp(rules[i].path, row->path) == 0)
            return &rules[i];
    return NULL;
}

const char *row_name(const struct row *row)
{
    return *row->path == '\0' ? row->env : row->path;
}

bool row_is_hidden(const struct row *row)
{
    return *row->path == '\0' && row->type != ROW_SECRET;
}

/* ---- members ---- */

static char **text_in(const struct row *row, const struct conf *conf)
{
    return (char **)((char *)conf + row->offset);
}

static int64_t number_in(const struct row *row, const struct conf *conf)
{
    const void *member = (const char *)conf + row->offset;

    return row->type == ROW_BOOL ? *(const conf_BOOL *)member : *(const conf_INT *)member;
}

static void number_set(const struct row *row, struct conf *conf, int64_t number)
{
    void *member = (char *)conf + row->offset;

    if (row->type == ROW_BOOL)
        *(conf_BOOL *)member = number != 0;
    else
        *(conf_INT *)member = number;
}

static bool is_text(const struct row *row)
{
    return row->type == ROW_STR || row->type == ROW_SECRET;
}

static void text_set(const struct row *row, struct conf *conf, const char *text)
{
    row_drop(row, conf);
    *text_in(row, conf) = need_dup(text);
}

void row_drop(const struct row *row, struct conf *conf)
{
    char **text;

    if (!is_text(row))
        return;
    text = text_in(row, conf);
    if (*text != NULL)
        explicit_bzero(*text, strlen(*text));
    free(*text);
    *text = NULL;
}

void row_reset(const struct row *row, struct conf *conf)
{
    if (is_text(row))
        text_set(row, conf, row->text);
    else
        number_set(row, conf, row->number);
}

char *row_text(const struct row *row, const struct conf *conf)
{
    char *text;

    if (is_text(row))
        return need_dup(*text_in(row, conf));
    if (row->type == ROW_AUTO && number_in(row, conf) == 0)
        return need_dup("auto");
    if (asprintf(&text, "%lld", (long long)number_in(row, conf)) == -1)
        panic("out of memory");
    return text;
}

bool row_equal(const struct row *row, const struct conf *a, const struct conf *b)
{
    if (is_text(row))
        return strcmp(*text_in(row, a), *text_in(row, b)) == 0;
    return number_in(row, a) == number_in(row, b);
}

/* ---- taking a text ---- */

static const char *take_number(const struct row *row, struct conf *conf, const char *text)
{
    long long number;
    char *end;

    if (text[strspn(text, "-0123456789")] != '\0')
        return "is not a whole number";
    errno = 0;
    number = strtoll(text, &end, 10);
    if (end == text || *end != '\0')
        return "is not a whole number";
    if (errno == ERANGE || number < row->lo || number > row->hi)
        return "is out of bounds";
    number_set(row, conf, number);
    return NULL;
}

static const char *take_auto(const struct row *row, struct conf *conf, const char *text)
{
    if (strcasecmp(text, "auto") != 0)
        return take_number(row, conf, text);
    number_set(row, conf, 0);
    return NULL;
}

static const char *take_bool(const struct row *row, struct conf *conf, const char *text)
{
    static const char *const words[][2] = {{"0", "1"}, {"false", "true"}, {"no", "yes"}, {"off", "on"}};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        for (int value = 0; value < 2; value++)
            if (strcasecmp(text, words[i][value]) == 0) {
                number_set(row, conf, value);
                return NULL;
            }
    return "is neither true nor false";
}

static bool has_control(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            return true;
    return false;
}

static bool is_url(const char *text)
{
    size_t scheme = strncasecmp(text, "https://", 8) == 0 ? 8 : strncasecmp(text, "http://", 7) == 0 ? 7 : 0;

    return scheme > 0 && text[scheme] != '\0' && strchr("/?#:@", text[scheme]) == NULL &&
           strchr(text, ' ') == NULL;
}

/* The text as it is kept (words in the rule's own spelling); NULL if the rule does not allow it. */
static const char *ruled(const struct rule *rule, const char *text)
{
    if (*rule->words[0] == '\0' && (*text == '\0' || is_url(text)))
        return text;
    for (int i = 0; i < RULE_WORDS && rule->words[i] != NULL; i++)
        if (strcasecmp(text, rule->words[i]) == 0)
            return rule->words[i];
    return NULL;
}

/* Paths are bytes to the kernel, and secrets to whom they are shown; all other texts are read by people. */
static bool may_be_bytes(const struct row *row)
{
    static const char *const paths[] = {"state_dir", "store.dir", "model.prompts"};

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (strcmp(row->path, paths[i]) == 0)
            return true;
    return row->type == ROW_SECRET;
}

static const char *take_text(const struct row *row, struct conf *conf, const char *text)
{
    const struct rule *rule = rule_of(row);
    int64_t bytes = (int64_t)strlen(text);
    const char *kept = rule == NULL ? text : ruled(rule, text);

    if (has_control(text))
        return "has a control character in it (a line break?)";
    if (!may_be_bytes(row) && !utf8_valid(text, strlen(text)))
        return "is not UTF-8";
    if (kept == NULL)
        return *rule->words[0] == '\0' ? "is not a URL" : "is none of the words";
    if (bytes < row->lo)
        return "is too short";
    if (bytes > row->hi)
        return "is too long";
    text_set(row, conf, kept);
    return NULL;
}

const char *row_take(const struct row *row, struct conf *conf, const char *text)
{
    static const char *(*const take[])(const struct row *, struct conf *, const char *) = {
        [ROW_INT] = take_number, [ROW_AUTO] = take_auto,   [ROW_BOOL] = take_bool,
        [ROW_STR] = take_text,   [ROW_SECRET] = take_text,
    };

    return take[row->type](row, conf, text);
}

/* ---- what is allowed ---- */

static void words_allowed(const struct rule *rule, char *to, size_t room)
{
    size_t used = 0;

    for (int i = 0; i < RULE_WORDS && rule->words[i] != NULL && used < room; i++) {
        bool last = i + 1 == RULE_WORDS || rule->words[i + 1] == NULL;

        used += (size_t)snprintf(to + used, room - used, "%s%s",
                                 i == 0 ? ""
                                 : last ? " or "
                                        : ", ",
                                 rule->words[i]);
    }
}

void row_allowed(const struct row *row, char *to, size_t room)
{
    const struct rule *rule = rule_of(row);
    const char *before = row->type == ROW_AUTO ? "auto, or " : "";
    const char *unit = is_text(row) ? "bytes" : row->unit;
    int64_t lo = row->type == ROW_AUTO ? 1 : row->lo;

    if (rule != NULL && *rule->words[0] != '\0')
        words_allowed(rule, to, room);
    else if (rule != NULL)
        snprintf(to, room, "a URL with http:// or https://, up to %lld bytes%s%s", (long long)row->hi,
                 rule->words[1] == NULL ? "" : ", or ", rule->words[1] == NULL ? "" : rule->words[1]);
    else if (row->type == ROW_BOOL)
        snprintf(to, room, "true or false");
    else
        snprintf(to, room, "%s%lld to %lld%s%s", before, (long long)lo, (long long)row->hi,
                 *unit == '\0' ? "" : " ", unit);
}
