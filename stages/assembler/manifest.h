/* manifest - all that is known of a lecture, read from the JSON of frame 0 and checked
 *
 * Whatever comes out of here is whole and clean: slides 1..count in order, texts passed text_clean, pictures
 * are JPEGs that exist.  The hearts behind it (summary, docx, apkg) check nothing again.
 *
 * Pictures are borrowed: their bytes must outlive the lecture.
 */
#ifndef STAGES_ASSEMBLER_MANIFEST_H
#define STAGES_ASSEMBLER_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/codes.h"
#include "proto/enums.h"

struct picture {
    const void *data;
    size_t size;
};

struct texts {
    const char **item;
    size_t count;
};

struct card {
    const char *front, *back;
};

struct answer {
    const char *title, *connections, *summary;
    struct texts explanation, points;
    struct card *cards;
    size_t card_count;
};

struct line {
    const char *text;
    unsigned size;
    bool bold, mono;
};

struct slide {
    unsigned number;
    enum outcome outcome;
    struct picture picture; /* size 0: none */
    unsigned width, height;
    bool degraded;
    enum code code;     /* CODES: none */
    const char *detail; /* never empty if there is a code */
    struct line *lines; /* the page's own text */
    size_t line_count;
    struct answer *answer; /* NULL: none */
    uint64_t input_tokens, output_tokens, calls;
};

struct lecture {
    const char *job, *filename, *title, *language, *engine, *model;
    int64_t created_ms;
    bool repaired;
    struct slide *slides;
    size_t slide_count;
};

/* pictures[0] is the one that the manifest calls 1. NULL, and one sentence in why, if it cannot be used. */
struct lecture *manifest_parse(const void *json, size_t size, const struct picture *pictures,
                               size_t picture_count, char *why, size_t room);
void lecture_free(struct lecture **lecture);

/* Was no language model used for it? */
bool lecture_is_offline(const struct lecture *lecture);

/* How many slides ended so; how many cards there are in all. */
size_t lecture_count(const struct lecture *lecture, enum outcome outcome);
size_t lecture_cards(const struct lecture *lecture);

/* What the lecture is called: its title, else the file's name without ending, else the job. The caller frees.
 */
char *lecture_name(const struct lecture *lecture);

/* The slide's title: the answer's, else its own most prominent line; "" if it has neither. */
const char *slide_title(const struct slide *slide);

#endif
