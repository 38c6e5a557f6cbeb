/* dialect - see dialect.h */
#include "stages/vision/model/dialect.h"

#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { MAX_NUMBERS = 16, MAX_NUMBER = 100000000, SHARE = 8 /* of the room, left for longer questions */ };

/* ---- how much room is there? ---- */

/* Numbers of a sentence, "8,192" and "`8192`" too; not those inside words (gpt-4o, v2). */
static size_t numbers_of(const char *text, unsigned numbers[MAX_NUMBERS])
{
    size_t count = 0;

    for (const char *at = text; *at != '\0' && count < MAX_NUMBERS;) {
        bool inside = at > text && (isalnum((unsigned char)at[-1]) || strchr("_-.", at[-1]) != NULL);
        unsigned long value = 0;

        if (!isdigit((unsigned char)*at)) {
            at++;
            continue;
        }
        for (;
             isdigit((unsigned char)*at) || (*at == ',' && isdigit((unsigned char)at[1]) &&
                                             isdigit((unsigned char)at[2]) && isdigit((unsigned char)at[3]));
             at++)
            if (*at != ',' && value < MAX_NUMBER)
                value = value * 10 + (unsigned long)(*at - '0');
        if (!inside && !isalpha((unsigned char)*at) && value < MAX_NUMBER)
            numbers[count++] = (unsigned)value;
    }
    return count;
}

/* Removes it; returns how often it was there. */
static unsigned remove_number(unsigned *numbers, size_t count, unsigned which)
{
    unsigned times = 0;

    for (size_t i = 0; i < count; i++)
        if (numbers[i] == which) {
            numbers[i] = 0;
            times++;
        }
    return times;
}

static unsigned largest_below(const unsigned *numbers, size_t count, unsigned bound)
{
    unsigned best = 0;

    for (size_t i = 0; i < count; i++)
        if (numbers[i] < bound && numbers[i] > best)
            best = numbers[i];
    return best;
}

/* The question's length, if its sum with the answer's stands there, too; 0: it does not. *sum is that. */
static unsigned question_of(const unsigned *numbers, size_t count, unsigned asked, unsigned *sum)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < count; k++)
            if (numbers[k] > 0 && numbers[i] == numbers[k] + asked) {
                *sum = numbers[i];
                return numbers[k];
            }
    return 0;
}

/* Context, question and answer stand there, or the sum of the last two beside one of them. */
static unsigned context_room(unsigned *numbers, size_t count, unsigned asked)
{
    unsigned times = remove_number(numbers, count, asked), sum = MAX_NUMBER;
    unsigned question = question_of(numbers, count, asked, &sum);
    unsigned context = largest_below(numbers, count, sum);

    if (question == 0 && times == 0)
        return 0; /* the question alone is too long */
    if (question == 0)
        question = largest_below(numbers, count, context);
    if (question == 0 && times > 1) { /* as many tokens were asked for as there are */
        question = context;
        context = asked;
    }
    return question == 0 || context <= question ? 0 : context - question;
}

unsigned dialect_room(const char *message, unsigned asked, bool context)
{
    unsigned numbers[MAX_NUMBERS];
    size_t count = numbers_of(message, numbers);

    if (context)
        return context_room(numbers, count, asked);
    return largest_below(numbers, count, asked);
}

/* ---- steps ---- */

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

static bool step_role(struct dialect *now, const struct dialect *used)
{
    now->one_role = true;
    return !used->one_role;
}

static bool step_max(struct dialect *now, unsigned asked, unsigned room)
{
    if (now->max > 0 && now->max < asked)
        return true; /* another answer already said so */
    if (room < MIN_TOKENS || room >= asked)
        return false;
    now->max = room;
    return true;
}

/* What does not say how much is too much: half of it. */
static unsigned cap_of(const struct error_said *said, unsigned asked)
{
    unsigned max = dialect_room(said->message, asked, false);

    if (max >= MIN_TOKENS && strstr(said->message, "(exclusive)") != NULL)
        max--;
    return max >= MIN_TOKENS ? max : asked / 2;
}

static unsigned room_of(const struct error_said *said, unsigned asked)
{
    unsigned room = dialect_room(said->message, asked, true);

    return room - room / SHARE;
}

bool dialect_step(struct dialect *now, const struct dialect *used, unsigned asked, enum meaning meaning,
                  const struct error_said *said)
{
    switch (meaning) {
    case MEANS_FORMAT:
        return step_format(now, used);
    case MEANS_TOKENS:
        return step_tokens(now, used);
    case MEANS_SYSTEM:
        return step_role(now, used);
    case MEANS_CAP:
        return step_max(now, asked, cap_of(said, asked));
    case MEANS_CONTEXT:
        return step_max(now, asked, room_of(said, asked));
    case MEANS_BLIND:
        now->blind = true; /* whoever asks takes its picture out */
        return false;
    default:
        return false;
    }
}

bool dialect_guess(struct dialect *now, const struct dialect *used)
{
    if (step_format(now, used))
        return true;
    return used->tokens == TOKENS_COMPLETION && step_tokens(now, used);
}

/* ---- memory ---- */

static const char format_letters[] = "sop", tokens_letters[] = "cp";

void dialect_write(const struct dialect *d, char to[DIALECT_ROOM])
{
    snprintf(to, DIALECT_ROOM, "%c%c%s", format_letters[d->format], tokens_letters[d->tokens],
             d->one_role ? "u" : "");
}

bool dialect_read(struct dialect *d, const char *from)
{
    const char *format = *from == '\0' ? NULL : strchr(format_letters, from[0]);
    const char *tokens = format == NULL || from[1] == '\0' ? NULL : strchr(tokens_letters, from[1]);

    if (tokens == NULL)
        return false;
    *d = (struct dialect){.format = (enum dialect_format)(format - format_letters),
                          .tokens = (enum dialect_tokens)(tokens - tokens_letters),
                          .one_role = from[2] == 'u'};
    return true;
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
