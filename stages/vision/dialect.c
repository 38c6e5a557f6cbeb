/* dialect - see dialect.h */
#include "stages/vision/dialect.h"

#include <stddef.h>
#include <string.h>

/* Words by which endpoints name what they do not take. */
static const struct {
    const char *word;
    bool format; /* response_format; else the token limit */
} words[] = {
    {"response_format", true},
    {"json_schema", true},
    {"json_object", true},
    {"structured output", true},
    {"max_completion_tokens", false},
};

static bool names(const char *text, const char *word)
{
    return text != NULL && strcasestr(text, word) != NULL;
}

bool dialect_step(struct dialect *now, const struct dialect *used, const char *param, const char *message)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (!names(param, words[i].word) && !names(message, words[i].word))
            continue;
        if (words[i].format && used->format < FORMAT_PROMPT) {
            if (now->format == used->format)
                now->format++;
            return true;
        }
        if (!words[i].format && used->tokens == TOKENS_COMPLETION) {
            now->tokens = TOKENS_PLAIN;
            return true;
        }
    }
    return false;
}

const char *dialect_format_name(enum dialect_format format)
{
    static const char *const names_[] = {"json_schema", "json_object", "prompt"};

    return names_[format];
}
