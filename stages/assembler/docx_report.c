/* docx_report - the last section: what is missing, and why, see docx_part.h */
#include "stages/assembler/docx_part.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stages/assembler/text.h"

enum { COLUMNS = 3 };
static const unsigned widths[COLUMNS] = {3000, 1638, 5000}; /* twips; together the text width */

static const struct {
    enum outcome outcome;
    enum label sentence, word;
} verdicts[] = {{OUTCOME_FAILED, LABEL_FAILED, LABEL_WORD_FAILED},
                {OUTCOME_SKIPPED, LABEL_SKIPPED, LABEL_WORD_SKIPPED},
                {OUTCOME_BLANK, LABEL_BLANK, LABEL_WORD_BLANK},
                {OUTCOME_TEXT_ONLY, LABEL_TEXT_ONLY, LABEL_WORD_TEXT_ONLY}};

static const char *label_of(const struct slide *slide, const struct language *language, bool word)
{
    for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++)
        if (verdicts[i].outcome == slide->outcome)
            return language->labels[word ? verdicts[i].word : verdicts[i].sentence];
    return NULL;
}

const char *docx_verdict(const struct slide *slide, const struct language *language)
{
    const char *sentence = label_of(slide, language, false);

    return sentence != NULL ? sentence : slide->degraded ? language->labels[LABEL_DEGRADED] : NULL;
}

static void cell_open(struct xml *xml, unsigned column, bool head)
{
    xml_open(xml, "w:tc");
    xml_open(xml, "w:tcPr");
    xml_open(xml, "w:tcW");
    xml_attr_number(xml, "w:w", widths[column]);
    xml_attr(xml, "w:type", "dxa");
    xml_close(xml);
    if (head)
        xml_raw(xml, "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"DEE6F3\"/>");
    xml_close(xml);
}

static void cell(struct xml *xml, unsigned column, const char *text, bool head, bool rtl)
{
    cell_open(xml, column, head);
    docx_paragraph_open(xml, &(struct paragraph){.style = "TableText", .rtl = rtl});
    docx_run(xml, text, head ? RUN_BOLD : RUN_PLAIN, rtl);
    xml_close(xml);
    xml_close(xml);
}

static void head_row(struct xml *xml, const struct language *language)
{
    const char *titles[COLUMNS] = {language->labels[LABEL_SLIDES], language->labels[LABEL_OUTCOME],
                                   language->labels[LABEL_REASON]};

    xml_open(xml, "w:tr");
    xml_raw(xml, "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
    for (unsigned i = 0; i < COLUMNS; i++)
        cell(xml, i, titles[i], true, language->rtl);
    xml_close(xml);
}

static void slide_row(struct xml *xml, const struct slide *slide, const struct language *language)
{
    char *heading = docx_heading(slide, language);
    const char *word = label_of(slide, language, true);
    const char *reason = slide->code != CODES ? slide->detail : docx_verdict(slide, language);

    xml_open(xml, "w:tr");
    xml_raw(xml, "<w:trPr><w:cantSplit/></w:trPr>");
    cell_open(xml, 0, false);
    docx_paragraph_open(xml, &(struct paragraph){.style = "TableText", .rtl = language->rtl});
    docx_link(xml, slide->number, heading, RUN_LINK, language->rtl);
    xml_close(xml);
    xml_close(xml);
    cell(xml, 1, word == NULL ? "" : word, false, language->rtl);
    cell(xml, 2, reason, false, slide->code != CODES ? text_is_rtl(reason) : language->rtl);
    xml_close(xml);
    free(heading);
}

static void table_open(struct xml *xml, const struct language *language)
{
    xml_open(xml, "w:tbl");
    xml_open(xml, "w:tblPr");
    xml_value(xml, "w:tblStyle", "TableGrid");
    if (language->rtl)
        xml_empty(xml, "w:bidiVisual");
    xml_raw(xml,
            "<w:tblW w:w=\"9638\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/><w:tblLook w:val=\"0020\" "
            "w:firstRow=\"1\" w:lastRow=\"0\" w:firstColumn=\"0\" w:lastColumn=\"0\" w:noHBand=\"1\" "
            "w:noVBand=\"1\"/>");
    xml_open(xml, "w:tblCaption");
    xml_attr(xml, "w:val", language->labels[LABEL_REPORT]);
    xml_close(xml);
    xml_close(xml);
    xml_open(xml, "w:tblGrid");
    for (unsigned i = 0; i < COLUMNS; i++) {
        xml_open(xml, "w:gridCol");
        xml_attr_number(xml, "w:w", widths[i]);
        xml_close(xml);
    }
    xml_close(xml);
}

void docx_report(struct xml *xml, const struct lecture *lecture, const struct language *language)
{
    bool any = false;

    for (size_t i = 0; i < lecture->slide_count; i++) {
        const struct slide *slide = &lecture->slides[i];

        if (docx_verdict(slide, language) == NULL || !docx_shows(lecture, slide))
            continue;
        if (!any) {
            docx_paragraph(xml, &(struct paragraph){.style = "Heading1", .rtl = language->rtl},
                           language->labels[LABEL_REPORT]);
            table_open(xml, language);
            head_row(xml, language);
        }
        any = true;
        slide_row(xml, slide, language);
    }
    if (any)
        xml_close(xml);
}
