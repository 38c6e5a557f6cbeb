/* rich_table - lines with bars between cells, the second one of dashes, see rich_internal.h */
#include "stages/assembler/rich/rich_internal.h"

#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"

enum { COLUMNS_MAX = 12, ROWS_MAX = 200 };

static const char *next_line(const char *line)
{
    const char *end = rich_line_end(line);

    return *end == '\n' ? end + 1 : end;
}

/* The bar that ends the cell, or the end; none counts in code, in a formula or behind a backslash. */
static const char *cell_end(struct ends *ends, const char *line, const char *at, const char *end)
{
    struct found found;

    while (at < end && *at != '|') {
        bool inside = (*at == '`' && rich_find_code(ends, at, &found)) ||
                      ((*at == '$' || *at == '\\') && rich_find_formula(ends, line, at, &found));

        at = inside ? found.end : *at == '`' ? at + strspn(at, "`") : *at == '\\' ? at + 2 : at + 1;
    }
    return at < end ? at : end;
}

/* The cells of a line (alone in its memory), between outer bars that may be left out; returns how many there
 * are, which may be more than most: the last one then has all that is left. */
static size_t cells_of(const char *line, size_t most, struct found *cells)
{
    const char *at = line + strspn(line, " \t"), *end = line + strlen(line);
    struct ends ends = {0};
    size_t count = 0;

    at += *at == '|';
    while (end > at && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    while (at < end) {
        const char *stop = cell_end(&ends, line, at, end);

        if (count < most)
            cells[count] = (struct found){.inner = at, .inner_size = (size_t)(stop - at)};
        else if (stop > at)
            cells[most - 1].inner_size = (size_t)(stop - cells[most - 1].inner);
        count++;
        at = stop + 1;
    }
    return count;
}

/* |---|:-:|: how many; 0: this is no such line. */
static size_t dashes(const char *line)
{
    size_t count = 0, size = strcspn(line, "\n");
    bool dash = false, bar = false;

    for (size_t i = 0; i < size; i++) {
        if (strchr("-:| \t", line[i]) == NULL)
            return 0;
        bar = bar || line[i] == '|';
        count += line[i] == '-' && !dash;
        dash = line[i] == '-' || (dash && line[i] != '|');
    }
    return bar ? count : 0;
}

static bool has_bar(const char *line)
{
    return memchr(line, '|', (size_t)(rich_line_end(line) - line)) != NULL;
}

static size_t rows_of(const char *line)
{
    size_t count = 0;

    for (; *line != '\0' && count < ROWS_MAX && has_bar(line); line = next_line(line))
        count++;
    return count;
}

static char *line_copy(const char *line)
{
    char *copy = strndup(line, (size_t)(rich_line_end(line) - line));

    must(copy != NULL);
    return copy;
}

static struct spans cell(struct reader *reader, const struct found *cell)
{
    struct bytes text = {0};
    struct spans spans;
    size_t blanks = strspn(cell->inner, " \t");

    if (blanks < cell->inner_size)
        bytes_add(&text, cell->inner + blanks, cell->inner_size - blanks);
    while (text.size > 0 && (text.data[text.size - 1] == ' ' || text.data[text.size - 1] == '\t'))
        text.size--;
    spans = rich_spans(reader, bytes_text(&text));
    bytes_drop(&text);
    return spans;
}

static void row_add(struct reader *reader, const char *line, struct spans *row, size_t columns)
{
    struct found cells[COLUMNS_MAX];
    char *copy = line_copy(line);
    size_t count = cells_of(copy, columns, cells);

    for (size_t i = 0; i < columns && i < count; i++)
        row[i] = cell(reader, &cells[i]);
    free(copy);
}

static size_t columns_of(const char *line)
{
    struct found cells[1];
    char *copy = line_copy(line);
    size_t count = cells_of(copy, 1, cells);

    free(copy);
    return count;
}

const char *rich_table(struct reader *reader, const char *line)
{
    const char *second = next_line(line);
    size_t columns = has_bar(line) ? dashes(second) : 0;
    struct block block = {.kind = BLOCK_TABLE, .columns = columns};

    if (columns == 0 || columns > COLUMNS_MAX || columns_of(line) != columns)
        return NULL;
    rich_block_end(reader);
    block.rows = 1 + rows_of(next_line(second));
    block.cells = pool_get(reader->pool, block.rows * columns, sizeof *block.cells);
    row_add(reader, line, block.cells, columns);
    line = next_line(second);
    for (size_t row = 1; row < block.rows; row++, line = next_line(line))
        row_add(reader, line, block.cells + row * columns, columns);
    rich_block_add(reader, &block);
    return line;
}
