/* formula_tex_writer - LaTeX piece by piece, each kept apart from the last; for formula_tex*.c only
 */
#ifndef STAGES_ASSEMBLER_FORMULA_FORMULA_TEX_WRITER_H
#define STAGES_ASSEMBLER_FORMULA_FORMULA_TEX_WRITER_H

#include "stages/assembler/formula/formula_tree.h"

struct tex {
    struct bytes *to;
    size_t begin; /* where the formula begins in it */
    bool word;    /* the last piece was a command of letters: no letter may follow it directly */
};

/* With a blank before it where it would otherwise become part of what is there. */
void tex_add(struct tex *tex, const char *piece);

/* A backslash and the name. */
void tex_command(struct tex *tex, const char *name);

/* \text in as many pieces as it takes. */
void tex_words(struct tex *tex, const char *text, enum font font);

/* Atoms of one font, in one command. Returns the last of them. */
const struct node *tex_atoms(struct tex *tex, const struct node *node);

/* The name of a NODE_FUNCTION. */
void tex_function(struct tex *tex, const struct node *node);

/* ---- formula_tex.c */

/* Up to its end, or to a \middle, which is the fence's. */
void tex_row(struct tex *tex, const struct node *row);

#endif
