/* docx_report - the last section: what is missing, and why, see docx_internal.h */
#include "stages/assembler/docx/docx_internal.h"

#include <stdlib.h>

#include "stages/assembler/lecture/phrases.h"
#include "stages/assembler/lib/text.h"

enum { COLUMNS = 3 };
static const unsigned widths[COLUMNS] = {3000, 1638, 5000}; /* twips; together the text width */

static void cell(struct writing *to, unsigned column, const char *text, bool head, bool rtl)
{
    docx_cell_open(to, widths[column], head, rtl);
    docx_run(to, text, head ? RUN_BOLD : RUN_PLAIN, rtl);
    docx_cell_close(to);
}

static void head_row(struct writing *to)
{
    static const enum label titles[COLUMNS] = {LABEL_SLIDES, LABEL_OUTCOME, LABEL_REASON};

    docx_row_open(to, true);
    for (unsigned i = 0; i < COLUMNS; i++)
        cell(to, i, to->language->labels[titles[i]], true, to->language->rtl);
    xml_close(to->xml);
}

static void slide_row(struct writing *to, const struct slide *slide)
{
    const struct language *language = to->language;
    char *heading = docx_heading(to, slide);
    const char *reason = phrase_reason(slide, language);

    docx_row_open(to, false);
    docx_cell_open(to, widths[0], false, language->rtl);
    docx_link(to, slide->number, heading, RUN_LINK);
    docx_cell_close(to);
    cell(to, 1, phrase_word(slide, language), false, language->rtl);
    cell(to, 2, reason, false, slide->code != CODES ? text_is_rtl(reason, language->rtl) : language->rtl);
    xml_close(to->xml);
    free(heading);
}

static void slides_add(struct writing *to)
{
    docx_table_open(to, to->language->labels[LABEL_REPORT], widths, COLUMNS);
    head_row(to);
    for (size_t i = 0; i < to->lecture->slide_count; i++)
        if (phrase_reports(to->lecture, &to->lecture->slides[i], to->language))
            slide_row(to, &to->lecture->slides[i]);
    docx_table_close(to);
}

/* A link to the slide; the overview's formulas are in no place of their own. */
static void slide_link(struct writing *to, unsigned slide)
{
    char *label = language_say(to->language, slide > 0 ? LABEL_SLIDE : LABEL_OUTLINE, slide, 0);

    if (slide > 0)
        docx_link(to, slide, label, RUN_LINK);
    else
        docx_run(to, label, RUN_PLAIN, to->language->rtl);
    free(label);
}

/* On which slides there are formulas that could not be set; each slide once. */
static void formulas_add(struct writing *to)
{
    const struct unread_formula *item = to->lecture->unread.item;
    bool rtl = to->language->rtl;

    docx_paragraph_open(to, &(struct paragraph){.style = "Normal", .rtl = rtl});
    docx_run(to, to->language->labels[LABEL_FORMULAS], RUN_PLAIN, rtl);
    for (size_t i = 0; i < to->lecture->unread.count; i++) {
        if (i > 0 && item[i].slide == item[i - 1].slide)
            continue;
        if (i > 0)
            docx_run(to, ", ", RUN_PLAIN, rtl);
        slide_link(to, item[i].slide);
    }
    xml_close(to->xml);
}

static void repair_add(struct writing *to)
{
    bool rtl = to->language->rtl;

    docx_paragraph_open(to, &(struct paragraph){.style = "Normal", .rtl = rtl});
    docx_run(to, to->language->labels[LABEL_REPAIRED], RUN_PLAIN, rtl);
    xml_close(to->xml);
}

/* On which slides cards of the model could not be kept. */
static void left_out_add(struct writing *to)
{
    char *text = phrase_left_out(to->lecture, to->language);
    bool rtl = to->language->rtl;

    if (text == NULL)
        return;
    docx_paragraph_open(to, &(struct paragraph){.style = "Normal", .rtl = rtl});
    docx_run(to, text, RUN_PLAIN, rtl);
    xml_close(to->xml);
    free(text);
}

bool docx_has_report(struct writing *to)
{
    char *left_out = phrase_left_out(to->lecture, to->language);
    bool has = left_out != NULL || to->lecture->unread.count > 0 || to->lecture->repaired ||
               phrase_reported(to->lecture, to->language);

    free(left_out);
    return has;
}

void docx_report(struct writing *to)
{
    if (!docx_has_report(to))
        return;
    docx_chapter_open(to, PLACE_REPORT, LABEL_REPORT);
    if (to->lecture->repaired)
        repair_add(to);
    if (to->lecture->unread.count > 0)
        formulas_add(to);
    left_out_add(to);
    if (phrase_reported(to->lecture, to->language))
        slides_add(to);
}
