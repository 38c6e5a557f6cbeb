/* rich_parse - rich_parse() of rich.h: gaps first, then what is not Markdown, then md4c; see rich_internal.h
 */
#include "stages/assembler/rich/rich_internal.h"

#include <string.h>

#include "stages/lib/text/cloze.h"

/* "mitochondrion::of the cell" has a hint, "std::vector" has none: no blank and no letter but ASCII. */
static size_t hint_at(const char *inner, size_t size)
{
    const char *colons = memmem(inner, size, "::", 2);
    bool name = true;

    for (size_t i = 0; i < size; i++)
        name = name && inner[i] > ' ' && inner[i] < 0x7f;
    return colons == NULL || name || colons == inner ? size : (size_t)(colons - inner);
}

/* A hint is one line. */
static const char *hint_of(struct pool *pool, const char *hint, size_t size)
{
    char *line = pool_copy(pool, hint, size);

    for (char *lf = line; (lf = strchr(lf, '\n')) != NULL;)
        *lf = ' ';
    return size > 0 ? line : NULL;
}

static void mark_gap(struct reader *reader, struct bytes *to, const char *inner, const struct cloze *gap)
{
    size_t size = hint_at(inner, gap->inner_size), rest = size < gap->inner_size ? size + 2 : size;
    struct gap entry = {gap->number, hint_of(reader->pool, inner + rest, gap->inner_size - rest)};

    bytes_add_format(to, "%c%zu%c", GAP_OPEN, reader->gaps.size / sizeof entry, GAP_STOP);
    bytes_add(&reader->gaps, &entry, sizeof entry);
    bytes_add(to, inner, size);
    bytes_add(to, (const char[]){GAP_CLOSE}, 1);
}

static void mark_gaps(struct reader *reader, struct bytes *to, const char *text)
{
    size_t from = 0;
    struct cloze gap;

    for (; cloze_next(text, from, &gap); from = gap.at + gap.size) {
        bytes_add(to, text + from, gap.at - from);
        mark_gap(reader, to, text + gap.inner, &gap);
    }
    bytes_add_text(to, text + from);
}

/* What a line begins with when it was meant as a heading or an item. */
static size_t bullet(const char *text)
{
    static const char *const bullets[] = {"- ", "* ", "• ", "# ", "## ", "### "};

    for (size_t i = 0; i < sizeof bullets / sizeof *bullets; i++)
        if (strncmp(text, bullets[i], strlen(bullets[i])) == 0)
            return strlen(bullets[i]);
    return 0;
}

/* A text without marks, as it stands there: only marks are all there is. */
static void verbatim_add(struct bytes *blocks, struct reader *reader)
{
    struct span *span = pool_get(reader->pool, 1, sizeof *span);
    struct block block = {.kind = BLOCK_PARAGRAPH, .spans = {span, *reader->text != '\0'}};

    *span = (struct span){.kind = SPAN_TEXT, .text = pool_text(reader->pool, reader->text)};
    bytes_add(blocks, &block, sizeof block);
}

static struct bytes one_line(struct reader *reader, const char *text)
{
    struct bytes line = {0}, blocks;

    bytes_add_text(&line, text + bullet(text));
    for (char *c = bytes_text(&line); *c != '\0'; c++)
        if (*c == '\n' || *c == '\t')
            *c = ' ';
    reader->text = line.data;
    reader->leaf_end = line.data + line.size;
    bytes_add_text(&reader->markdown, AS_LETTER);
    rich_protect(reader, line.data);
    blocks = rich_build(reader);
    if (blocks.size == 0)
        verbatim_add(&blocks, reader);
    ((struct block *)(void *)blocks.data)->kind = BLOCK_PARAGRAPH; /* a formula alone, too */
    bytes_drop(&line);
    return blocks;
}

static struct bytes all_lines(struct reader *reader, const char *text)
{
    reader->text = text;
    rich_guard(reader);
    return rich_build(reader);
}

static const struct rich *rich_of(struct pool *pool, struct bytes *blocks)
{
    struct rich *rich = pool_get(pool, 1, sizeof *rich);

    rich->count = blocks->size / sizeof *rich->blocks;
    rich->blocks = pool_copy(pool, blocks->data, blocks->size);
    bytes_drop(blocks);
    return rich;
}

/* Some models escape twice: "\\\\(x\\\\)" in the text, and then every backslash stands there twice. Not where
 * one delimiter is right, nor where there is code. */
static bool is_doubled(const char *text)
{
    bool opens = false, closes = false;

    if (strchr(text, '`') != NULL)
        return false;
    for (const char *at = strchr(text, '\\'); at != NULL; at = strchr(at, '\\')) {
        bool twice = at[1] == '\\';
        char delimiter = twice ? at[2] : at[1];

        if (!twice && delimiter != '\0' && strchr("()[]", delimiter) != NULL)
            return false;
        opens = opens || delimiter == '(' || delimiter == '[';
        closes = closes || (opens && (delimiter == ')' || delimiter == ']'));
        at += twice || at[1] != '\0' ? 2 : 1;
    }
    return closes;
}

static void halve(struct bytes *to, const char *text)
{
    for (; *text != '\0'; text++) {
        bytes_add(to, text, 1);
        text += text[0] == '\\' && text[1] == '\\';
    }
}

const struct rich *rich_parse(struct pool *pool, const char *text, enum rich_mode mode)
{
    struct reader reader = {.pool = pool};
    struct bytes halved = {0}, marked = {0}, blocks;
    const char *from = text;

    if (is_doubled(from)) {
        halve(&halved, from);
        from = bytes_text(&halved);
    }
    if (mode == RICH_CLOZE) {
        mark_gaps(&reader, &marked, from);
        from = bytes_text(&marked);
    }
    blocks = mode == RICH_LINE ? one_line(&reader, from) : all_lines(&reader, from);
    bytes_drop(&marked);
    bytes_drop(&halved);
    bytes_drop(&reader.gaps);
    bytes_drop(&reader.pieces);
    bytes_drop(&reader.markdown);
    return rich_of(pool, &blocks);
}
