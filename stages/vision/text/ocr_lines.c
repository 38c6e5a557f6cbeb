/* ocr_lines - see ocr_lines.h */
#include "stages/vision/text/ocr_lines.h"

#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/lib/text/char_class.h"

enum { TEXT_ROOM = 4096, MIN_LYING = 3 /* letters: "I" and "II" are always tall */ };

struct ocr_lines {
    struct page *page;
    float min;
    size_t paragraph_from; /* the paragraph's first line in the page */
    struct page_line line; /* the line in work */
    char text[TEXT_ROOM];
    float confidence; /* sum over its words */
    unsigned words, letters;
    double weighed; /* sum over all letters read */
    struct ocr_quality quality;
};

struct ocr_lines *ocr_lines_new(struct page *page, float min)
{
    struct ocr_lines *lines = need_zero(1, sizeof *lines);

    lines->page = page;
    lines->min = min;
    return lines;
}

static void end_line(struct ocr_lines *lines)
{
    lines->line.text = lines->text;
    if (lines->words > 0 && lines->confidence >= lines->min * (float)lines->words) {
        page_add(lines->page, &lines->line);
        lines->quality.kept += lines->letters;
    }
    lines->text[0] = '\0';
    lines->words = lines->letters = 0;
    lines->confidence = 0;
}

/* Lines of one paragraph have one size, though a line without tall letters looks smaller. */
static void end_paragraph(struct ocr_lines *lines)
{
    struct page *page = lines->page;
    int size = 0;

    for (size_t i = lines->paragraph_from; i < page->count; i++)
        if (page->lines[i].h > size)
            size = page->lines[i].h;
    for (; lines->paragraph_from < page->count; lines->paragraph_from++)
        page->lines[lines->paragraph_from].size = size;
}

/* A bullet is read as some letter or other, but it stands well apart from what follows. */
static bool was_bullet(const struct ocr_lines *lines, const struct ocr_word *word)
{
    uint32_t c;

    return lines->words == 1 && utf8_next(lines->text, strlen(lines->text), &c) == strlen(lines->text) &&
           10 * (word->x - lines->line.x - lines->line.w) >= 7 * word->h;
}

static void begin_line(struct ocr_lines *lines, const struct ocr_word *word)
{
    lines->line = (struct page_line){.x = word->x, .y = word->y, .w = word->w, .h = word->h};
    lines->text[0] = '\0';
    lines->words = lines->letters = 0;
    lines->confidence = 0;
}

static unsigned letters_of(const char *text)
{
    size_t left = strlen(text), step;
    unsigned letters = 0;
    uint32_t c;

    for (; left > 0 && (step = utf8_next(text, left, &c)) > 0; text += step, left -= step)
        letters += char_is_letter(c) || char_is_digit(c);
    return letters;
}

/* Chinese and Japanese have no blanks between words, whatever the recogniser takes for one. */
static const char *gap_before(const struct ocr_lines *lines, const char *text)
{
    if (*lines->text == '\0')
        return "";
    return char_is_wide(char_last(lines->text)) && char_is_wide(char_first(text)) ? "" : " ";
}

static void append(struct ocr_lines *lines, const char *text)
{
    const char *gap = gap_before(lines, text);
    size_t used = strlen(lines->text), more = strlen(gap), size = strlen(text);

    if (used + more + size >= TEXT_ROOM)
        return;
    memcpy(lines->text + used, gap, more);
    memcpy(lines->text + used + more, text, size + 1);
}

static bool is_blank(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}

void ocr_lines_add(struct ocr_lines *lines, const struct ocr_word *word)
{
    unsigned letters = letters_of(word->text);

    if (word->begins_line || word->begins_paragraph || lines->words == 0) {
        end_line(lines);
        if (word->begins_paragraph)
            end_paragraph(lines);
        begin_line(lines, word);
    } else if (was_bullet(lines, word)) {
        lines->line.text = (char[]){"\xe2\x80\xa2"};
        page_add(lines->page, &lines->line);
        begin_line(lines, word);
    }
    if (is_blank(word->text))
        return;
    append(lines, word->text);
    lines->words++;
    lines->letters += letters;
    lines->confidence += word->confidence;
    lines->quality.letters += letters;
    lines->quality.lying += letters >= MIN_LYING && word->h > word->w ? letters : 0;
    lines->weighed += (double)word->confidence * letters;
    lines->line.w = word->x + word->w - lines->line.x;
    if (lines->line.h < word->h)
        lines->line.h = word->h;
}

static int compare_sizes(const void *a, const void *b)
{
    return ((const struct page_line *)a)->size - ((const struct page_line *)b)->size;
}

/* What is nearly as big as most lines is as big: it only lacks letters that reach up or down. */
static void even_out(struct page *page)
{
    struct page_line *sorted = need(page->count * sizeof *sorted);
    int middle;

    memcpy(sorted, page->lines, page->count * sizeof *sorted);
    qsort(sorted, page->count, sizeof *sorted, compare_sizes);
    middle = sorted[page->count / 2].size;
    for (size_t i = 0; i < page->count; i++)
        if (4 * abs(page->lines[i].size - middle) <= middle)
            page->lines[i].size = middle;
    free(sorted);
}

struct ocr_quality ocr_lines_end(struct ocr_lines **lines)
{
    struct ocr_lines *l = *lines;
    struct ocr_quality quality;

    end_line(l);
    end_paragraph(l);
    if (l->page->count > 0)
        even_out(l->page);
    quality = l->quality;
    quality.confidence = quality.letters == 0 ? 0 : (float)(l->weighed / quality.letters);
    free(l);
    *lines = NULL;
    return quality;
}
