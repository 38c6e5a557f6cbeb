/* docx_text - paragraphs and runs, see docx_part.h */
#include "stages/assembler/docx_part.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "stages/assembler/text.h"

void docx_paragraph_open(struct xml *xml, const struct paragraph *paragraph)
{
    xml_open(xml, "w:p");
    xml_open(xml, "w:pPr");
    xml_value(xml, "w:pStyle", paragraph->style);
    if (paragraph->keep_next)
        xml_empty(xml, "w:keepNext");
    if (paragraph->bullet)
        xml_raw(xml, "<w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr>");
    if (paragraph->rtl)
        xml_empty(xml, "w:bidi");
    if (paragraph->section != NULL)
        paragraph->section(xml, paragraph->language);
    xml_close(xml);
}

static void run_properties(struct xml *xml, unsigned run, bool rtl)
{
    if (run == RUN_PLAIN && !rtl)
        return;
    xml_open(xml, "w:rPr");
    if (run & RUN_LINK)
        xml_value(xml, "w:rStyle", "Hyperlink");
    else if (run & RUN_MONO)
        xml_value(xml, "w:rStyle", "CodeChar");
    if (run & RUN_BOLD)
        xml_raw(xml, "<w:b/><w:bCs/>");
    if (rtl)
        xml_empty(xml, "w:rtl");
    xml_close(xml);
}

static void text_element(struct xml *xml, const char *text, size_t size)
{
    if (size == 0)
        return;
    xml_open(xml, "w:t");
    xml_attr(xml, "xml:space", "preserve");
    xml_text_part(xml, text, size);
    xml_close(xml);
}

/* rtl: the paragraph runs from right to left; a run in it does only if it has such letters. */
void docx_run(struct xml *xml, const char *text, unsigned run, bool rtl)
{
    xml_open(xml, "w:r");
    run_properties(xml, run, rtl && text_has_rtl(text));
    for (;;) {
        size_t size = strcspn(text, "\n\t");

        text_element(xml, text, size);
        text += size;
        if (*text == '\0')
            break;
        xml_empty(xml, *text == '\n' ? "w:br" : "w:tab");
        text++;
    }
    xml_close(xml);
}

void docx_paragraph(struct xml *xml, const struct paragraph *paragraph, const char *text)
{
    docx_paragraph_open(xml, paragraph);
    docx_run(xml, text, RUN_PLAIN, paragraph->rtl);
    xml_close(xml);
}

void docx_link(struct xml *xml, unsigned slide, const char *text, unsigned run, bool rtl)
{
    char anchor[32];

    snprintf(anchor, sizeof anchor, "slide_%u", slide);
    xml_open(xml, "w:hyperlink");
    xml_attr(xml, "w:anchor", anchor);
    xml_attr(xml, "w:history", "1");
    docx_run(xml, text, run, rtl);
    xml_close(xml);
}

char *docx_heading(const struct slide *slide, const struct language *language)
{
    struct bytes text = {0};
    const char *title = slide_title(slide);
    size_t size;

    if (*title == '\0')
        return language_say(language, LABEL_SLIDE, slide->number, 0);
    bytes_add_format(&text, "%u. ", slide->number);
    for (; *title != '\0'; title++)
        bytes_add(&text, *title == '\n' || *title == '\t' ? " " : title, 1);
    bytes_text(&text);
    return bytes_take(&text, &size);
}
