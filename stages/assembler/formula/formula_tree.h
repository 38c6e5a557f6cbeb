/* formula_tree - what formula_*.c know of a formula: its tree, the table of symbols, and the reading of it
 *
 * A row is a list of nodes linked by next, NULL when empty. A node has up to three rows; which ones follows
 * from its kind:
 *
 *   kind            body             under         over          text
 *   NODE_ATOM                                                   a letter, a number, an operator
 *   NODE_FUNCTION                                               its name: sin, lim, arg max
 *   NODE_LARGE                                                  a sum or an integral sign
 *   NODE_TEXT                                                   words
 *   NODE_RAW                                                    what was not understood, as written
 *   NODE_SPACE                                                  a Unicode space, or nothing
 *   NODE_GROUP      content
 *   NODE_SCRIPT     base             subscript     superscript
 *   NODE_FRACTION                    denominator   numerator
 *   NODE_RADICAL    radicand                       degree
 *   NODE_ACCENT     content                                     a combining character
 *   NODE_BRACE      content                                     a brace, arrow or line, as wide
 *   NODE_ARROW                       text below    text above   an arrow, as long as its texts
 *   NODE_FENCE      content, parted                             the opening delimiter, or nothing
 *   NODE_MIDDLE                                                 the delimiter that parts it
 *   NODE_TABLE      NODE_CELL each
 *   NODE_CELL       content
 *   NODE_BOX        content
 *   NODE_CANCEL     content
 *   NODE_PHANTOM    content
 *   NODE_CHEMISTRY  content                                     (tex: as written, if mhchem reads it)
 */
#ifndef STAGES_ASSEMBLER_FORMULA_FORMULA_TREE_H
#define STAGES_ASSEMBLER_FORMULA_FORMULA_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stages/assembler/formula/formula.h"

enum node_kind {
    NODE_ATOM,
    NODE_FUNCTION,
    NODE_LARGE,
    NODE_TEXT,
    NODE_RAW,
    NODE_SPACE,
    NODE_GROUP,
    NODE_SCRIPT,
    NODE_FRACTION,
    NODE_RADICAL,
    NODE_ACCENT,
    NODE_BRACE,
    NODE_ARROW,
    NODE_FENCE,
    NODE_MIDDLE,
    NODE_TABLE,
    NODE_CELL,
    NODE_BOX,
    NODE_CANCEL,
    NODE_PHANTOM,
    NODE_CHEMISTRY
};

/* What a symbol is to its neighbours, or what its command makes. */
enum symbol_class {
    CLASS_ORDINARY,
    CLASS_NUMBER,
    CLASS_OPERATOR,
    CLASS_RELATION,
    CLASS_PUNCTUATION,
    CLASS_OPEN,
    CLASS_CLOSE,
    CLASS_DELIMITER, /* opens or closes: | */
    CLASS_LARGE,     /* limits above and below when displayed */
    CLASS_INTEGRAL,  /* limits beside it */
    CLASS_FUNCTION,
    CLASS_LIMIT,  /* a function with limits below when displayed */
    CLASS_ACCENT, /* a combining character over what follows */
    CLASS_OVER,   /* as wide as what follows, above it */
    CLASS_UNDER,
    CLASS_ARROW, /* as long as the texts that follow */
    CLASS_SPACE,
    CLASS_STYLE /* \displaystyle and its kin */
};

enum font {
    FONT_AUTO,
    FONT_UPRIGHT,
    FONT_ITALIC,
    FONT_BOLD,
    FONT_BOLD_ITALIC,
    FONT_BLACKBOARD,
    FONT_SCRIPT,
    FONT_FRAKTUR,
    FONT_SANS,
    FONT_MONO
};

/* Where scripts stand: beside the base, above and below it when displayed, always above and below. */
enum limits { LIMITS_BESIDE, LIMITS_DISPLAYED, LIMITS_ALWAYS };

/* A row of formula_symbols.def. */
enum spelling { SPELLED_COMMAND, SPELLED_LITERAL, SPELLED_OURS };

struct symbol {
    const char *name;
    const char *text;
    enum symbol_class class;
    enum spelling spelling;
};

enum takes { TAKES_NOTHING, TAKES_OPTION, TAKES_COLUMNS, TAKES_NUMBER };

struct environment {
    const char *name, *tex; /* tex: the one it is written as */
    const char *open, *close;
    const char *columns; /* l, c, r in turn, over and over */
    enum takes takes;    /* after its name */
    bool displayed;      /* its cells */
};

struct table {
    const struct environment *environment;
    size_t rows, columns;
    const char *align; /* columns letters */
    const char *rules; /* columns + 1 of ' ' or '|': what stands before each, and after the last */
};

struct node {
    enum node_kind kind;
    enum symbol_class class; /* of ATOM, FUNCTION, LARGE; GROUP: as one; BRACE: over, under */
    enum font font;          /* of ATOM, TEXT */
    enum limits limits;      /* of FUNCTION, LARGE, GROUP, BRACE; of SCRIPT those of its base */
    bool plain;              /* FRACTION without a line; FENCE that does not grow; the last CELL of a line */
    const char *text, *close;
    const char *tex, *close_tex; /* the same in LaTeX; NULL: follows from the rest */
    const struct table *table;
    struct node *body, *under, *over, *next;
};

/* How much of a formula was understood: all, all but some commands, or too little to be set. */
enum grasp { GRASP_WHOLE, GRASP_PART, GRASP_NONE };

