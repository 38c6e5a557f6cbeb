/* docx_overview - what the whole lecture comes to, see docx_internal.h */
#include "stages/assembler/docx/docx_internal.h"

#include "stages/assembler/lecture/phrases.h"

#include <stdlib.h>

/* ---- chapters ---- */

bool docx_has_chapters(const struct lecture *lecture)
{
    const struct overview *o = &lecture->overview;
    unsigned last = 0;
    size_t listed = 0;

    for (size_t i = 0; i < o->chapter_count; i++)
        for (size_t k = 0; k < o->chapters[i].slide_count; k++, listed++) {
            if (o->chapters[i].slides[k] <= last)
                return false;
            last = o->chapters[i].slides[k];
        }
    return o->chapter_count > 1 && 2 * listed >= lecture->slide_count;
}

unsigned docx_chapter_of(const struct lecture *lecture, unsigned slide)
{
    const struct overview *o = &lecture->overview;
    unsigned number = 0;

    if (!docx_has_chapters(lecture))
        return 0;
    while (number < o->chapter_count && o->chapters[number].slides[0] <= slide)
        number++;
    return number;
}

/* ---- the outline, if it goes its own way ---- */

/* " (3–7, 12)" */
static void numbers_add(struct writing *to, const struct chapter *chapter)
{
    char *numbers = phrase_numbers(chapter);
    struct bytes text = {0};

    bytes_add_format(&text, " (%s)", numbers);
    docx_run(to, bytes_text(&text), RUN_PLAIN, to->language->rtl);
    bytes_drop(&text);
    free(numbers);
}

void docx_outline(struct writing *to, void (*section)(struct writing *to))
{
    const struct overview *o = &to->lecture->overview;

    if (o->chapter_count == 0 || docx_has_chapters(to->lecture))
        return;
    docx_say_label(to, "TOCHeading", LABEL_OUTLINE);
    for (size_t i = 0; i < o->chapter_count; i++) {
        docx_paragraph_open(to, &(struct paragraph){.style = "TOC1",
                                                    .rtl = to->language->rtl,
                                                    .section = i + 1 == o->chapter_count ? section : NULL});
        docx_link_open(to, PLACE_SLIDE, lecture_place(to->lecture, o->chapters[i].slides[0]));
        docx_line(to, o->chapters[i].title, RUN_PLAIN, to->language->rtl);
        numbers_add(to, &o->chapters[i]);
        xml_close(to->xml);
        xml_close(to->xml);
    }
}

/* ---- the glossary ---- */

static void term_add(struct writing *to, const struct term *term)
{
    bool rtl = to->language->rtl;
    char *label;

    docx_paragraph_open(to, &(struct paragraph){.style = "Term", .rtl = rtl});
    docx_line(to, term->term, RUN_BOLD, rtl);
    docx_run(to, " – ", RUN_PLAIN, rtl);
    docx_line(to, term->definition, RUN_PLAIN, rtl);
    if (term->slide > 0) {
        label = language_say(to->language, LABEL_SLIDE, term->slide, 0);
        docx_run(to, " (", RUN_PLAIN, rtl);
        docx_link(to, lecture_place(to->lecture, term->slide), label, RUN_LINK);
        docx_run(to, ")", RUN_PLAIN, rtl);
        free(label);
    }
    xml_close(to->xml);
}

void docx_glossary(struct writing *to)
{
    const struct overview *o = &to->lecture->overview;

    if (o->term_count == 0)
        return;
    docx_chapter_open(to, PLACE_GLOSSARY, LABEL_GLOSSARY);
    for (size_t i = 0; i < o->term_count; i++)
        term_add(to, &o->terms[i]);
}
