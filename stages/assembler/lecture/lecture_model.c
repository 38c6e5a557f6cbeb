/* lecture_model - see lecture_model.h */
#include "stages/assembler/lecture/lecture_model.h"

#include <string.h>
#include <strings.h>

#include "proto/panic.h"

enum { TITLE_LINES = 8, TITLE_MAX = 160 };

bool lecture_is_offline(const struct lecture *lecture)
{
    return strcmp(lecture->engine, "offline") == 0;
}

enum card_kind card_kind(const struct card *card)
{
    return card->occlusion ? CARD_OCCLUSION : card->cloze ? CARD_CLOZE : CARD_BASIC;
}

const char *card_kind_name(enum card_kind kind)
{
    static const char *const names[CARD_KINDS] = {"basic", "cloze", "occlusion"};

    return names[kind];
}

/* Not so if it was explained in spite of that. */
bool slide_builds_up(const struct slide *slide)
{
    return slide->see_slide > 0 && slide->answer == NULL;
}

/* A chain of steps is as long as the lecture at most. */
unsigned lecture_place(const struct lecture *lecture, unsigned number)
{
    for (size_t i = 0; i < lecture->slide_count && slide_builds_up(&lecture->slides[number - 1]) &&
                       lecture->slides[number - 1].see_slide <= lecture->slide_count;
         i++)
        number = lecture->slides[number - 1].see_slide;
    return number;
}

bool slide_is_ocr(const struct slide *slide)
{
    return slide->answer == NULL ? slide->ocr && slide->line_count > 0 : slide->answer->ocr;
}

bool lecture_has_ocr(const struct lecture *lecture)
{
    for (size_t i = 0; i < lecture->slide_count; i++)
        if (slide_is_ocr(&lecture->slides[i]))
            return true;
    return false;
}

size_t lecture_count(const struct lecture *lecture, enum outcome outcome)
{
    size_t count = 0;

    for (size_t i = 0; i < lecture->slide_count; i++)
        count += lecture->slides[i].outcome == outcome;
    return count;
}

size_t lecture_cards(const struct lecture *lecture)
{
    size_t count = 0;

    for (size_t i = 0; i < lecture->slide_count; i++)
        count += lecture->slides[i].answer == NULL ? 0 : lecture->slides[i].answer->card_count;
    return count;
}

/* One line of text. */
static char *one_line(const char *text)
{
    char *copy = need_dup(text);

    for (char *c = copy; *c != '\0'; c++)
        if (*c == '\n' || *c == '\t')
            *c = ' ';
    return copy;
}

char *lecture_name(const struct lecture *lecture)
{
    bool titled = *lecture->called != '\0' || *lecture->title != '\0';
    char *name = one_line(*lecture->called != '\0'     ? lecture->called
                          : *lecture->title != '\0'    ? lecture->title
                          : *lecture->filename != '\0' ? lecture->filename
                                                       : lecture->job);
    size_t size = strlen(name);

    if (!titled && size > 4 && strcasecmp(name + size - 4, ".pdf") == 0)
        name[size - 4] = '\0';
    return name;
}

char *lecture_heading(const struct lecture *lecture)
{
    return *lecture->called == '\0' && *lecture->overview.title != '\0' ? one_line(lecture->overview.title)
                                                                        : lecture_name(lecture);
}

/* The largest of the first lines, the earliest of equals; a paragraph is no title. */
static const char *prominent_line(const struct slide *slide)
{
    const struct line *best = NULL;

    for (size_t i = 0; i < slide->line_count && i < TITLE_LINES; i++)
        if (strlen(slide->lines[i].text) <= TITLE_MAX && (best == NULL || slide->lines[i].size > best->size))
            best = &slide->lines[i];
    return best == NULL ? "" : best->text;
}

const char *slide_own_title(const struct slide *slide)
{
    const char *own = prominent_line(slide);

    return *own != '\0' || slide->answer == NULL ? own : slide->answer->title;
}

const char *slide_title(const struct slide *slide)
{
    if (slide->answer != NULL && *slide->answer->title != '\0')
        return slide->answer->title;
    return prominent_line(slide);
}
