/* docx_body - the document itself, slide by slide, its header and its footer, see docx_internal.h */
#include "stages/assembler/docx/docx_internal.h"

#include <stdlib.h>
#include <string.h>

#include "stages/assembler/lecture/phrases.h"
#include "stages/assembler/lib/text.h"
#include "stages/assembler/rich/rich_plain.h"

void docx_namespaces(struct xml *xml)
{
    xml_attr(xml, "xmlns:w", "http://schemas.openxmlformats.org/wordprocessingml/2006/main");
    xml_attr(xml, "xmlns:r", "http://schemas.openxmlformats.org/officeDocument/2006/relationships");
    xml_attr(xml, "xmlns:m", "http://schemas.openxmlformats.org/officeDocument/2006/math");
    xml_attr(xml, "xmlns:wp", "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing");
    xml_attr(xml, "xmlns:a", "http://schemas.openxmlformats.org/drawingml/2006/main");
    xml_attr(xml, "xmlns:pic", "http://schemas.openxmlformats.org/drawingml/2006/picture");
}

/* ---- headings ---- */

/* Only the overview's words may be formatted. */
void docx_title(struct writing *to)
{
    const struct lecture *lecture = to->lecture;
    char *name = lecture_heading(lecture);

    if (*lecture->called == '\0' && *lecture->overview.title != '\0')
        docx_line(to, name, RUN_PLAIN, to->language->rtl);
    else
        docx_run(to, name, RUN_PLAIN, to->language->rtl);
    free(name);
}

/* An answer's title may be formatted; a title from the page itself is as it stands there. */
static bool title_is_rich(const struct slide *slide)
{
    return slide->answer != NULL && *slide->answer->title != '\0';
}

char *docx_heading(struct writing *to, const struct slide *slide)
{
    struct bytes text = {0};
    const char *title = slide_title(slide);
    size_t size;

    if (*title == '\0')
        return language_say(to->language, LABEL_SLIDE, slide->number, 0);
    bytes_add_format(&text, "%u. ", slide->number);
    if (title_is_rich(slide))
        rich_plain_line(rich_parse(to->pool, title, RICH_LINE), &text);
    else
        bytes_add_text(&text, title);
    for (char *c = bytes_text(&text); *c != '\0'; c++)
        if (*c == '\n' || *c == '\t')
            *c = ' ';
    return bytes_take(&text, &size);
}

static void heading_text(struct writing *to, const struct slide *slide)
{
    char *text;

    if (title_is_rich(slide)) {
        struct bytes number = {0};

        bytes_add_format(&number, "%u. ", slide->number);
        docx_run(to, bytes_text(&number), RUN_PLAIN, to->language->rtl);
        docx_line(to, slide->answer->title, RUN_PLAIN, to->language->rtl);
        bytes_drop(&number);
        return;
    }
    text = docx_heading(to, slide);
    docx_run(to, text, RUN_PLAIN, to->language->rtl);
    free(text);
}

/* Slides stand below their chapters; their parts below them. */
static const char *heading_style(struct writing *to, const struct slide *slide, unsigned below)
{
    static const char *const styles[] = {"Heading1", "Heading2", "Heading3"};

    return styles[(docx_chapter_of(to->lecture, slide->number) > 0 ? 1 : 0) + below];
}

static void chapter(struct writing *to, unsigned number)
{
    docx_paragraph_open(to, &(struct paragraph){.style = "Heading1", .rtl = to->language->rtl});
    docx_mark_open(to, PLACE_CHAPTER, number);
    docx_line(to, to->lecture->overview.chapters[number - 1].title, RUN_PLAIN, to->language->rtl);
    docx_mark_close(to, PLACE_CHAPTER, number);
    xml_close(to->xml);
}

void docx_chapter_open(struct writing *to, enum docx_place place, enum label label)
{
    docx_paragraph_open(
        to, &(struct paragraph){.style = "Heading1", .page_break = true, .rtl = to->language->rtl});
    docx_mark_open(to, place, 0);
    docx_run(to, to->language->labels[label], RUN_PLAIN, to->language->rtl);
    docx_mark_close(to, place, 0);
    xml_close(to->xml);
}

static void heading(struct writing *to, const struct slide *slide)
{
    docx_paragraph_open(to,
                        &(struct paragraph){.style = heading_style(to, slide, 0), .rtl = to->language->rtl});
    docx_mark_open(to, PLACE_SLIDE, slide->number);
    heading_text(to, slide);
    docx_mark_close(to, PLACE_SLIDE, slide->number);
    xml_close(to->xml);
}

/* ---- one slide ---- */

/* A paragraph of what may be NULL, and frees it. */
static void tell(struct writing *to, const char *style, char *text)
{
    if (text != NULL)
        docx_say(to, style, text);
    free(text);
}

/* Why there is less than usual. */
static void verdict(struct writing *to, const struct slide *slide)
{
    const char *sentence = phrase_verdict(slide, to->language);
    bool rtl = to->language->rtl;

    if (sentence == NULL)
        return;
    docx_paragraph_open(to, &(struct paragraph){.style = "Notice", .rtl = rtl});
    docx_run(to, sentence, RUN_BOLD, rtl);
    if (slide->code != CODES) {
        docx_run(to, "\n", RUN_PLAIN, rtl);
        docx_run(to, slide->detail, RUN_PLAIN, rtl);
    }
    xml_close(to->xml);
}

