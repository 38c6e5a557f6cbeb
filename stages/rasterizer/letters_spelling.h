/* letters_spelling - one spelling for what PDFs spell in many ways */
#ifndef STAGES_RASTERIZER_LETTERS_SPELLING_H
#define STAGES_RASTERIZER_LETTERS_SPELLING_H

#include <stddef.h>
#include <stdint.h>

#include "stages/rasterizer/letters.h"

/* How many letters the file has no character for. */
struct unknowns {
    size_t in_words; /* beside others */
    size_t alone;    /* as bullets are */
};

/* Letter by letter, in place: what fonts of signs show, private use mapped or dropped, accents put on the
 * letters they are drawn over. Pure. */
struct unknowns letters_spell(struct letters *letters);

/* A line in logical order: mangled UTF-8 (mojibake.h), presentation forms, ligatures and radicals become
 * letters, and all is composed (NFC). Returns the new count, at most room; text is rewritten in place. Signs
 * that differ in meaning stay: powers, letters of formulas, full-width forms. */
size_t letters_spell_line(uint32_t *text, size_t count, size_t room);

#endif
