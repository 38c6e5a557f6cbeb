/* docx_body - the document itself, its header and its footer, see docx_part.h */
#include "stages/assembler/docx_part.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "stages/assembler/text.h"

/* English Metric Units: 360000 a centimetre. The text is 9638 twips wide; a picture may take half a page. */
enum { EMU_WIDEST = 9638 * 635, EMU_HIGHEST = 12 * 360000, EMU_HIGHEST_UNTOLD = 5 * 360000 };
enum { ALT_MOST = 250, ONE_COLUMN_MOST = 24, DOUBTS_MOST = 8 };

struct writing {
    struct xml *xml;
    const struct language *language;
};

void docx_namespaces(struct xml *xml)
{
    xml_attr(xml, "xmlns:w", "http://schemas.openxmlformats.org/wordprocessingml/2006/main");
    xml_attr(xml, "xmlns:r", "http://schemas.openxmlformats.org/officeDocument/2006/relationships");
    xml_attr(xml, "xmlns:wp", "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing");
    xml_attr(xml, "xmlns:a", "http://schemas.openxmlformats.org/drawingml/2006/main");
    xml_attr(xml, "xmlns:pic", "http://schemas.openxmlformats.org/drawingml/2006/picture");
}

/* Text in the language of the document. */
static void say(struct writing *to, const char *style, const char *text)
{
    docx_paragraph(to->xml, &(struct paragraph){.style = style, .rtl = to->language->rtl}, text);
}

static void say_label(struct writing *to, const char *style, enum label label)
{
    say(to, style, to->language->labels[label]);
}

/* ---- sections ---- */

static void section(struct xml *xml, const struct language *language, const char *type, const char *columns)
{
    xml_open(xml, "w:sectPr");
    xml_raw(xml, "<w:headerReference w:type=\"default\" r:id=\"" DOCX_RID_HEADER
                 "\"/><w:footerReference w:type=\"default\" r:id=\"" DOCX_RID_FOOTER "\"/>");
    xml_value(xml, "w:type", type);
    xml_raw(xml, "<w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"1304\" w:right=\"1134\" "
                 "w:bottom=\"1247\" w:left=\"1134\" w:header=\"624\" w:footer=\"567\" w:gutter=\"0\"/>");
    xml_raw(xml, columns);
    if (language->rtl)
        xml_empty(xml, "w:bidi");
    xml_close(xml);
}

static void section_one_column(struct xml *xml, const struct language *language)
{
    section(xml, language, "continuous", "<w:cols w:space=\"708\"/>");
}

static void section_two_columns(struct xml *xml, const struct language *language)
{
    section(xml, language, "continuous", "<w:cols w:num=\"2\" w:space=\"454\"/>");
}

static void section_next_page(struct xml *xml, const struct language *language)
{
    section(xml, language, "nextPage", "<w:cols w:space=\"708\"/>");
}

/* ---- the first pages ---- */

static void title(struct writing *to, const struct lecture *lecture)
{
    char *name = lecture_heading(lecture);
    struct bytes below = {0};

    say(to, "Title", name);
    if (*lecture->title != '\0' || *lecture->overview.title != '\0')
        bytes_add_text(&below, lecture->filename);
    if (!lecture_is_offline(lecture) && *lecture->model != '\0')
        bytes_add_format(&below, "%s%s", below.size > 0 ? " · " : "", lecture->model);
    if (below.size > 0)
        say(to, "Subtitle", bytes_text(&below));
    if (lecture_is_offline(lecture))
        say_label(to, "Notice", LABEL_OFFLINE);
    bytes_drop(&below);
    free(name);
}

bool docx_shows(const struct lecture *lecture, const struct slide *slide)
{
    return lecture_place(lecture, slide->number) == slide->number;
}

/* The last slide that is shown, or NULL. */
static const struct slide *last_shown(const struct lecture *lecture, size_t *count)
{
    const struct slide *last = NULL;

    *count = 0;
    for (size_t i = 0; i < lecture->slide_count; i++)
        if (docx_shows(lecture, &lecture->slides[i])) {
            last = &lecture->slides[i];
            ++*count;
        }
    return last;
}

