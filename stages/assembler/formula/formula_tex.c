/* formula_tex - a formula back in LaTeX, as MathJax takes it
 *
 * Written from the tree, so it is well formed whatever was read: every brace is closed, every \left has its
 * \right, nothing has two exponents. What was not understood is \text. Between two braces or two colons goes
 * a blank: they could end the gap of a card.
 */
#include "stages/assembler/formula/formula_tex_writer.h"

#include <string.h>

static void write_node(struct tex *tex, const struct node *node);

static void add_braced(struct tex *tex, const struct node *row)
{
    tex_add(tex, "{");
    tex_row(tex, row);
    tex_add(tex, "}");
}

/* ---- fences */

/* A delimiter's command, when only what it shows is known. */
static const char *delimiter(const char *text)
{
    static const char *const rows[][2] = {
        {"", "."},         {"{", "\\{"},     {"}", "\\}"},     {"‖", "\\|"},      {"⟨", "\\langle"},
        {"⟩", "\\rangle"}, {"⌈", "\\lceil"}, {"⌉", "\\rceil"}, {"⌊", "\\lfloor"}, {"⌋", "\\rfloor"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i][0], text) == 0)
            return rows[i][1];
    return text;
}

static bool is_binomial(const struct node *node)
{
    return !node->plain && node->tex == NULL && node->body != NULL && node->body->kind == NODE_FRACTION &&
           node->body->plain && node->body->next == NULL && *node->text == '(';
}

static void write_fence(struct tex *tex, const struct node *node)
{
    if (is_binomial(node)) {
        tex_add(tex, "\\binom");
        add_braced(tex, node->body->over);
        add_braced(tex, node->body->under);
        return;
    }
    if (!node->plain)
        tex_add(tex, "\\left");
    tex_add(tex, node->tex != NULL ? node->tex : delimiter(node->text));
    for (const struct node *row = node->body; row != NULL; row = row->next) {
        tex_row(tex, row);
        while (row->next != NULL && row->kind != NODE_MIDDLE)
            row = row->next;
        if (row->kind != NODE_MIDDLE)
            break;
        tex_add(tex, "\\middle");
        tex_add(tex, row->tex);
    }
    if (!node->plain)
        tex_add(tex, "\\right");
    tex_add(tex, node->close_tex != NULL ? node->close_tex : delimiter(node->close));
}

/* ---- scripts */

/* Where TeX puts scripts of such a base by itself. */
static enum limits own_limits(const struct node *base)
{
    if (base == NULL)
        return LIMITS_BESIDE;
    if (base->kind == NODE_BRACE)
        return LIMITS_ALWAYS;
    if (base->kind == NODE_GROUP)
        return base->class == CLASS_LARGE ? LIMITS_DISPLAYED : LIMITS_BESIDE;
    if (base->kind == NODE_FUNCTION && base->tex == NULL)
        return base->limits == LIMITS_BESIDE ? LIMITS_BESIDE : LIMITS_DISPLAYED;
    return base->class == CLASS_LARGE || base->class == CLASS_LIMIT ? LIMITS_DISPLAYED : LIMITS_BESIDE;
}

static bool is_operator(const struct node *base)
{
    return base != NULL &&
           (base->kind == NODE_LARGE || (base->kind == NODE_FUNCTION && base->class != CLASS_OPERATOR) ||
            (base->kind == NODE_GROUP && base->class == CLASS_LARGE));
}

static void write_alone(struct tex *tex, const struct node *node)
{
    struct node alone;

    if (node == NULL) {
        tex_add(tex, "{}");
        return;
    }
    alone = *node;
    alone.next = NULL;
    if (node->kind != NODE_GROUP && row_is_void(&alone)) /* or the script would go to what is before */
        tex_add(tex, "{}");
    write_node(tex, &alone);
}

static void write_stack(struct tex *tex, const struct node *base, const struct node *under,
                        const struct node *over)
{
    if (over != NULL) {
        tex_add(tex, "\\overset");
        add_braced(tex, over);
        tex_add(tex, "{");
    }
    if (under != NULL) {
        tex_add(tex, "\\underset");
        add_braced(tex, under);
        tex_add(tex, "{");
    }
    write_alone(tex, base);
    if (under != NULL)
        tex_add(tex, "}");
    if (over != NULL)
        tex_add(tex, "}");
}

