/* formula_omml_writer - what writes OMML piece by piece: runs of letters, elements with their parts; for
 * formula_omml*.c only
 *
 * ECMA-376 part 1, 22.1 (Math).  Each function adds to omml->xml; the caller has declared the prefixes m and
 * w.
 */
#ifndef STAGES_ASSEMBLER_FORMULA_FORMULA_OMML_WRITER_H
#define STAGES_ASSEMBLER_FORMULA_FORMULA_OMML_WRITER_H

#include "stages/assembler/formula/formula_tree.h"

#define NO_WIDTH "\u200b"

struct omml {
    struct xml *xml;
    bool displayed;
    bool begins; /* a row: nothing stands before */
    bool bare;   /* a sign by itself, not between two things */
    unsigned operands;
};

struct look {
    const char *style; /* NULL: Word's own way with letters */
    bool words, bold, italic, code;
};

/* ---- formula_omml_run.c */

/* <name m:val="value"/> */
void omml_property(struct omml *omml, const char *name, const char *value);

/* <m:r> with the text; omml_nothing: one of no width, where an element must not be empty. */
void omml_run(struct omml *omml, const char *text, struct look look);
void omml_nothing(struct omml *omml);
/* Words of a NODE_TEXT. */
void omml_words(struct omml *omml, const struct node *node);

/* Can it stand in a run with others? And all that can, from node on; returns what is after it. */
bool omml_in_run(const struct node *node);
const struct node *omml_letters(struct omml *omml, const struct node *node);

/* ---- formula_omml.c */

/* Up to its end, or to a \middle, which is the fence's. */
void omml_row(struct omml *omml, const struct node *row);

/* ---- formula_omml_writer.c */

/* A row as such an element; small: where sums have their limits beside them. */
void omml_part(struct omml *omml, const char *name, const struct node *row);
void omml_small(struct omml *omml, const char *name, const struct node *row);

void omml_fence(struct omml *omml, const struct node *node);
void omml_fraction(struct omml *omml, const struct node *node);
void omml_radical(struct omml *omml, const struct node *node);
void omml_accent(struct omml *omml, const struct node *node);
void omml_brace(struct omml *omml, const struct node *node);
void omml_box(struct omml *omml, const struct node *node);
void omml_phantom(struct omml *omml, const struct node *node);
void omml_table(struct omml *omml, const struct node *node);

#endif