/* Links, written by us: nothing to update, so Word asks nothing when it opens the file. */
static void contents(struct writing *to, const struct lecture *lecture)
{
    const struct language *language = to->language;
    size_t count;
    const struct slide *last = last_shown(lecture, &count);
    struct paragraph heading = {
        .style = "TOCHeading", .rtl = language->rtl, .section = section_one_column, .language = language};
    struct paragraph entry = {.style = "TOC1", .rtl = language->rtl, .language = language};

    docx_paragraph(to->xml, &heading, language->labels[LABEL_CONTENTS]);
    for (size_t i = 0; i < lecture->slide_count; i++) {
        const struct slide *slide = &lecture->slides[i];
        char *text;

        if (!docx_shows(lecture, slide))
            continue;
        if (slide == last)
            entry.section = count > ONE_COLUMN_MOST ? section_two_columns : section_one_column;
        text = docx_heading(slide, language);
        docx_paragraph_open(to->xml, &entry);
        docx_link(to->xml, slide->number, text, RUN_PLAIN, entry.rtl);
        xml_close(to->xml);
        free(text);
    }
}

/* ---- one slide ---- */

static void heading(struct writing *to, const struct slide *slide)
{
    struct paragraph paragraph = {.style = "Heading1", .rtl = to->language->rtl};
    char *text = docx_heading(slide, to->language), name[32];

    snprintf(name, sizeof name, "slide_%u", slide->number);
    docx_paragraph_open(to->xml, &paragraph);
    xml_open(to->xml, "w:bookmarkStart");
    xml_attr_number(to->xml, "w:id", slide->number);
    xml_attr(to->xml, "w:name", name);
    xml_close(to->xml);
    docx_run(to->xml, text, RUN_PLAIN, paragraph.rtl);
    xml_open(to->xml, "w:bookmarkEnd");
    xml_attr_number(to->xml, "w:id", slide->number);
    xml_close(to->xml);
    xml_close(to->xml);
    free(text);
}

/* What the picture shows, for those who do not see it. The caller frees. */
static char *alternative(const struct slide *slide, const struct language *language)
{
    const struct answer *answer = slide->answer;
    const char *text =
        answer != NULL && answer->explanation.count > 0 ? answer->explanation.item[0] : slide_title(slide);

    if (*text == '\0')
        return language_say(language, LABEL_SLIDE, slide->number, 0);
    return strndup(text, text_first_sentence(text, ALT_MOST));
}

static void extent(struct xml *xml, const char *name, long long width, long long height)
{
    xml_open(xml, name);
    xml_attr_number(xml, "cx", width);
    xml_attr_number(xml, "cy", height);
    xml_close(xml);
}

/* As wide as the text, unless that makes it too high: a page of which there is nothing to tell (blank,
 * skipped, a thank-you) is only shown. Never less than a hundredth of a point. */
static void picture_size(const struct slide *slide, long long *width, long long *height)
{
    const char *kind = slide->answer == NULL ? "" : slide->answer->kind;
    bool untold = slide->outcome == OUTCOME_BLANK || slide->outcome == OUTCOME_SKIPPED ||
                  strcmp(kind, "blank") == 0 || strcmp(kind, "closing") == 0;
    long long highest = untold ? EMU_HIGHEST_UNTOLD : EMU_HIGHEST;

    *width = EMU_WIDEST;
    *height = *width * slide->height / slide->width;
    if (*height > highest) {
        *height = highest;
        *width = *height * slide->width / slide->height;
    }
    *width = *width < 127 ? 127 : *width;
    *height = *height < 127 ? 127 : *height;
}

static void properties(struct xml *xml, const char *element, const struct slide *slide, const char *name,
                       const char *alt)
{
    xml_open(xml, element);
    xml_attr_number(xml, "id", slide->number);
    xml_attr(xml, "name", name);
    xml_attr(xml, "descr", alt);
    xml_close(xml);
}

