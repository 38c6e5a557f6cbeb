/* question - see question.h */
#include "stages/assembler/cards/question.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <unictype.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/lib/text/char_class.h"

/* A word that so many questions have, and one in so many of all, may hold them together. */
enum { COMMON = 4, COMMON_SHARE = 8 };
/* Letters: in most scripts so short a word is one in any case; a little longer, it may stand in titles, too;
 * to be a plural, a word needs so many. */
enum { SHORTEST = 2, SHORT = 3, PLURAL = 4 };

struct words {
    uint64_t *hashes;
    size_t count, room;
    bool sorted;
};

struct questions {
    struct words words, titles; /* of a question each word once */
    size_t count;
};

/* A word, a number or a sign; where words are written without blanks, a character. */
struct token {
    uint64_t hash;
    unsigned letters;
    bool name, sign, wide; /* name: it has a capital that does not begin the text */
};

/* ---- tokens ---- */

static uint64_t hash_more(uint64_t hash, uint64_t value)
{
    return (hash ^ value) * UINT64_C(1099511628211); /* FNV-1a, by character */
}

static const uint64_t nothing = UINT64_C(14695981039346656037);

static bool is_sign(uint32_t c, uint32_t next)
{
    if (c == '-')
        return char_is_digit(next);
    if (c < 0x80)
        return c > ' ' && strchr("+*/=<>^_~#%&|\\$@{}[]", (int)c) != NULL;
    return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_S | UC_CATEGORY_MASK_N);
}

/* One character, and the one after it (0: none). Returns the bytes of the first; 0: there is none. */
static size_t look(const char *text, size_t size, uint32_t *c, uint32_t *next)
{
    size_t step = utf8_next(text, size, c);

    *next = 0;
    if (step > 0 && step < size)
        utf8_next(text + step, size - step, next);
    return step;
}

/* The next token from *at on, which moves behind it. false: there is none. */
static bool token_next(const char *text, size_t *at, struct token *token)
{
    const size_t begin = *at, size = strlen(text);
    uint64_t before = nothing;
    uint32_t c, next, last = 0;
    size_t step;

    *token = (struct token){.hash = nothing};
    for (; (step = look(text + *at, size - *at, &c, &next)) > 0; *at += step) {
        bool letter = char_is_letter(c), sign = char_is_digit(c) || is_sign(c, next);

        if (!letter && !sign) {
            if (token->hash != nothing)
                break;
            continue;
        }
        if (char_is_wide(c) && letter && token->hash != nothing)
            break;
        token->wide = char_is_wide(c) && letter;
        token->name = token->name || (char_to_lower(c) != c && (begin > 0 || token->letters > 0));
        token->sign = token->sign || sign;
        token->letters += letter;
        before = token->hash;
        last = char_to_lower(c);
        token->hash = hash_more(token->hash, sign || token->sign ? c : last);
        if (token->wide) {
            *at += step;
            break;
        }
    }
    if (last == 's' && token->letters >= PLURAL && !token->name && !token->sign)
        token->hash = before;
    return token->hash != nothing;
}

/* ---- the words of the lecture ---- */

static int by_hash(const void *a, const void *b)
{
    const uint64_t *one = a, *two = b;

    return *one < *two ? -1 : *one > *two;
}

static void words_add(struct words *words, uint64_t hash)
{
    if (words->count == words->room) {
        words->room = 2 * words->room + 64;
        words->hashes = need_more(words->hashes, words->room * sizeof *words->hashes);
    }
    words->hashes[words->count++] = hash;
    words->sorted = false;
}

/* How many are less, or (equal) not greater. */
static size_t words_below(const struct words *words, uint64_t hash, bool equal)
{
    size_t low = 0, high = words->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (words->hashes[middle] < hash || (equal && words->hashes[middle] == hash))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* How often it is there. */
static size_t words_count(struct words *words, uint64_t hash)
{
    if (!words->sorted && words->count > 0)
        qsort(words->hashes, words->count, sizeof *words->hashes, by_hash);
    words->sorted = true;
    return words_below(words, hash, true) - words_below(words, hash, false);
}

struct questions *questions_new(void)
{
    return need_zero(1, sizeof(struct questions));
}

void questions_free(struct questions **questions)
{
    free((*questions)->words.hashes);
    free((*questions)->titles.hashes);
    free(*questions);
    *questions = NULL;
}

/* Is it among those from that one on? */
static bool words_hold(const struct words *words, size_t from, uint64_t hash)
{
    while (from < words->count && words->hashes[from] != hash)
        from++;
    return from < words->count;
}

void questions_add(struct questions *questions, const char *question)
{
    const size_t before = questions->words.count;
    struct token token;

    for (size_t at = 0; token_next(question, &at, &token);)
        if (!words_hold(&questions->words, before, token.hash))
            words_add(&questions->words, token.hash);
    questions->count++;
}

void questions_add_title(struct questions *questions, const char *title)
{
    struct token token;

    for (size_t at = 0; token_next(title, &at, &token);)
        words_add(&questions->titles, token.hash);
}

/* ---- what is asked ---- */

static bool holds_together(struct questions *questions, const struct token *token)
{
    size_t common = questions->count / COMMON_SHARE;

    if (token->name || token->sign)
        return false;
    if (!token->wide && token->letters == SHORTEST)
        return true;
    if (words_count(&questions->words, token->hash) < (common < COMMON ? COMMON : common))
        return false;
    return (!token->wide && token->letters <= SHORT) || words_count(&questions->titles, token->hash) == 0;
}

uint64_t question_key(struct questions *questions, const char *question)
{
    uint64_t key = nothing;
    struct token token;

    for (size_t at = 0; token_next(question, &at, &token);)
        if (!holds_together(questions, &token))
            key = hash_more(key, token.hash);
    return key == nothing ? 0 : key;
}

uint64_t question_signs(const char *text)
{
    uint64_t key = nothing;
    struct token token;

    for (size_t at = 0; token_next(text, &at, &token);)
        if (token.sign)
            key = hash_more(key, token.hash);
    return key;
}
