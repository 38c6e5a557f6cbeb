/* dialect - see dialect.h */
#include "stages/vision/dialect.h"

#include <stddef.h>
#include <string.h>

/* Words by which endpoints name a response_format they do not take. */
static const char *const format_words[] = {"response_format",   "json_schema",     "json_object",
                                           "structured output", "response_schema", "responseSchema",
                                           "json schema",       "grammar",         "additionalProperties"};

/* Words by which they say that a limit is known, but too high: another field would not help. */
static const char *const amount_words[] = {"too large", "at most", "maximum", "exceed", "too many"};

static bool names(const char *text, const char *word)
{
    return text != NULL && strcasestr(text, word) != NULL;
}

static bool names_any(const char *text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (names(text, words[i]))
            return true;
    return false;
}

#define NAMES_ANY(text, words) names_any(text, words, sizeof(words) / sizeof((words)[0]))

static bool step_format(struct dialect *now, const struct dialect *used)
{
    if (used->format == FORMAT_PROMPT)
        return false;
    if (now->format == used->format)
        now->format++;
    return true;
}

static bool step_tokens(struct dialect *now, const struct dialect *used)
{
    now->tokens = used->tokens == TOKENS_COMPLETION ? TOKENS_PLAIN : TOKENS_COMPLETION;
    return true;
}

bool dialect_step(struct dialect *now, const struct dialect *used, const char *param, const char *message)
{
    const char *field = dialect_tokens_name(used->tokens);

    if (NAMES_ANY(param, format_words))
        return step_format(now, used);
    if ((names(param, field) || names(message, field)) && !NAMES_ANY(message, amount_words))
        return step_tokens(now, used);
    if (NAMES_ANY(message, format_words))
        return step_format(now, used);
    return false;
}

const char *dialect_format_name(enum dialect_format format)
{
    static const char *const names_[] = {"json_schema", "json_object", "prompt"};

    return names_[format];
}

const char *dialect_tokens_name(enum dialect_tokens tokens)
{
    return tokens == TOKENS_COMPLETION ? "max_completion_tokens" : "max_tokens";
}