static void write_script(struct tex *tex, const struct node *node)
{
    enum limits own = own_limits(node->body);

    if (node->limits == LIMITS_ALWAYS && own != LIMITS_ALWAYS && !is_operator(node->body)) {
        write_stack(tex, node->body, node->under, node->over);
        return;
    }
    write_alone(tex, node->body);
    if (is_operator(node->body) && node->limits != own)
        tex_add(tex, node->limits == LIMITS_ALWAYS   ? "\\limits"
                     : node->limits == LIMITS_BESIDE ? "\\nolimits"
                                                     : "");
    if (node->under != NULL) {
        tex_add(tex, "_");
        add_braced(tex, node->under);
    }
    if (node->over != NULL) {
        tex_add(tex, "^");
        add_braced(tex, node->over);
    }
}

/* ---- what has a command of its own */

static void write_fraction(struct tex *tex, const struct node *node)
{
    tex_add(tex, node->plain ? "\\genfrac{}{}{0pt}{}" : "\\frac");
    add_braced(tex, node->over);
    add_braced(tex, node->under);
}

/* [...]; a bracket inside would end it, and is hidden in braces. */
static void add_option(struct tex *tex, const struct node *row)
{
    size_t from;

    if (row == NULL)
        return;
    tex_add(tex, "[");
    from = tex->to->size;
    tex_row(tex, row);
    if (memchr(tex->to->data + from, ']', tex->to->size - from) != NULL) {
        tex->to->size = from;
        add_braced(tex, row);
    }
    tex_add(tex, "]");
}

static void write_wide(struct tex *tex, const struct node *node)
{
    if (node->tex != NULL) {
        tex_command(tex, node->tex);
        add_braced(tex, node->body);
        return;
    }
    tex_add(tex, node->class == CLASS_OVER ? "\\overset{" : "\\underset{");
    tex_add(tex, node->text);
    tex_add(tex, "}");
    add_braced(tex, node->body);
}

static void write_arrow(struct tex *tex, const struct node *node)
{
    struct node arrow = {.kind = NODE_ATOM, .text = node->text};

    if (node->tex == NULL || (node->under == NULL && node->over == NULL)) {
        write_stack(tex, &arrow, node->under, node->over);
        return;
    }
    tex_command(tex, node->tex);
    add_option(tex, node->under);
    add_braced(tex, node->over);
}

static void write_group(struct tex *tex, const struct node *node)
{
    static const char *const commands[] = {[CLASS_OPERATOR] = "\\mathbin",
                                           [CLASS_RELATION] = "\\mathrel",
                                           [CLASS_PUNCTUATION] = "\\mathpunct",
                                           [CLASS_LARGE] = "\\mathop"};
    const struct node *one = node->body;

    if (node->class < sizeof commands / sizeof *commands && commands[node->class] != NULL)
        tex_add(tex, commands[node->class]);
    else if (one != NULL && one->kind == NODE_ATOM && one->font != FONT_AUTO) {
        while (one->next != NULL && one->next->kind == NODE_ATOM && one->next->font == node->body->font)
            one = one->next;
        if (one->next == NULL) { /* their font's command has braces */
            tex_row(tex, node->body);
            return;
        }
    }
    add_braced(tex, node->body);
}

static void write_chemistry(struct tex *tex, const struct node *node)
{
    char one[2] = "";

    if (node->tex == NULL || node->body == NULL) {
        add_braced(tex, node->body);
        return;
    }
    tex_add(tex, "\\ce{");
    for (const char *at = node->tex; *at != '\0'; at++) {
        one[0] = *at;
        tex_add(tex, one);
    }
    tex_add(tex, "}");
}

/* ---- tables */

static void add_columns(struct tex *tex, const struct table *table)
{
    char one[2] = "";

    tex_add(tex, "{");
    for (size_t i = 0; i <= table->columns; i++) {
        if (table->rules[i] == '|')
            tex_add(tex, "|");
        one[0] = i < table->columns ? table->align[i] : '\0';
        tex_add(tex, one);
    }
    tex_add(tex, "}");
}

