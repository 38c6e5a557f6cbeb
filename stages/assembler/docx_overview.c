/* docx_overview - what the whole lecture comes to, see docx_part.h */
#include "stages/assembler/docx_part.h"

#include <stdlib.h>

/* "Pipelines (3–7, 12)": slides in a row as one. The caller frees. */
static char *chapter_text(const struct chapter *chapter)
{
    struct bytes text = {0};
    size_t size;

    bytes_add_format(&text, "%s (", chapter->title);
    for (size_t i = 0, last; i < chapter->slide_count; i = last + 1) {
        for (last = i;
             last + 1 < chapter->slide_count && chapter->slides[last + 1] == chapter->slides[last] + 1;)
            last++;
        bytes_add_format(&text, "%s%u", i > 0 ? ", " : "", chapter->slides[i]);
        if (last > i)
            bytes_add_format(&text, "–%u", chapter->slides[last]);
    }
    bytes_add_text(&text, ")");
    bytes_text(&text);
    return bytes_take(&text, &size);
}

void docx_outline(struct xml *xml, const struct lecture *lecture, const struct language *language,
                  void (*section)(struct xml *xml, const struct language *language))
{
    const struct overview *o = &lecture->overview;
    struct paragraph entry = {.style = "TOC1", .rtl = language->rtl, .language = language};

    if (o->chapter_count == 0)
        return;
    docx_paragraph(xml, &(struct paragraph){.style = "TOCHeading", .rtl = language->rtl},
                   language->labels[LABEL_OUTLINE]);
    for (size_t i = 0; i < o->chapter_count; i++) {
        char *text = chapter_text(&o->chapters[i]);

        if (i + 1 == o->chapter_count)
            entry.section = section;
        docx_paragraph_open(xml, &entry);
        docx_link(xml, lecture_place(lecture, o->chapters[i].slides[0]), text, RUN_PLAIN, entry.rtl);
        xml_close(xml);
        free(text);
    }
}

static void term_add(struct xml *xml, const struct term *term, const struct lecture *lecture,
                     const struct language *language)
{
    bool rtl = language->rtl;
    char *label;

    docx_paragraph_open(xml, &(struct paragraph){.style = "Normal", .rtl = rtl});
    docx_run(xml, term->term, RUN_BOLD, rtl);
    docx_run(xml, " – ", RUN_PLAIN, rtl);
    docx_run(xml, term->definition, RUN_PLAIN, rtl);
    if (term->slide > 0) {
        label = language_say(language, LABEL_SLIDE, term->slide, 0);
        docx_run(xml, " (", RUN_PLAIN, rtl);
        docx_link(xml, lecture_place(lecture, term->slide), label, RUN_LINK, rtl);
        docx_run(xml, ")", RUN_PLAIN, rtl);
        free(label);
    }
    xml_close(xml);
}

void docx_glossary(struct xml *xml, const struct lecture *lecture, const struct language *language)
{
    const struct overview *o = &lecture->overview;

    if (o->term_count == 0)
        return;
    docx_paragraph(xml, &(struct paragraph){.style = "Heading1", .rtl = language->rtl},
                   language->labels[LABEL_GLOSSARY]);
    for (size_t i = 0; i < o->term_count; i++)
        term_add(xml, &o->terms[i], lecture, language);
}
