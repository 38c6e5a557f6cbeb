/* param - see param.h */
#include "conf/param.h"

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

const struct param param_table[PARAMS] = {
#define PARAM(member_, path_, env_, type_, def, lo_, hi_, unit_, effect_, readers_, doc_)                    \
    {#member_, path_,   env_,     PARAM_##type_, DEFAULT_##type_(def),          lo_, hi_,                    \
     unit_,    effect_, readers_, doc_,          offsetof(struct conf, member_)},
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

static const struct rule *rule_of(const struct param *param)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (param->type == PARAM_STR && strcmp(rules[i].path, param->path) == 0)
            return &rules[i];
    return NULL;
}

const char *param_name(const struct param *param)
{
    return *param->path == '\0' ? param->env : param->path;
}

bool param_is_hidden(const struct param *param)
{
    return *param->path == '\0' && param->type != PARAM_SECRET;
}

/* ---- members ---- */

static char **text_in(const struct param *param, const struct conf *conf)
{
    return (char **)((char *)conf + param->offset);
}

static int64_t number_in(const struct param *param, const struct conf *conf)
{
    const void *member = (const char *)conf + param->offset;

    return param->type == PARAM_BOOL ? *(const conf_BOOL *)member : *(const conf_INT *)member;
}

static void number_set(const struct param *param, struct conf *conf, int64_t number)
{
    void *member = (char *)conf + param->offset;

    if (param->type == PARAM_BOOL)
        *(conf_BOOL *)member = number != 0;
    else
        *(conf_INT *)member = number;
}

static bool is_text(const struct param *param)
{
    return param->type == PARAM_STR || param->type == PARAM_SECRET;
}

static void text_set(const struct param *param, struct conf *conf, const char *text)
{
    param_clear(param, conf);
    *text_in(param, conf) = need_dup(text);
}

void param_clear(const struct param *param, struct conf *conf)
{
    char **text;

    if (!is_text(param))
        return;
    text = text_in(param, conf);
    if (*text != NULL)
        explicit_bzero(*text, strlen(*text));
    free(*text);
    *text = NULL;
}

void param_reset(const struct param *param, struct conf *conf)
{
    if (is_text(param))
        text_set(param, conf, param->text);
    else
        number_set(param, conf, param->number);
}

char *param_text(const struct param *param, const struct conf *conf)
{
    if (is_text(param))
        return need_dup(*text_in(param, conf));
    if (param->type == PARAM_AUTO && number_in(param, conf) == 0)
        return need_dup("auto");
    return need_format("%lld", (long long)number_in(param, conf));
}

bool param_equal(const struct param *param, const struct conf *a, const struct conf *b)
{
    if (is_text(param))
        return strcmp(*text_in(param, a), *text_in(param, b)) == 0;
    return number_in(param, a) == number_in(param, b);
}

/* ---- parsing ---- */

static const char *parse_number(const struct param *param, struct conf *conf, const char *text)
{
    long long number;
    char *end;

    if (text[strspn(text, "-0123456789")] != '\0')
        return "is not a whole number";
    errno = 0;
    number = strtoll(text, &end, 10);
    if (end == text || *end != '\0')
        return "is not a whole number";
    if (errno == ERANGE || number < param->lo || number > param->hi)
        return "is out of bounds";
    number_set(param, conf, number);
    return NULL;
}

static const char *parse_auto(const struct param *param, struct conf *conf, const char *text)
{
    if (strcasecmp(text, "auto") != 0)
        return parse_number(param, conf, text);
    number_set(param, conf, 0);
    return NULL;
}

static const char *parse_bool(const struct param *param, struct conf *conf, const char *text)
{
    static const char *const words[][2] = {{"0", "1"}, {"false", "true"}, {"no", "yes"}, {"off", "on"}};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        for (int value = 0; value < 2; value++)
            if (strcasecmp(text, words[i][value]) == 0) {
                number_set(param, conf, value);
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
static const char *match_rule(const struct rule *rule, const char *text)
{
    if (*rule->words[0] == '\0' && (*text == '\0' || is_url(text)))
        return text;
    for (int i = 0; i < RULE_WORDS && rule->words[i] != NULL; i++)
        if (strcasecmp(text, rule->words[i]) == 0)
            return rule->words[i];
    return NULL;
}

/* Paths are bytes to the kernel, and secrets to whom they are shown; all other texts are read by people. */
static bool may_be_bytes(const struct param *param)
{
    static const char *const paths[] = {"state_dir", "store.dir", "model.prompts"};

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (strcmp(param->path, paths[i]) == 0)
            return true;
    return param->type == PARAM_SECRET;
}

static const char *parse_text(const struct param *param, struct conf *conf, const char *text)
{
    const struct rule *rule = rule_of(param);
    int64_t bytes = (int64_t)strlen(text);
    const char *kept = rule == NULL ? text : match_rule(rule, text);

    if (has_control(text))
        return "has a control character in it (a line break?)";
    if (!may_be_bytes(param) && !utf8_valid(text, strlen(text)))
        return "is not UTF-8";
    if (kept == NULL)
        return *rule->words[0] == '\0' ? "is not a URL" : "is none of the words";
    if (bytes < param->lo)
        return "is too short";
    if (bytes > param->hi)
        return "is too long";
    text_set(param, conf, kept);
    return NULL;
}

const char *param_parse(const struct param *param, struct conf *conf, const char *text)
{
    static const char *(*const parse[])(const struct param *, struct conf *, const char *) = {
        [PARAM_INT] = parse_number, [PARAM_AUTO] = parse_auto,   [PARAM_BOOL] = parse_bool,
        [PARAM_STR] = parse_text,   [PARAM_SECRET] = parse_text,
    };

    return parse[param->type](param, conf, text);
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

void param_allowed(const struct param *param, char *to, size_t room)
{
    const struct rule *rule = rule_of(param);
    const char *before = param->type == PARAM_AUTO ? "auto, or " : "";
    const char *unit = is_text(param) ? "bytes" : param->unit;
    int64_t lo = param->type == PARAM_AUTO ? 1 : param->lo;

    if (rule != NULL && *rule->words[0] != '\0')
        words_allowed(rule, to, room);
    else if (rule != NULL)
        snprintf(to, room, "a URL with http:// or https://, up to %lld bytes%s%s", (long long)param->hi,
                 rule->words[1] == NULL ? "" : ", or ", rule->words[1] == NULL ? "" : rule->words[1]);
    else if (param->type == PARAM_BOOL)
        snprintf(to, room, "true or false");
    else
        snprintf(to, room, "%s%lld to %lld%s%s", before, (long long)lo, (long long)param->hi,
                 *unit == '\0' ? "" : " ", unit);
}
