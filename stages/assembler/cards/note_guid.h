/* note_guid - what names a card for ever: lecture, slide and concept, never its wording or its place
 *
 * So a corrected lecture updates the cards a student already has instead of doubling them, wherever slides
 * were put in.  The slide is known by its own title, the concept by what the answer says a card asks about;
 * an older answer does not say it, and there the card's place on its slide has to do.
 */
#ifndef STAGES_ASSEMBLER_CARDS_NOTE_GUID_H
#define STAGES_ASSEMBLER_CARDS_NOTE_GUID_H

#include "stages/assembler/lecture/document_language.h"
#include "stages/assembler/lecture/lecture_model.h"

/* Numbers the cards that ask about the same concept under the same title (card.nth). Before any is left out,
 * so that leaving one out names no other anew. */
void guid_number(struct lecture *lecture);

/* Names every card (card.guid). A card with gaps is another note than a plain one in its place: Anki would
 * not turn one into the other. */
void guid_name(struct lecture *lecture, const struct language *language);

/* Another name for a card whose own is taken; try counts from 1. */
void guid_rename(struct card *card, unsigned try);

/* Writes the first 120 bits of the SHA-256 of size bytes in base 64, with letters that need no escaping
 * anywhere. */
void guid_spell(char guid[GUID_ROOM], const void *text, size_t size);

#endif
