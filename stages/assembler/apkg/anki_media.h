/* anki_media - slides' pictures as files of a student's collection
 *
 * A picture is named by its content, so the same picture of another run is the same file in the student's
 * collection, and a picture that several slides share goes in once.
 */
#ifndef STAGES_ASSEMBLER_APKG_ANKI_MEDIA_H
#define STAGES_ASSEMBLER_APKG_ANKI_MEDIA_H

#include "stages/assembler/lecture/lecture_model.h"

/* Fills slide.drawn of all slides that have cards: a hash of the picture as it was drawn. To be called before
 * any picture is made smaller: how small one gets depends on the whole lecture, and is no change of the
 * slide. */
void media_mark(struct lecture *lecture);

/* Fills slide.media of all slides that have cards: "slidemill-", 32 hex digits of the SHA-256 of
 * card_picture,
 * ".jpg". */
void media_name(struct lecture *lecture);

#endif
