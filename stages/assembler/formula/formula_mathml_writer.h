/* formula_mathml_writer - what writes MathML piece by piece; for formula_mathml*.c only
 *
 * MathML Core, https://www.w3.org/TR/mathml-core/: token elements are its section 3.2.
 */
#ifndef STAGES_ASSEMBLER_FORMULA_FORMULA_MATHML_WRITER_H
#define STAGES_ASSEMBLER_FORMULA_FORMULA_MATHML_WRITER_H

#include "stages/assembler/formula/formula_tree.h"

struct mathml {
    struct xml *xml;
    bool displayed; /* sums have their limits above and below */
};

/* <mo>text</mo>, with one attribute unless that is NULL. */
void mathml_sign(struct mathml *mathml, const char *text, const char *attribute, const char *value);

/* A letter, number or operator; upright letters go together as one name. Returns the last node it wrote. */
const struct node *mathml_atoms(struct mathml *mathml, const struct node *node);

/* <mtext> of a NODE_TEXT or NODE_RAW. */
void mathml_words(struct mathml *mathml, const struct node *node);

/* <mspace> as wide as the Unicode space; any other text writes nothing. */
void mathml_width(struct mathml *mathml, const char *space);

#endif