static void graphic(struct xml *xml, const struct slide *slide, const char *name, const char *alt)
{
    long long width, height;
    char id[32];

    picture_size(slide, &width, &height);
    snprintf(id, sizeof id, DOCX_RID_SLIDE, slide->number);
    xml_raw(xml, "<w:r><w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\">");
    extent(xml, "wp:extent", width, height);
    properties(xml, "wp:docPr", slide, name, alt);
    xml_raw(xml, "<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect=\"1\"/></wp:cNvGraphicFramePr>"
                 "<a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\">"
                 "<pic:pic><pic:nvPicPr>");
    properties(xml, "pic:cNvPr", slide, name, alt);
    xml_raw(xml, "<pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>");
    xml_open(xml, "a:blip");
    xml_attr(xml, "r:embed", id);
    xml_close(xml);
    xml_raw(xml,
            "<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/>");
    extent(xml, "a:ext", width, height);
    xml_raw(xml, "</a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom><a:ln w=\"6350\"><a:solidFill>"
                 "<a:srgbClr val=\"BFBFBF\"/></a:solidFill></a:ln></pic:spPr></pic:pic></a:graphicData>"
                 "</a:graphic></wp:inline></w:drawing></w:r>");
}

static void picture(struct writing *to, const struct slide *slide)
{
    char *name, *alt;

    if (slide->picture.size == 0) {
        say_label(to, "Caption", LABEL_NO_PICTURE);
        return;
    }
    name = language_say(to->language, LABEL_SLIDE, slide->number, 0);
    alt = alternative(slide, to->language);
    docx_paragraph_open(to->xml, &(struct paragraph){.style = "SlidePicture"});
    graphic(to->xml, slide, name, alt);
    xml_close(to->xml);
    say(to, "Caption", name);
    free(name);
    free(alt);
}

/* Why there is less than usual. */
static void verdict(struct writing *to, const struct slide *slide)
{
    const char *sentence = docx_verdict(slide, to->language);
    bool rtl = to->language->rtl;

    if (sentence == NULL)
        return;
    docx_paragraph_open(to->xml, &(struct paragraph){.style = "Notice", .rtl = rtl});
    docx_run(to->xml, sentence, RUN_BOLD, rtl);
    if (slide->code != CODES) {
        docx_run(to->xml, "\n", RUN_PLAIN, rtl);
        docx_run(to->xml, slide->detail, RUN_PLAIN, rtl);
    }
    xml_close(to->xml);
}

/* The page's own words, in their own direction: they need not be in the language of the document. */
static void own_text(struct writing *to, const struct slide *slide)
{
    if (slide->line_count == 0)
        return;
    say_label(to, "Heading2", LABEL_OWN_TEXT);
    for (size_t i = 0; i < slide->line_count; i++) {
        const struct line *line = &slide->lines[i];
        bool rtl = text_is_rtl(line->text);

        docx_paragraph_open(to->xml, &(struct paragraph){.style = "SlideText", .rtl = rtl});
        docx_run(to->xml, line->text, (line->bold ? RUN_BOLD : 0u) | (line->mono ? RUN_MONO : 0u), rtl);
        xml_close(to->xml);
    }
}

static void explanation(struct writing *to, const struct answer *answer)
{
    struct paragraph bullet = {.style = "ListBullet", .bullet = true, .rtl = to->language->rtl};

    for (size_t i = 0; i < answer->explanation.count; i++)
        say(to, "Normal", answer->explanation.item[i]);
    if (answer->points.count > 0)
        say_label(to, "Heading2", LABEL_KEY_POINTS);
    for (size_t i = 0; i < answer->points.count; i++)
        docx_paragraph(to->xml, &bullet, answer->points.item[i]);
    if (*answer->connections != '\0') {
        say_label(to, "Heading2", LABEL_CONNECTIONS);
        say(to, "Normal", answer->connections);
    }
    if (*answer->summary != '\0') {
        say_label(to, "Heading2", LABEL_SUMMARY);
        say(to, "Quote", answer->summary);
    }
}

