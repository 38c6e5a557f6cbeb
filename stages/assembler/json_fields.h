/* json_fields - members of a JSON object, checked and cleaned, private to manifest*.c
 *
 * get_... complains of what is missing or of another kind, may_... takes it for nothing said: older manifests
 * do not have everything.  Texts are cleaned (text_clean) and live in the pool.
 */
#ifndef STAGES_ASSEMBLER_JSON_FIELDS_H
#define STAGES_ASSEMBLER_JSON_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "stages/assembler/lecture/lecture_model.h"
#include "stages/assembler/lib/pool.h"

struct reading {
    struct pool *pool;
    const struct picture *pictures;
    size_t picture_count;
    char *why;
    size_t room;
    bool bad;
};

/* The first complaint stands. */
void complain(struct reading *reading, const char *format, ...) __attribute__((format(printf, 2, 3)));

const char *get_text(struct reading *reading, const json_t *object, const char *name);
const char *may_text(struct reading *reading, const json_t *object, const char *name);

/* "" if it is none of the words, which stand between blanks. */
const char *may_word(struct reading *reading, const json_t *object, const char *name, const char *words);

uint64_t may_number(const json_t *object, const char *name); /* 0 if there is none, or none above 0 */
double may_cost(const json_t *object);                       /* -1 if it is not known */

int64_t get_number(struct reading *reading, const json_t *object, const char *name, int64_t min, int64_t max);
bool get_flag(struct reading *reading, const json_t *object, const char *name); /* 0 or 1 */

const json_t *get_list(struct reading *reading, const json_t *object, const char *name);
struct texts get_texts(struct reading *reading, const json_t *object,
                       const char *name); /* without empty ones */
struct texts may_texts(struct reading *reading, const json_t *object, const char *name);

/* A slide's "answer" (manifest_reader_answer.c), in the pool; NULL if it is null. */
struct answer *read_answer(struct reading *reading, const json_t *object);

/* The card that the answer had in this place, from 0; NULL if it could not be kept. */
struct card *card_at(struct answer *answer, unsigned place);

/* The manifest's "previous" (manifest_reader_previous.c). */
void read_previous(struct reading *reading, const json_t *object, struct previous *previous);

#endif
