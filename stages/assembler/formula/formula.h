/* formula - a formula in LaTeX, read once into a tree, written for Word, Anki, browsers and plain text
 *
 * Strangers' text: any bytes that passed text_clean are read without complaint.  What is not understood
 * (an unknown command, a brace that nobody closes) stays in the tree as it was written, is written so that it
 * can be read, and makes the formula not whole.  Depth and size are bounded; what is beyond stays as written.
 *
 * Trees live in the pool that formula_parse was given.
 */
#ifndef STAGES_ASSEMBLER_FORMULA_FORMULA_H
#define STAGES_ASSEMBLER_FORMULA_FORMULA_H

#include <stdbool.h>
#include <stddef.h>

#include "stages/assembler/lib/bytes.h"
#include "stages/assembler/lib/pool.h"
#include "stages/assembler/lib/xml.h"

struct formula;

/* tex: what stands between the delimiters, size bytes. Never NULL. */
const struct formula *formula_parse(struct pool *pool, const char *tex, size_t size);

/* Was all of it understood? And if not, is it only that some commands are unknown, so that it can be set,
 * with those in letters of code? Else better show what was written. */
bool formula_whole(const struct formula *formula);
bool formula_sound(const struct formula *formula);

/* <m:oMath>, or in a paragraph of its own <m:oMathPara>. ECMA-376 part 1, 22.1. The caller declares xmlns:m.
 */
void formula_omml(const struct formula *formula, struct xml *xml, bool display);

/* LaTeX without delimiters, as MathJax 3 takes it with the packages base and ams and those that it loads by
 * itself (boldsymbol, cancel, mhchem), always without an error; no "}}", "{{" or "::" in it, so that it can
 * stand in a gap of a card. Not escaped for HTML. */
void formula_tex(const struct formula *formula, struct bytes *to);

/* <math>, MathML Core. The page's style sheet knows mtd.left, mtd.right, mtd.ruled, mtd.closed, mrow.boxed,
 * mrow.cancelled and mtext.raw: attributes with style would need a page that allows all of them. */
void formula_mathml(const struct formula *formula, struct xml *xml, bool display);

/* One line of Unicode, for alternative texts, JSON and the sort field of a note: (a + b)/2, x², √n, ∑ᵢ₌₁ⁿ i.
 */
void formula_plain(const struct formula *formula, struct bytes *to);

#endif
