/* anki_media - slides' pictures as files of a student's collection
 *
 * A picture is named by its content, so the same picture of another run is the same file in the student's
 * collection, and a picture that several slides share goes in once.
 */
#ifndef STAGES_ASSEMBLER_APKG_ANKI_MEDIA_H
#define STAGES_ASSEMBLER_APKG_ANKI_MEDIA_H

#include "stages/assembler/lecture/lecture_model.h"

/* Says what the pictures of all slides that have cards are (slide.drawn), before any is made smaller: how
 * small they get depends on the whole lecture, and is no change of the slide. */
void media_mark(struct lecture *lecture);

/* Names the pictures of all slides that have cards (slide.media). */
void media_name(struct lecture *lecture);

#endif
