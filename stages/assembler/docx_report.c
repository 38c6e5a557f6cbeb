/* docx_report - the last section: what is missing, and why, see docx_part.h */
#include "stages/assembler/docx_part.h"

#include <stdlib.h>

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
    const char *word = label_of(slide, language, true);
    const char *reason = slide->code != CODES ? slide->detail : docx_verdict(slide, language);

    docx_row_open(to, false);
    docx_cell_open(to, widths[0], false, language->rtl);
    docx_link(to, slide->number, heading, RUN_LINK);
    docx_cell_close(to);
    cell(to, 1, word != NULL ? word : language->labels[LABEL_WORD_DEGRADED], false, language->rtl);
    cell(to, 2, reason, false, slide->code != CODES ? text_is_rtl(reason) : language->rtl);
    xml_close(to->xml);
    free(heading);
}

static bool reported(struct writing *to, const struct slide *slide)
{
    return docx_verdict(slide, to->language) != NULL && docx_shows(to->lecture, slide);
}

static size_t reported_count(struct writing *to)
{
    size_t count = 0;

    for (size_t i = 0; i < to->lecture->slide_count; i++)
        count += reported(to, &to->lecture->slides[i]);
    return count;
}

static void slides_add(struct writing *to)
{
    docx_table_open(to, to->language->labels[LABEL_REPORT], widths, COLUMNS);
    head_row(to);
    for (size_t i = 0; i < to->lecture->slide_count; i++)
        if (reported(to, &to->lecture->slides[i]))
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
    const struct misread *item = to->misreads.item;
    bool rtl = to->language->rtl;

    docx_paragraph_open(to, &(struct paragraph){.style = "Normal", .rtl = rtl});
    docx_run(to, to->language->labels[LABEL_FORMULAS], RUN_PLAIN, rtl);
    for (size_t i = 0; i < to->misreads.count; i++) {
        if (i > 0 && item[i].slide == item[i - 1].slide)
            continue;
        if (i > 0)
            docx_run(to, ", ", RUN_PLAIN, rtl);
        slide_link(to, item[i].slide);
    }
    xml_close(to->xml);
}

bool docx_has_report(struct writing *to)
{
    return to->misreads.count > 0 || reported_count(to) > 0;
}

void docx_report(struct writing *to)
{
    if (!docx_has_report(to))
        return;
    docx_chapter_open(to, PLACE_REPORT, LABEL_REPORT);
    if (to->misreads.count > 0)
        formulas_add(to);
    if (reported_count(to) > 0)
        slides_add(to);
}
