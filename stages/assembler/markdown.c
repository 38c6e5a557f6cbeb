/* markdown - see markdown.h */
#include "stages/assembler/markdown.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "proto/panic.h"
#include "stages/assembler/lecture/phrases.h"
#include "stages/assembler/lib/pool.h"
#include "stages/assembler/rich/rich.h"
#include "stages/assembler/rich/rich_gap.h"
#include "stages/assembler/rich/rich_markdown.h"

struct writing {
    struct bytes *to;
    struct pool *pool;
    const struct lecture *lecture;
    const struct language *language;
};

/* ---- small things ---- */

static const char *label(const struct writing *writing, enum label label)
{
    return writing->language->labels[label];
}

/* Plain text between two pieces of our own markup. */
static void plain(const struct writing *writing, const char *before, const char *text, const char *after)
{
    bytes_add_text(writing->to, before);
    rich_markdown_text(text, writing->to);
    bytes_add_text(writing->to, after);
}

/* The same for what may be missing; takes the text. */
static void plain_taken(const struct writing *writing, const char *before, char *text, const char *after)
{
    if (text != NULL)
        plain(writing, before, text, after);
    free(text);
}

static void rich(const struct writing *writing, const char *text)
{
    rich_markdown(rich_parse(writing->pool, text, RICH_BLOCKS), 0, writing->to);
}

static void rich_line(const struct writing *writing, const char *before, const char *text, const char *after)
{
    bytes_add_text(writing->to, before);
    rich_markdown_line(rich_parse(writing->pool, text, RICH_LINE), writing->to);
    bytes_add_text(writing->to, after);
}

static void section(const struct writing *writing, const char *level, enum label name)
{
    plain(writing, level, label(writing, name), "\n\n");
}

/* "3. Title" with its formulas, or "Slide 3". */
static void heading(const struct writing *writing, const struct slide *slide)
{
    const char *title = slide_title(slide);

    if (*title == '\0') {
        plain_taken(writing, "", language_say(writing->language, LABEL_SLIDE, slide->number, 0), "");
        return;
    }
    bytes_add_format(writing->to, "%u. ", slide->number);
    rich_line(writing, "", title, "");
}

/* ---- the beginning ---- */

/* JSON's strings are YAML's, too; who knows no front matter must find no HTML in it. */
static void datum(struct bytes *to, const char *name, const char *value)
{
    json_t *string = json_string(value);
    char *text = string == NULL || *value == '\0' ? NULL : json_dumps(string, JSON_ENCODE_ANY);

    if (text != NULL)
        bytes_add_format(to, "%s: ", name);
    for (const char *c = text; c != NULL && *c != '\0'; c++)
        if (strchr("<>&", *c) != NULL)
            bytes_add_format(to, "\\u%04x", (unsigned)*c);
        else
            bytes_add(to, c, 1);
    bytes_add_text(to, text == NULL ? "" : "\n");
    free(text);
    json_decref(string);
}

static void front_matter(const struct writing *writing, const char *title)
{
    bytes_add_text(writing->to, "---\n");
    datum(writing->to, "title", title);
    datum(writing->to, "course", writing->lecture->course);
    datum(writing->to, "lang", writing->language->tag);
    if (writing->language->rtl)
        datum(writing->to, "dir", "rtl");
    bytes_add_text(writing->to, "---\n\n");
}

static void contents(const struct writing *writing)
{
    section(writing, "## ", LABEL_CONTENTS);
    for (size_t i = 0; i < writing->lecture->slide_count; i++) {
        const struct slide *slide = &writing->lecture->slides[i];

        if (!phrase_shows(writing->lecture, slide))
            continue;
        bytes_add_text(writing->to, "- [");
        heading(writing, slide);
        bytes_add_format(writing->to, "](#slide-%u)\n", slide->number);
    }
    bytes_add_text(writing->to, "\n");
}

