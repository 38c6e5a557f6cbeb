/* mark - see mark.h */
#include "proto/mark.h"

#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"

/* Each at most MARK_LONGEST bytes. */
static const char *const marks[] = {"%PDF-", "startxref", " 0 obj"};

static bool has(const char *data, size_t size, const char *word)
{
    return memmem(data, size, word, strlen(word)) != NULL;
}

static bool begins(const char *data, size_t size, const char *word)
{
    return size >= strlen(word) && memcmp(data, word, strlen(word)) == 0;
}

static bool has_mark(const char *data, size_t size)
{
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (has(data, size, marks[i]))
            return true;
    return false;
}

/* A mark may lie across the end of what was fed before. */
static void look_across(struct mark *mark, const char *data, size_t size)
{
    char seam[2 * sizeof mark->tail];
    size_t before = mark->size < sizeof mark->tail ? (size_t)mark->size : sizeof mark->tail;
    size_t after = size < sizeof mark->tail ? size : sizeof mark->tail;

    memcpy(seam, mark->tail, before);
    memcpy(seam + before, data, after);
    mark->late = mark->late || has_mark(seam, before + after);
    if (after == sizeof mark->tail) {
        memcpy(mark->tail, data + size - sizeof mark->tail, sizeof mark->tail);
    } else {
        size_t kept = before + after < sizeof mark->tail ? before + after : sizeof mark->tail;

        memcpy(mark->tail, seam + before + after - kept, kept);
    }
}

void mark_feed(struct mark *mark, const void *data, size_t size)
{
    if (mark->size < sizeof mark->start) {
        size_t room = sizeof mark->start - (size_t)mark->size;

        memcpy(mark->start + mark->size, data, size < room ? size : room);
    }
    look_across(mark, data, size);
    mark->late = mark->late || has_mark(data, size);
    mark->size += size;
}

/* "trailer <<": the head is lost, and an end of the file is all there is. */
static bool has_trailer(const char *start, size_t size)
{
    const char *at = memmem(start, size, "trailer", 7);

    if (at == NULL)
        return false;
    for (at += 7; at + 2 <= start + size && strchr(" \r\n\t", *at) != NULL; at++)
        ;
    return at + 2 <= start + size && memcmp(at, "<<", 2) == 0;
}

enum code mark_judge(const struct mark *mark, bool ended, const char **what)
{
    size_t size = mark->size < sizeof mark->start ? (size_t)mark->size : sizeof mark->start;
    size_t head = size < MARK_WITHIN ? size : MARK_WITHIN;
    struct filetype type;

    if (mark->size == 0 && ended) {
        *what = "empty; send the PDF itself";
        return CODE_EMPTY_FILE;
    }
    if (begins(mark->start, size, "%PDF") || (!ended && size < sizeof mark->start))
        return CODES;
    type = filetype_of(mark->start, size);
    if (!type.certain &&
        (has(mark->start, head, "%PDF") || has_trailer(mark->start, head) || mark->late || !ended))
        return CODES;
    *what = type.what == NULL ? "not a PDF: it has no %PDF header" : type.what;
    return CODE_UNSUPPORTED_TYPE;
}

enum code mark_look(const void *data, size_t size, const char **what)
{
    struct mark *mark = need_zero(1, sizeof *mark);
    enum code code;

    mark_feed(mark, data, size);
    code = mark_judge(mark, true, what);
    free(mark);
    return code;
}
