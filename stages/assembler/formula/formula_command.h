/* formula_command - what a command's row tells the one who reads what follows it; private to the reading
 */
#ifndef STAGES_ASSEMBLER_FORMULA_FORMULA_COMMAND_H
#define STAGES_ASSEMBLER_FORMULA_FORMULA_COMMAND_H

#include "stages/assembler/formula/formula_tree.h"

struct command {
    const char *name;
    struct node *(*read)(struct parser *parser, const struct command *command, const struct token *token);
    const char *text, *close;
    int value;
};

#define READER(name)                                                                                         \
    struct node *name(struct parser *parser, const struct command *command, const struct token *token)

/* What of a reader's arguments it has no use for. */
#define UNUSED(one) (void)(one)

/* Of formula_fence.c */
READER(read_left);
READER(read_middle);
READER(read_fenced);
struct node *fence_new(struct parser *parser, const char *open, const char *close, struct node *content);

/* Of formula_template.c */
READER(read_template);
READER(read_derivative);
READER(read_braket);
READER(read_quantity);

/* \big, \Bigl and their like, just taken; NULL: none of them. */
struct node *fence_sized(struct parser *parser, const struct token *token);

#endif