static void outline(const struct writing *writing)
{
    const struct overview *o = &writing->lecture->overview;

    if (o->chapter_count == 0)
        return;
    section(writing, "## ", LABEL_OUTLINE);
    for (size_t i = 0; i < o->chapter_count; i++) {
        plain(writing, "- [", o->chapters[i].title, "]");
        bytes_add_format(writing->to, "(#slide-%u)",
                         lecture_place(writing->lecture, o->chapters[i].slides[0]));
        plain_taken(writing, " (", phrase_numbers(&o->chapters[i]), ")\n");
    }
    bytes_add_text(writing->to, "\n");
}

static void beginning(const struct writing *writing)
{
    char *title = lecture_heading(writing->lecture), *origin = phrase_origin(writing->lecture);
    char *notice = phrase_notice(writing->lecture, writing->language);

    front_matter(writing, title);
    plain(writing, "# ", title, "\n\n");
    if (*origin != '\0')
        plain(writing, "", origin, "\n\n");
    if (notice != NULL)
        plain(writing, "> ", notice, "\n\n");
    free(notice);
    contents(writing);
    outline(writing);
    free(title);
    free(origin);
}

/* ---- one slide ---- */

static void verdict(const struct writing *writing, const struct slide *slide)
{
    const char *sentence = phrase_verdict(slide, writing->language);

    if (sentence == NULL)
        return;
    plain(writing, "> **", sentence, "**");
    if (slide->code != CODES)
        plain(writing, "\\\n> ", slide->detail, "");
    bytes_add_text(writing->to, "\n\n");
}

static void explanation(const struct writing *writing, const struct slide *slide)
{
    const struct answer *answer = slide->answer;
    char *doubts = phrase_cautions(slide, writing->language);

    for (size_t i = 0; i < answer->explanation.count; i++)
        rich(writing, answer->explanation.item[i]);
    if (answer->points.count > 0)
        section(writing, "### ", LABEL_KEY_POINTS);
    for (size_t i = 0; i < answer->points.count; i++)
        rich_line(writing, "- ", answer->points.item[i], i + 1 < answer->points.count ? "\n" : "\n\n");
    if (*answer->connections != '\0') {
        section(writing, "### ", LABEL_CONNECTIONS);
        rich(writing, answer->connections);
    }
    if (*answer->summary != '\0') {
        section(writing, "### ", LABEL_SUMMARY);
        rich_line(writing, "> ", answer->summary, "\n\n");
    }
    if (doubts != NULL)
        rich_line(writing, "", doubts, "\n\n");
    free(doubts);
}

/* A side of a card as an entry of a list, with no empty line behind it. */
static void side(const struct writing *writing, unsigned indent, char marker, const struct rich *rich)
{
    size_t start = writing->to->size;

    rich_markdown(rich, indent + 2, writing->to);
    if (writing->to->size == start)
        return;
    writing->to->data[start + indent] = marker; /* where the entry's first line is indented */
    writing->to->size--;
}

/* Questions as entries, answers below them; by their other mark they are none of a question's own list. */
static void card_add(const struct writing *writing, const struct card *card)
{
    const struct rich *front = rich_parse(writing->pool, card->front, card->cloze ? RICH_CLOZE : RICH_BLOCKS);

    side(writing, 0, '-', card->cloze ? rich_gaps_empty(writing->pool, front) : front);
    if (card->cloze)
        side(writing, 2, '+', front);
    side(writing, 2, '+', rich_parse(writing->pool, card->back, RICH_BLOCKS));
}

static void cards(const struct writing *writing, const struct answer *answer)
{
    if (phrase_cards(answer) == 0)
        return;
    section(writing, "### ", LABEL_CARDS);
    for (size_t i = 0; i < answer->card_count; i++)
        if (!answer->cards[i].occlusion)
            card_add(writing, &answer->cards[i]);
    bytes_add_text(writing->to, "\n");
}

static void own_text(const struct writing *writing, const struct slide *slide)
{
    if (slide->line_count == 0)
        return;
    section(writing, "### ", LABEL_OWN_TEXT);
    if (slide_is_ocr(slide))
        plain(writing, "", writing->language->labels[LABEL_OCR], "\n\n");
    for (size_t i = 0; i < slide->line_count; i++)
        plain(writing, "", slide->lines[i].text, i + 1 < slide->line_count ? "\\\n" : "\n\n");
}

