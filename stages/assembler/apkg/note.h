/* note - what stands in the fields of a card's note
 *
 * HTML as Anki takes it: text escaped, in an element with its own lang and dir, and nothing of a stranger's
 * that Anki would obey.
 */
#ifndef STAGES_ASSEMBLER_APKG_NOTE_H
#define STAGES_ASSEMBLER_APKG_NOTE_H

#include "stages/assembler/apkg/notetype.h"
#include "stages/assembler/lecture/document_language.h"
#include "stages/assembler/lecture/lecture_model.h"
#include "stages/assembler/lib/bytes.h"

struct note {
    enum notetype type;
    char *fields[NOTETYPE_FIELDS]; /* never NULL */
};

/* Fills the fields of the card's note, HTML as Anki takes it. note_drop frees. */
void note_make(struct note *note, const struct lecture *lecture, const struct language *language,
               const struct slide *slide, const struct card *card);
void note_drop(struct note *note);

/* Says what every note's question, answer and picture come to (card.content), and that they do so from the
 * moment the job was accepted (card.modified_s).  Where a card stands in the lecture is no part of it: a
 * slide put in before it changes no note. */
void note_date(struct lecture *lecture, const struct language *language);

/* A field as Anki sees it once it has stripped the markup: what it sorts and compares by. */
void note_add_stripped(struct bytes *to, const char *field);

#endif
