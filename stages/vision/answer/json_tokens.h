/* json_tokens - strings, words and numbers of JSON as language models write it, rewritten as strict JSON
 *
 * Pure.  What is taken stands in lenient_json.h, which puts the tokens together.
 */
#ifndef STAGES_VISION_ANSWER_JSON_TOKENS_H
#define STAGES_VISION_ANSWER_JSON_TOKENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_tokens {
    const char *text; /* borrowed; read up to at */
    size_t size, at;
    char *out; /* what was written, malloced, owned by the caller */
    size_t used, room;
    bool line; /* a line end came before what is read now */
};

/* Writes size bytes. */
void json_tokens_put(struct json_tokens *s, const char *bytes, size_t size);

/* Skips blanks and comments. */
void json_tokens_skip(struct json_tokens *s);

/* The mark that ends the string that begins here; 0: none begins. */
uint32_t json_tokens_quote(const struct json_tokens *s);

/* Each of these rewrites the token that begins here. False: none does, or the text ends inside it. */
bool json_tokens_string(struct json_tokens *s, uint32_t quote);
bool json_tokens_name(struct json_tokens *s); /* before a colon, without quotation marks */
bool json_tokens_word(struct json_tokens *s); /* true, false, null, as several languages write them */
bool json_tokens_number(struct json_tokens *s,
                        bool inside); /* inside a container, the end of the text may cut it */

/* How many characters of a word stand here, at most 64. */
size_t json_tokens_word_size(const struct json_tokens *s);

#endif