static void slide_add(const struct writing *writing, const struct slide *slide)
{
    bytes_add_format(writing->to, "<a id=\"slide-%u\"></a>\n\n## ", slide->number);
    heading(writing, slide);
    bytes_add_text(writing->to, "\n\n");
    plain_taken(writing, "", phrase_steps(writing->lecture, slide, writing->language), "\n\n");
    verdict(writing, slide);
    if (slide->answer == NULL) {
        own_text(writing, slide);
        return;
    }
    explanation(writing, slide);
    cards(writing, slide->answer);
}

/* ---- the end ---- */

static void glossary(const struct writing *writing)
{
    const struct overview *o = &writing->lecture->overview;

    if (o->term_count == 0)
        return;
    section(writing, "## ", LABEL_GLOSSARY);
    for (size_t i = 0; i < o->term_count; i++) {
        plain(writing, "- <b>", o->terms[i].term, "</b>");
        rich_line(writing, " – ", o->terms[i].definition, "");
        if (o->terms[i].slide > 0) {
            plain_taken(writing, " ([", language_say(writing->language, LABEL_SLIDE, o->terms[i].slide, 0),
                        "]");
            bytes_add_format(writing->to, "(#slide-%u))", lecture_place(writing->lecture, o->terms[i].slide));
        }
        bytes_add_text(writing->to, "\n");
    }
    bytes_add_text(writing->to, "\n");
}

static void cell(const struct writing *writing, const char *text)
{
    bytes_add_text(writing->to, " ");
    rich_markdown_cell(text, writing->to);
    bytes_add_text(writing->to, " |");
}

static void report_head(const struct writing *writing)
{
    bytes_add_text(writing->to, "|");
    cell(writing, label(writing, LABEL_SLIDES));
    cell(writing, label(writing, LABEL_OUTCOME));
    cell(writing, label(writing, LABEL_REASON));
    bytes_add_text(writing->to, "\n| --- | --- | --- |\n");
}

static void report_row(const struct writing *writing, const struct slide *slide)
{
    plain_taken(writing, "| [", language_say(writing->language, LABEL_SLIDE, slide->number, 0), "]");
    bytes_add_format(writing->to, "(#slide-%u) |", slide->number);
    cell(writing, phrase_word(slide, writing->language));
    cell(writing, phrase_reason(slide, writing->language));
    bytes_add_text(writing->to, "\n");
}

static void report(const struct writing *writing)
{
    const struct lecture *lecture = writing->lecture;
    char *formulas = phrase_formulas(lecture, writing->language);
    char *left_out = phrase_left_out(lecture, writing->language);
    bool any = false;

    if (formulas != NULL || left_out != NULL || lecture->repaired ||
        phrase_reported(lecture, writing->language))
        section(writing, "## ", LABEL_REPORT);
    if (lecture->repaired)
        plain_taken(writing, "", language_say(writing->language, LABEL_REPAIRED, 0, 0), "\n\n");
    plain_taken(writing, "", formulas, "\n\n");
    plain_taken(writing, "", left_out, "\n\n");
    for (size_t i = 0; i < lecture->slide_count; i++) {
        if (!phrase_reports(lecture, &lecture->slides[i], writing->language))
            continue;
        if (!any)
            report_head(writing);
        any = true;
        report_row(writing, &lecture->slides[i]);
    }
    bytes_add_text(writing->to, any ? "\n" : "");
}

void markdown_make(const struct lecture *lecture, const struct language *language, struct bytes *to)
{
    struct writing writing = {to, pool_new(), lecture, language};

    beginning(&writing);
    for (size_t i = 0; i < lecture->slide_count; i++)
        if (phrase_shows(lecture, &lecture->slides[i]))
            slide_add(&writing, &lecture->slides[i]);
    glossary(&writing);
    report(&writing);
    plain_taken(&writing, "", phrase_cost(lecture), "\n");
    pool_free(&writing.pool);
}