struct formula {
    struct node *row;
    enum grasp grasp;
};

/* ---- the table of symbols */

const struct symbol *symbol_named(const char *name, size_t size);
const struct symbol *symbol_literal(const char *text, size_t size);

/* By a Unicode character, as written directly. */
const struct symbol *symbol_shown(const char *text, size_t size);

/* c in that font, out of Unicode's mathematical alphabets; c where there is none. */
uint32_t font_letter(uint32_t c, enum font font);

/* They stand upright, as LaTeX has them. */
bool font_is_capital_greek(const char *text);

/* c raised or lowered, ² for 2; 0: Unicode has none. And back: 0: c is neither. */
uint32_t script_letter(uint32_t c, bool raised);
uint32_t script_plain(uint32_t c, bool *raised);

/* Letters of a text in that font. */
void font_add(struct bytes *to, const char *text, enum font font);

/* ---- reading */

enum token_kind {
    TOKEN_END,
    TOKEN_CHARACTER,
    TOKEN_COMMAND,
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_CELL,
    TOKEN_LINE
};

struct token {
    enum token_kind kind;
    const char *text; /* the character; a command's name */
    size_t size;
    const char *from, *past; /* all of it, and where the next begins */
};

enum { FORMULA_DEPTH = 24, FORMULA_SIZE = 32768 };

/* What may end a row here. A group in braces begins a new one. */
struct scope {
    const struct opened *opened; /* delimiters without a size, the latest first */
    unsigned fences;             /* \left that wait for their \right; \middle belongs to them */
    bool lines;                  /* & and \\ */
    bool ends;                   /* \end */
};

struct opened {
    const char *text;
    const struct opened *outer;
};

struct parser {
    struct pool *pool;
    const char *at, *end;
    unsigned depth;
    struct scope scope;
    enum font font;
    bool displayed; /* after \displaystyle */
    bool operand;   /* the row so far ends with something that an operator could follow */
    enum grasp grasp;
};

struct list {
    struct node *first, **end;
};

/* Skips blanks; looks without taking. */
struct token token_peek(struct parser *parser);
bool token_is(const struct token *token, const char *command);
bool token_shows(const struct token *token, const char *character);

struct node *node_new(struct parser *parser, enum node_kind kind);
struct node *node_text(struct parser *parser, enum node_kind kind, const char *text, size_t size);
struct node *node_symbol(struct parser *parser, const struct symbol *symbol);
struct node *node_nothing(struct parser *parser);

/* What was not understood, and a command that nobody knows among what was. */
struct node *node_raw(struct parser *parser, const char *from, const char *past);
struct node *node_unknown(struct parser *parser, const struct token *token);

/* Something was: no more than that is understood of the formula. */
void grasp_limit(struct parser *parser, enum grasp grasp);

char *text_kept(struct parser *parser, const char *text, size_t size);
char *text_joined(struct parser *parser, const char *text, const char *more);
void list_add(struct list *list, struct node *row);

/* Is there nothing to be seen up to its end or a \middle? */
bool row_is_void(const struct node *row);

/* A row up to what ends it: the end, }, and what the scope says. Takes nothing of that. */
struct node *parse_row(struct parser *parser);

/* Does the scope end a row here? */
bool parse_stops(struct parser *parser, const struct token *token);

/* One thing of a row; single: a lone digit, a parenthesis without its other half. Takes at least one token.
 */
struct node *parse_item(struct parser *parser, const struct token *token, bool single);

/* The content of {...}; with the brace itself in front if nobody closes it. */
struct node *parse_braces(struct parser *parser, const struct token *token);

/* The base, which may be NULL, with what scripts follow it. */
struct node *parse_scripts(struct parser *parser, struct node *base);
bool script_begins(const struct token *token);

/* A row in a scope of its own. */
struct node *parse_scope(struct parser *parser, struct scope scope);

/* Of another text in the place of what follows. */
struct node *parse_inner(struct parser *parser, const char *text, size_t size);

/* What a command or a script takes: {...} or one token. NULL: nothing is there, or nothing is in it. */
struct node *parse_argument(struct parser *parser);

/* The same in a font. */
struct node *parse_in_font(struct parser *parser, enum font font);

/* The bytes between braces, where something else than a formula is expected. False: there are none. */
bool parse_words(struct parser *parser, const char **text, size_t *size);

/* Where what begins with the brace at from is past its end; false: nobody closes it, and that is end. */
bool braces_end(const char *from, const char *end, const char **past);

/* [...]; false: there is none. */
bool parse_option(struct parser *parser, struct node **row);
bool skip_option(struct parser *parser);

/* A star that changes nothing here, if one follows. */
void skip_star(struct parser *parser);

/* A command that builds something, its name just taken; NULL: no such command. */
struct node *parse_command(struct parser *parser, const struct token *token);

/* The latest opened that the token would close; NULL: none. A bar closes only after an operand. */
const struct opened *fence_closes(struct parser *parser, const struct token *token);

/* Words, with formulas between dollars among them. */
struct node *parse_text(struct parser *parser, const char *text, size_t size, enum font font);

/* Its \begin just taken. */
struct node *parse_environment(struct parser *parser, const struct token *begin);

/* Lines of cells up to what is neither, as that environment; a row if there is but one cell and it shows
 * nothing around it. */
struct node *parse_lines(struct parser *parser, const char *environment);

/* What stands in \ce{...}. */
struct node *parse_chemistry(struct parser *parser, const char *text, size_t size);

#endif
