/* notetype - the note types of our cards: plain ones, and texts with gaps
 *
 * Ids, field names and template names are frozen for ever: Anki files a note type with other names under
 * another id, and skips notes that already exist with the old one.  What is missing goes into a spare field.
 */
#ifndef STAGES_ASSEMBLER_NOTETYPE_H
#define STAGES_ASSEMBLER_NOTETYPE_H

#include <stdbool.h>

#include <jansson.h>

#define NOTETYPE_BASIC 1764000000001
#define NOTETYPE_CLOZE 1764000000002

/* Raised (seconds) with every change of templates or CSS: only a newer note type replaces an imported one. */
#define NOTETYPE_CHANGED 1764000000

/* Of both, though the first two have other names where there are gaps. */
enum notetype_field {
    FIELD_FRONT,
    FIELD_BACK,
    FIELD_EXTRA,
    FIELD_SLIDE,
    FIELD_SOURCE,
    FIELD_LECTURE,
    FIELD_SPARE_1,
    FIELD_SPARE_2,
    FIELD_SPARE_3,
    NOTETYPE_FIELDS
};

/* The value of col.models, with the type for gaps only if it is wanted. The caller owns it. */
json_t *notetype_models(bool cloze);

#endif