/* The slides that are steps towards this one: they are not shown again. */
static void steps(struct writing *to, const struct lecture *lecture, const struct slide *slide)
{
    unsigned first = 0, last = 0;
    char *text;

    for (unsigned number = 1; number <= lecture->slide_count; number++)
        if (number != slide->number && lecture_place(lecture, number) == slide->number) {
            first = first == 0 ? number : first;
            last = number;
        }
    if (first == 0)
        return;
    text = language_say(to->language, first == last ? LABEL_STEP : LABEL_STEPS, first, last);
    say(to, "Caption", text);
    free(text);
}

/* One small line: what the explanation says and the slide's text does not. */
static void doubts(struct writing *to, const struct answer *answer)
{
    struct bytes text = {0};

    for (size_t i = 0; i < answer->claim_count && i < DOUBTS_MOST; i++) {
        size_t k = 0;

        while (k < i && strcmp(answer->claims[k].text, answer->claims[i].text) != 0)
            k++;
        if (k == i)
            bytes_add_format(&text, "%s%s", text.size > 0 ? "; " : to->language->labels[LABEL_UNSUPPORTED],
                             answer->claims[i].text);
    }
    if (text.size > 0)
        say(to, "SmallNote", bytes_text(&text));
    bytes_drop(&text);
}

static void slide_add(struct writing *to, const struct lecture *lecture, const struct slide *slide)
{
    heading(to, slide);
    picture(to, slide);
    steps(to, lecture, slide);
    verdict(to, slide);
    if (slide->answer != NULL) {
        explanation(to, slide->answer);
        doubts(to, slide->answer);
    } else
        own_text(to, slide);
}

/* What it cost, at the very end. */
static void cost(struct writing *to, const struct lecture *lecture)
{
    char text[256];

    if (lecture->cost_usd <= 0)
        return;
    snprintf(text, sizeof text, "%.128s · %.4f USD", lecture->model, lecture->cost_usd);
    say(to, "SmallNote", text);
}

/* ---- parts ---- */

void docx_document(struct bytes *to, const struct lecture *lecture, const struct language *language)
{
    struct writing writing = {xml_new(to), language};

    xml_open(writing.xml, "w:document");
    docx_namespaces(writing.xml);
    xml_open(writing.xml, "w:body");
    title(&writing, lecture);
    contents(&writing, lecture);
    docx_outline(writing.xml, lecture, language, section_one_column);
    for (size_t i = 0; i < lecture->slide_count; i++)
        if (docx_shows(lecture, &lecture->slides[i]))
            slide_add(&writing, lecture, &lecture->slides[i]);
    docx_glossary(writing.xml, lecture, language);
    docx_report(writing.xml, lecture, language);
    cost(&writing, lecture);
    section_next_page(writing.xml, language);
    xml_end(&writing.xml);
}

void docx_header(struct bytes *to, const struct lecture *lecture, const struct language *language)
{
    struct writing writing = {xml_new(to), language};
    char *name = lecture_heading(lecture);

    xml_open(writing.xml, "w:hdr");
    docx_namespaces(writing.xml);
    say(&writing, "Header", name);
    xml_end(&writing.xml);
    free(name);
}

static void field(struct xml *xml, const char *instruction)
{
    xml_open(xml, "w:fldSimple");
    xml_attr(xml, "w:instr", instruction);
    docx_run(xml, "1", RUN_PLAIN, false);
    xml_close(xml);
}

/* "Page %1 of %2" with fields for the numbers. */
void docx_footer(struct bytes *to, const struct language *language)
{
    struct xml *xml = xml_new(to);
    const char *at = language->labels[LABEL_PAGE];

    xml_open(xml, "w:ftr");
    docx_namespaces(xml);
    docx_paragraph_open(xml, &(struct paragraph){.style = "Footer", .rtl = language->rtl});
    while (*at != '\0') {
        size_t size = strcspn(at, "%");
        char *words = strndup(at, size);

        if (size > 0)
            docx_run(xml, words, RUN_PLAIN, language->rtl);
        free(words);
        at += size;
        if (*at == '%') {
            field(xml, at[1] == '1' ? " PAGE " : " NUMPAGES ");
            at += 2;
        }
    }
    xml_end(&xml);
}
