/* formula_environment - matrices, cases, lines that are aligned: what has cells */
#include "stages/assembler/formula/formula_tree.h"

#include <string.h>

enum { COLUMNS = 64, CELLS = 4096 };

static const struct environment environments[] = {
    {"matrix", "matrix", "", "", "c", TAKES_NOTHING, false},
    {"pmatrix", "pmatrix", "(", ")", "c", TAKES_NOTHING, false},
    {"bmatrix", "bmatrix", "[", "]", "c", TAKES_NOTHING, false},
    {"Bmatrix", "Bmatrix", "{", "}", "c", TAKES_NOTHING, false},
    {"vmatrix", "vmatrix", "|", "|", "c", TAKES_NOTHING, false},
    {"Vmatrix", "Vmatrix", "‖", "‖", "c", TAKES_NOTHING, false},
    {"matrix*", "matrix", "", "", "c", TAKES_OPTION, false},
    {"pmatrix*", "pmatrix", "(", ")", "c", TAKES_OPTION, false},
    {"bmatrix*", "bmatrix", "[", "]", "c", TAKES_OPTION, false},
    {"Bmatrix*", "Bmatrix", "{", "}", "c", TAKES_OPTION, false},
    {"vmatrix*", "vmatrix", "|", "|", "c", TAKES_OPTION, false},
    {"Vmatrix*", "Vmatrix", "‖", "‖", "c", TAKES_OPTION, false},
    {"smallmatrix", "smallmatrix", "", "", "c", TAKES_NOTHING, false},
    {"substack", "substack", "", "", "c", TAKES_NOTHING, false},
    {"array", "array", "", "", "c", TAKES_COLUMNS, false},
    {"tabular", "array", "", "", "c", TAKES_COLUMNS, false},
    {"cases", "cases", "{", "", "ll", TAKES_NOTHING, false},
    {"dcases", "cases", "{", "", "ll", TAKES_NOTHING, true},
    {"rcases", "array", "", "}", "ll", TAKES_NOTHING, false},
    {"aligned", "aligned", "", "", "rl", TAKES_OPTION, true},
    {"align", "aligned", "", "", "rl", TAKES_NOTHING, true},
    {"align*", "aligned", "", "", "rl", TAKES_NOTHING, true},
    {"alignat", "aligned", "", "", "rl", TAKES_NUMBER, true},
    {"alignat*", "aligned", "", "", "rl", TAKES_NUMBER, true},
    {"alignedat", "aligned", "", "", "rl", TAKES_NUMBER, true},
    {"flalign", "aligned", "", "", "rl", TAKES_NOTHING, true},
    {"flalign*", "aligned", "", "", "rl", TAKES_NOTHING, true},
    {"split", "aligned", "", "", "rl", TAKES_NOTHING, true},
    {"equation", "aligned", "", "", "rl", TAKES_NOTHING, true},
    {"equation*", "aligned", "", "", "rl", TAKES_NOTHING, true},
    {"displaymath", "aligned", "", "", "rl", TAKES_NOTHING, true},
    {"math", "aligned", "", "", "rl", TAKES_NOTHING, false},
    {"subequations", "aligned", "", "", "rl", TAKES_NOTHING, true},
    {"eqnarray", "array", "", "", "rcl", TAKES_NOTHING, true},
    {"eqnarray*", "array", "", "", "rcl", TAKES_NOTHING, true},
    {"gather", "gathered", "", "", "c", TAKES_NOTHING, true},
    {"gather*", "gathered", "", "", "c", TAKES_NOTHING, true},
    {"gathered", "gathered", "", "", "c", TAKES_OPTION, true},
    {"multline", "gathered", "", "", "c", TAKES_NOTHING, true},
    {"multline*", "gathered", "", "", "c", TAKES_NOTHING, true},
};

static const struct environment *environment_named(const char *name, size_t size)
{
    for (size_t i = 0; i < sizeof environments / sizeof *environments; i++)
        if (strlen(environments[i].name) == size && memcmp(environments[i].name, name, size) == 0)
            return &environments[i];
    return NULL;
}

/* ---- cells */

/* After \\: a star, and how much room to leave. [a] is no such thing, but a cell of the next line. */
static void skip_room(struct parser *parser)
{
    struct token token = token_peek(parser);

    if (token_shows(&token, "*"))
        parser->at = token.past;
    token = token_peek(parser);
    if (token_shows(&token, "[") && token.past < parser->end && strchr("-.0123456789", *token.past) != NULL)
        skip_option(parser);
}

struct grid {
    struct list cells; /* the last of a line is plain */
    size_t lines, columns, here;
};

static void read_cells(struct parser *parser, struct grid *grid)
{
    struct scope scope = {.lines = true, .ends = parser->scope.ends};
    struct token token;
    struct node *cell;

    for (;;) {
        cell = node_new(parser, NODE_CELL);
        cell->body = parse_scope(parser, scope);
        list_add(&grid->cells, cell);
        if (++grid->here > grid->columns)
            grid->columns = grid->here;
        token = token_peek(parser);
        if (token.kind != TOKEN_CELL) {
            cell->plain = true;
            grid->lines++;
            grid->here = 0;
        }
        if (token.kind != TOKEN_CELL && token.kind != TOKEN_LINE)
            return;
        parser->at = token.past;
        if (token.kind == TOKEN_LINE)
            skip_room(parser);
    }
}

/* \\ at the very end begins no line. */
static void drop_last(struct grid *grid)
{
    struct node *before = NULL, *cell;

    for (cell = grid->cells.first; cell->next != NULL; cell = cell->next)
        before = cell;
    if (before == NULL || !before->plain || !row_is_void(cell->body))
        return;
    before->next = NULL;
    grid->lines--;
}

