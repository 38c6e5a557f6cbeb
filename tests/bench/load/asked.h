/* asked - what a request to the model double for load asks
 *
 * Pure.
 */
#ifndef TESTS_BENCH_LOAD_ASKED_H
#define TESTS_BENCH_LOAD_ASKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

enum { ASKED_LINES = 64, ASKED_SLIDES = 2048 };

struct asked {
    char *text;               /* all that system and user say */
    char *lines[ASKED_LINES]; /* of the slide's text layer, or of what is quoted */
    unsigned line_count;
    unsigned slides[ASKED_SLIDES]; /* numbers of slides that it speaks of */
    unsigned slide_count;
    unsigned statement_count; /* to be corrected */
    const json_t *schema;     /* of the answer; borrowed from the request */
    bool overview;
    uint64_t key; /* the same for the same slide and language */
};

/* Reads a request. False: it is none that this double takes. asked_free is due in both cases. */
bool asked_read(struct asked *asked, const json_t *request, size_t picture_bytes);
void asked_free(struct asked *asked);

/* FNV-1a, from a seed. */
uint64_t asked_hash(uint64_t seed, const char *text, size_t size);

#endif