/* [ or * where a line begins would be taken for what a line may begin with. */
static void guard_line(struct tex *tex, const struct node *first)
{
    while (first != NULL && (first->kind == NODE_SCRIPT || first->kind == NODE_GROUP))
        first = first->body;
    if (first != NULL && first->text != NULL && (*first->text == '[' || strcmp(first->text, "∗") == 0))
        tex_add(tex, "{}");
}

static void write_cells(struct tex *tex, const struct node *node)
{
    size_t here = 0;

    for (const struct node *cell = node->body; cell != NULL; cell = cell->next) {
        if (here > 0)
            tex_add(tex, "&");
        else if (cell != node->body) {
            tex_add(tex, "\\\\");
            bytes_add_text(tex->to, " ");
        }
        if (here == 0)
            guard_line(tex, cell->body);
        tex_row(tex, cell->body);
        here = (here + 1) % node->table->columns;
    }
}

static void write_table(struct tex *tex, const struct node *node)
{
    const struct environment *environment = node->table->environment;
    bool array = strcmp(environment->tex, "array") == 0;
    bool fenced = array && (*environment->open != '\0' || *environment->close != '\0');

    if (strcmp(environment->tex, "substack") == 0) {
        tex_add(tex, "\\substack{");
        write_cells(tex, node);
        tex_add(tex, "}");
        return;
    }
    if (fenced) {
        tex_add(tex, "\\left");
        tex_add(tex, delimiter(environment->open));
    }
    tex_add(tex, "\\begin{");
    tex_add(tex, environment->tex);
    tex_add(tex, "}");
    if (array)
        add_columns(tex, node->table);
    write_cells(tex, node);
    tex_add(tex, "\\end{");
    tex_add(tex, environment->tex);
    tex_add(tex, "}");
    if (fenced) {
        tex_add(tex, "\\right");
        tex_add(tex, delimiter(environment->close));
    }
}

/* ---- the whole */

static void write_node(struct tex *tex, const struct node *node)
{
    switch (node->kind) {
    case NODE_ATOM:
        tex_atoms(tex, node);
        break;
    case NODE_FUNCTION:
        tex_function(tex, node);
        break;
    case NODE_LARGE:
    case NODE_SPACE:
        tex_add(tex, node->tex);
        break;
    case NODE_TEXT:
        tex_words(tex, node->text, node->font);
        break;
    case NODE_RAW:
        tex_words(tex, node->text, FONT_MONO);
        break;
    case NODE_GROUP:
        write_group(tex, node);
        break;
    case NODE_SCRIPT:
        write_script(tex, node);
        break;
    case NODE_FRACTION:
        write_fraction(tex, node);
        break;
    case NODE_RADICAL:
        tex_add(tex, "\\sqrt");
        add_option(tex, node->over);
        add_braced(tex, node->body);
        break;
    case NODE_ACCENT:
    case NODE_BRACE:
        write_wide(tex, node);
        break;
    case NODE_ARROW:
        write_arrow(tex, node);
        break;
    case NODE_FENCE:
        write_fence(tex, node);
        break;
    case NODE_TABLE:
        write_table(tex, node);
        break;
    case NODE_BOX:
        tex_add(tex, "\\boxed");
        add_braced(tex, node->body);
        break;
    case NODE_CANCEL:
    case NODE_PHANTOM:
        tex_command(tex, node->tex);
        add_braced(tex, node->body);
        break;
    case NODE_CHEMISTRY:
        write_chemistry(tex, node);
        break;
    case NODE_MIDDLE:
    case NODE_CELL:
        break;
    }
}

void tex_row(struct tex *tex, const struct node *row)
{
    for (; row != NULL && row->kind != NODE_MIDDLE; row = row->next)
        if (row->kind == NODE_ATOM)
            row = tex_atoms(tex, row);
        else
            write_node(tex, row);
}

void formula_tex(const struct formula *formula, struct bytes *to)
{
    struct tex tex = {.to = to, .begin = to->size};

    tex_row(&tex, formula->row);
}