/* The page's own words, in their own direction: they need not be in the language of the document. */
static void own_text(struct writing *to, const struct slide *slide)
{
    if (slide->line_count == 0)
        return;
    docx_say_label(to, heading_style(to, slide, 1), LABEL_OWN_TEXT);
    if (slide_is_ocr(slide))
        docx_say(to, "Caption", to->language->labels[LABEL_OCR]);
    for (size_t i = 0; i < slide->line_count; i++) {
        const struct line *line = &slide->lines[i];
        bool rtl = text_is_rtl(line->text, to->language->rtl);

        docx_paragraph_open(to, &(struct paragraph){.style = "SlideText", .rtl = rtl});
        docx_run(to, line->text, (line->bold ? RUN_BOLD : 0u) | (line->mono ? RUN_MONO : 0u), rtl);
        xml_close(to->xml);
    }
}

static void points(struct writing *to, const struct slide *slide)
{
    const struct texts *points = &slide->answer->points;

    if (points->count > 0)
        docx_say_label(to, heading_style(to, slide, 1), LABEL_KEY_POINTS);
    for (size_t i = 0; i < points->count; i++) {
        bool rtl = docx_is_rtl(to, points->item[i]);

        docx_paragraph_open(to, &(struct paragraph){.style = "ListBullet", .list = 1, .rtl = rtl});
        docx_line(to, points->item[i], RUN_PLAIN, rtl);
        xml_close(to->xml);
    }
}

/* One small line. */
static void doubts(struct writing *to, const struct slide *slide)
{
    char *text = phrase_cautions(slide, to->language);
    bool rtl = to->language->rtl;

    if (text == NULL)
        return;
    docx_paragraph_open(to, &(struct paragraph){.style = "SmallNote", .rtl = rtl});
    docx_line(to, text, RUN_PLAIN, rtl);
    xml_close(to->xml);
    free(text);
}

static void answer_add(struct writing *to, const struct slide *slide)
{
    const struct answer *answer = slide->answer;

    for (size_t i = 0; i < answer->explanation.count; i++)
        docx_rich(to, answer->explanation.item[i], "Normal");
    points(to, slide);
    if (*answer->connections != '\0') {
        docx_say_label(to, heading_style(to, slide, 1), LABEL_CONNECTIONS);
        docx_rich(to, answer->connections, "Normal");
    }
    if (*answer->summary != '\0') {
        docx_say_label(to, heading_style(to, slide, 1), LABEL_SUMMARY);
        docx_rich(to, answer->summary, "Quote");
    }
    doubts(to, slide);
}

static void slide_add(struct writing *to, const struct slide *slide)
{
    memset(to->lists.open, 0, sizeof to->lists.open);
    heading(to, slide);
    docx_picture(to, slide);
    tell(to, "Caption", phrase_steps(to->lecture, slide, to->language));
    verdict(to, slide);
    if (slide->answer != NULL)
        answer_add(to, slide);
    if (slide->answer == NULL || slide->picture.size == 0)
        own_text(to, slide);
}

static void slides(struct writing *to)
{
    unsigned last = 0;

    for (size_t i = 0; i < to->lecture->slide_count; i++) {
        const struct slide *slide = &to->lecture->slides[i];
        unsigned number = docx_chapter_of(to->lecture, slide->number);

        if (!phrase_shows(to->lecture, slide))
            continue;
        if (number > last)
            chapter(to, number);
        last = number;
        slide_add(to, slide);
    }
}

/* ---- parts ---- */

static struct writing writing_new(struct bytes *to, const char *root, const struct lecture *lecture,
                                  const struct language *language)
{
    struct writing writing = {
        .xml = xml_new(to), .lecture = lecture, .language = language, .pool = pool_new()};

    xml_open(writing.xml, root);
    docx_namespaces(writing.xml);
    return writing;
}

static void writing_end(struct writing *writing)
{
    xml_end(&writing->xml);
    pool_free(&writing->pool);
}

void docx_document(struct bytes *to, struct bytes *lists, const struct lecture *lecture,
                   const struct language *language)
{
    struct writing writing = writing_new(to, "w:document", lecture, language);

    xml_open(writing.xml, "w:body");
    docx_front(&writing);
    slides(&writing);
    docx_glossary(&writing);
    docx_report(&writing);
    tell(&writing, "SmallNote", phrase_cost(lecture));
    docx_section_next_page(&writing);
    writing_end(&writing);
    *lists = writing.lists.begun;
}

/* "Course · Lecture" */
void docx_header(struct bytes *to, const struct lecture *lecture, const struct language *language)
{
    struct writing writing = writing_new(to, "w:hdr", lecture, language);

    docx_paragraph_open(&writing, &(struct paragraph){.style = "Header", .rtl = language->rtl});
    if (*lecture->course != '\0') {
        docx_run(&writing, lecture->course, RUN_PLAIN, language->rtl);
        docx_run(&writing, " · ", RUN_PLAIN, language->rtl);
    }
    docx_title(&writing);
    writing_end(&writing);
}

/* "Page 1 of 2" with fields for the numbers. */
void docx_footer(struct bytes *to, const struct language *language)
{
    static const struct docx_field fields[2] = {{" PAGE ", 1}, {" NUMPAGES ", 1}};
    struct writing writing = writing_new(to, "w:ftr", NULL, language);

    docx_paragraph_open(&writing, &(struct paragraph){.style = "Footer", .rtl = language->rtl});
    docx_label(&writing, LABEL_PAGE, fields);
    writing_end(&writing);
}