/* Every line as long as the longest. */
static struct node *full_lines(struct parser *parser, const struct grid *grid)
{
    struct list cells = {0};
    struct node *next;
    size_t here = 0;

    for (struct node *cell = grid->cells.first; cell != NULL; cell = next) {
        next = cell->next;
        cell->next = NULL;
        list_add(&cells, cell);
        here++;
        for (; cell->plain && here < grid->columns; here++)
            list_add(&cells, node_new(parser, NODE_CELL));
        if (cell->plain)
            here = 0;
    }
    return cells.first;
}

/* ---- columns */

struct columns {
    char align[COLUMNS + 1], rules[COLUMNS + 2];
    size_t count;
};

static void repeat_columns(struct columns *columns, const char *pattern, size_t count)
{
    columns->count = count;
    for (size_t i = 0; i < count; i++)
        columns->align[i] = pattern[i % strlen(pattern)];
    memset(columns->rules, ' ', count + 1);
}

/* {l|cc}: what else there may be (@{...}, p{3cm}) aligns to the left or is skipped. */
static void read_columns(struct columns *columns, const char *text, size_t size)
{
    int braces = 0;

    memset(columns->rules, ' ', sizeof columns->rules);
    for (size_t i = 0; i < size && columns->count < COLUMNS; i++) {
        braces += (text[i] == '{') - (text[i] == '}');
        if (braces > 0 || text[i] == '\0')
            continue;
        if (text[i] == '|')
            columns->rules[columns->count] = '|';
        else if (strchr("lcr", text[i]) != NULL)
            columns->align[columns->count++] = text[i];
        else if (strchr("pmbX", text[i]) != NULL)
            columns->align[columns->count++] = 'l';
    }
}

/* ---- the whole */

static struct node *table_new(struct parser *parser, const struct environment *environment, struct grid *grid,
                              const struct columns *columns)
{
    struct node *node = node_new(parser, NODE_TABLE);
    struct table *table = pool_get(parser->pool, 1, sizeof *table);
    struct columns all = *columns;

    if (all.count < grid->columns) { /* more than were named */
        memset(all.align + all.count, 'c', grid->columns - all.count);
        all.count = grid->columns;
    }
    table->environment = environment;
    table->rows = grid->lines;
    table->columns = grid->columns;
    table->align = text_kept(parser, all.align, grid->columns);
    table->rules = text_kept(parser, all.rules, grid->columns + 1);
    node->table = table;
    node->body = full_lines(parser, grid);
    return node;
}

static struct node *lines(struct parser *parser, const struct environment *environment,
                          const struct columns *named)
{
    const char *from = parser->at;
    struct grid grid = {0};
    struct columns columns;
    struct node *node;

    read_cells(parser, &grid);
    drop_last(&grid);
    if (grid.columns > COLUMNS || grid.lines * grid.columns > CELLS)
        return node_raw(parser, from, parser->at);
    if (grid.lines == 1 && grid.columns == 1 && *environment->open == '\0' && *environment->close == '\0')
        return grid.cells.first->body;
    if (named->count > 0)
        columns = *named;
    else {
        columns = (struct columns){0};
        repeat_columns(&columns, environment->columns, grid.columns);
    }
    node = table_new(parser, environment, &grid, &columns);
    return node;
}

struct node *parse_lines(struct parser *parser, const char *environment)
{
    struct columns none = {0};
    struct scope outer = parser->scope;
    struct node *node;

    parser->scope.ends = false;
    node = lines(parser, environment_named(environment, strlen(environment)), &none);
    parser->scope = outer;
    return node;
}

static void read_arguments(struct parser *parser, const struct environment *environment,
                           struct columns *columns)
{
    struct token token = token_peek(parser);
    const char *text;
    size_t size;

    skip_option(parser);
    if (environment->takes == TAKES_OPTION && parser->at - token.past == 2 &&
        strchr("lcr", *token.past) != NULL)
        repeat_columns(columns, *token.past == 'l' ? "l" : *token.past == 'r' ? "r" : "c", COLUMNS);
    else if (environment->takes >= TAKES_COLUMNS && parse_words(parser, &text, &size) &&
             environment->takes == TAKES_COLUMNS)
        read_columns(columns, text, size);
}

/* \end{whatever}: the one that is meant; false: there is none. */
static bool read_end(struct parser *parser, const char *name, size_t size)
{
    struct token token = token_peek(parser);
    const char *text;
    size_t text_size;

    if (!token_is(&token, "end"))
        return false;
    parser->at = token.past;
    if (!parse_words(parser, &text, &text_size) || text_size != size || memcmp(text, name, size) != 0)
        grasp_limit(parser, GRASP_PART);
    return true;
}

struct node *parse_environment(struct parser *parser, const struct token *begin)
{
    const struct environment *environment;
    struct columns columns = {0};
    struct scope outer = parser->scope;
    struct list list = {0};
    struct node *node;
    const char *name;
    size_t size;

    if (parser->depth >= FORMULA_DEPTH || !parse_words(parser, &name, &size))
        return node_raw(parser, begin->from, begin->past);
    environment = environment_named(name, size);
    if (environment == NULL)
        return node_raw(parser, begin->from, parser->at);
    read_arguments(parser, environment, &columns);
    parser->scope = (struct scope){.lines = true, .ends = true};
    node = lines(parser, environment, &columns);
    parser->scope = outer;
    if (read_end(parser, name, size))
        return node;
    list_add(&list, node_raw(parser, begin->from, name + size + 1));
    list_add(&list, node);
    return list.first;
}
