/* guid - what names a card for ever: lecture, slide and place, never its wording
 *
 * So a corrected lecture updates the cards a student already has instead of doubling them.
 */
#ifndef STAGES_ASSEMBLER_GUID_H
#define STAGES_ASSEMBLER_GUID_H

#include <stddef.h>

#include "stages/assembler/language.h"
#include "stages/assembler/lecture.h"

enum { GUID_ROOM = 21 };

/* A card with gaps is another note than a plain one in its place: Anki would not turn one into the other. */
void guid_make(char guid[GUID_ROOM], const struct lecture *lecture, const struct language *language,
               unsigned slide, const struct card *card);

#endif
