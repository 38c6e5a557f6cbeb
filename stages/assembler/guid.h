/* guid - what names a card for ever: lecture, slide and place, never its wording
 *
 * So a corrected lecture updates the cards a student already has instead of doubling them.
 */
#ifndef STAGES_ASSEMBLER_GUID_H
#define STAGES_ASSEMBLER_GUID_H

#include <stddef.h>

#include "stages/assembler/language.h"
#include "stages/assembler/manifest.h"

enum { GUID_ROOM = 21 };

/* place counts the slide's cards from 0. */
void guid_make(char guid[GUID_ROOM], const struct lecture *lecture, const struct language *language,
               unsigned slide, size_t place);

#endif
