/* deck - see deck.h */
#include "stages/assembler/apkg/deck.h"

#include <stdlib.h>
#include <string.h>

#include "proto/utf8.h"

enum { NAME_MAX = 200, TAG_MAX = 80 };

/* Bytes of the blank of any width at text; 0: there is none. Some of them part tags, and some are trimmed. */
static size_t blank_size(const char *text)
{
    uint32_t c = 0;
    size_t size = utf8_next(text, strlen(text), &c);
    bool blank = c == ' ' || c == '\n' || c == '\t' || c == 0xa0 || c == 0x1680 ||
                 (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
                 c == 0x3000;

    return blank ? size : 0;
}

/* One level: Anki drops quotation marks, and colons part levels if two of them meet, which those at its ends
 * might. Blanks become what the caller says; those at the ends go. */
static void level_add(struct bytes *to, const char *text, size_t max, char blank)
{
    size_t start = to->size, enough = start + max + 4, end, size;
    bool parted = false;
    char *level;

    for (; *text != '\0' && to->size < enough; text += size == 0 ? 1 : size) {
        bool first = to->size == start;

        size = blank_size(text);
        if (size > 0) {
            parted = !first;
            continue;
        }
        if (*text == '"' || (*text == ':' && (first || to->data[to->size - 1] == ':')))
            continue;
        if (parted)
            bytes_add(to, &blank, 1);
        parted = false;
        bytes_add(to, text, 1);
    }
    level = bytes_text(to) + start;
    end = utf8_cut(level, to->size - start, max);
    while (end > 0 && (level[end - 1] == ':' || level[end - 1] == blank))
        end--;
    to->size = start + end;
    if (end == 0)
        bytes_add_text(to, "?");
}

char *deck_name(const struct lecture *lecture)
{
    char *lecture_said = lecture_name(lecture);
    struct bytes name = {0};

    if (*lecture->course != '\0') {
        level_add(&name, lecture->course, NAME_MAX / 2, ' ');
        bytes_add_text(&name, "::");
    }
    level_add(&name, lecture_said, NAME_MAX, ' ');
    free(lecture_said);
    return bytes_text(&name);
}

static void tag_add(struct bytes *tags, const char *kind, const char *name)
{
    bytes_add_text(tags, kind);
    level_add(tags, name, TAG_MAX, '_');
    bytes_add_text(tags, " ");
}

/* The title of the first chapter that the slide belongs to; NULL: of none. */
static const char *topic_of(const struct lecture *lecture, unsigned slide)
{
    for (size_t i = 0; i < lecture->overview.chapter_count; i++) {
        const struct chapter *chapter = &lecture->overview.chapters[i];

        for (size_t k = 0; k < chapter->slide_count; k++)
            if (chapter->slides[k] == slide)
                return chapter->title;
    }
    return NULL;
}

void deck_tags(struct bytes *tags, const struct lecture *lecture, unsigned slide)
{
    char *lecture_said = lecture_name(lecture);
    const char *topic = topic_of(lecture, slide);

    bytes_add_text(tags, " ");
    if (*lecture->course != '\0')
        tag_add(tags, "course::", lecture->course);
    tag_add(tags, "lecture::", lecture_said);
    bytes_add_format(tags, "slide::%03u ", slide);
    if (topic != NULL)
        tag_add(tags, "topic::", topic);
    free(lecture_said);
}
