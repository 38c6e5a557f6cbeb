/* notetype - the note types of our cards, one row each
 *
 * Ids, field names and template names are frozen for ever: Anki files a note type with other names under
 * another id, and skips notes that already exist with the old one.  What is missing goes into a spare field.
 */
#ifndef STAGES_ASSEMBLER_APKG_NOTETYPE_H
#define STAGES_ASSEMBLER_APKG_NOTETYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

/* Raised (seconds) with every change of templates or CSS: only a newer note type replaces an imported one. */
#define NOTETYPE_CHANGED 1795800000

enum notetype { NOTETYPE_BASIC, NOTETYPE_CLOZE, NOTETYPE_OCCLUSION, NOTETYPES };

/* Of plain cards and of texts with gaps, though the first two have other names where there are gaps. */
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

/* Of the image occlusion, which are Anki's own. */
enum notetype_occlusion_field {
    OCCLUSION_MASKS,
    OCCLUSION_IMAGE,
    OCCLUSION_HEADER,
    OCCLUSION_BACK,
    OCCLUSION_COMMENTS,
    OCCLUSION_FIELDS
};

/* Its id in Anki, how many fields it has, and its name there (static). */
int64_t notetype_id(enum notetype type);
size_t notetype_fields(enum notetype type);
const char *notetype_name(enum notetype type);

/* The value of col.models, with the types that are wanted. The caller owns it. */
json_t *notetype_models(const bool wanted[NOTETYPES]);

#endif
