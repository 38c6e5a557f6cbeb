/* formula_pieces - what formulas are made of: words, numbers, signs and commands of LaTeX
 *
 * Pure.
 */
#ifndef STAGES_VISION_GROUNDING_FORMULA_PIECES_H
#define STAGES_VISION_GROUNDING_FORMULA_PIECES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stages/vision/grounding/plain_chars.h"

enum { FORMULA_SHORT = 3 }; /* letters of a word that may be a product of symbols */

enum formula_piece_kind { PIECE_BLANK, PIECE_WORD, PIECE_NUMBER, PIECE_SIGN, PIECE_COMMAND, PIECE_OTHER };

struct formula_piece {
    enum formula_piece_kind kind;
    size_t from, to; /* characters; to is behind it */
};

/* The piece that begins at the character `at`. */
struct formula_piece formula_piece_at(const struct plain_chars *t, size_t at);

/* Is there an equals sign or another relation? Arrows of programs and of everyday text are none. */
bool formula_relation_at(const struct plain_chars *t, size_t at);

bool formula_is_operator(uint32_t c); /* a sum, an integral, a root … */
bool formula_is_sign(uint32_t c);     /* any sign that formulas have, relations and operators among them */

/* The Greek letter that a command stands for; 0: it stands for none. */
uint32_t formula_greek_letter(const struct plain_chars *t, struct formula_piece p);

/* Is the word the name of a function, as sin? */
bool formula_is_function(const struct plain_chars *t, struct formula_piece p);

/* Does the command have braces that hold words, or letters in a script that text layers lose? */
bool formula_holds_words(const struct plain_chars *t, struct formula_piece p);

#endif
