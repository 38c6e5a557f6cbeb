/* deck - what the deck of a lecture is called, and what its notes are tagged with
 *
 * Both have levels, parted by "::": a course or title never makes one by chance. All are as Anki would write
 * them itself, so that a deck or tag of the next run is the same one.
 */
#ifndef STAGES_ASSEMBLER_APKG_DECK_H
#define STAGES_ASSEMBLER_APKG_DECK_H

#include "stages/assembler/lecture/lecture_model.h"
#include "stages/assembler/lib/bytes.h"

/* Course::Lecture, or the lecture alone. The caller frees. */
char *deck_name(const struct lecture *lecture);

/* Adds " course::C lecture::Name_of_it slide::012 topic::Chapter " with blanks around each, as a note has
 * them. */
void deck_tags(struct bytes *tags, const struct lecture *lecture, unsigned slide);

#endif
