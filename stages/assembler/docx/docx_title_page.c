/* docx_title_page - the first pages: title and contents, see docx_internal.h
 *
 * The contents are links, written by us, within a field that could make them anew: nothing is to be updated,
 * so Word asks nothing when it opens the file.  They have no page numbers, which only Word could know.
 */
#include "stages/assembler/docx/docx_internal.h"

#include <stdlib.h>

#include "stages/assembler/lecture/phrases.h"

enum { ONE_COLUMN_MAX = 24 };

/* ---- sections ---- */

static void section(struct writing *to, const char *type, const char *columns)
{
    struct xml *xml = to->xml;

    xml_open(xml, "w:sectPr");
    xml_raw(xml, "<w:headerReference w:type=\"default\" r:id=\"" DOCX_RID_HEADER
                 "\"/><w:footerReference w:type=\"default\" r:id=\"" DOCX_RID_FOOTER "\"/>");
    xml_value(xml, "w:type", type);
    xml_raw(xml, "<w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"1304\" w:right=\"1134\" "
                 "w:bottom=\"1247\" w:left=\"1134\" w:header=\"624\" w:footer=\"567\" w:gutter=\"0\"/>");
    xml_raw(xml, columns);
    if (to->language->rtl)
        xml_empty(xml, "w:bidi");
    xml_close(xml);
}

static void section_one_column(struct writing *to)
{
    section(to, "continuous", "<w:cols w:space=\"708\"/>");
}

static void section_two_columns(struct writing *to)
{
    section(to, "continuous", "<w:cols w:num=\"2\" w:space=\"454\"/>");
}

void docx_section_next_page(struct writing *to)
{
    section(to, "nextPage", "<w:cols w:space=\"708\"/>");
}

/* ---- title ---- */

static void title(struct writing *to)
{
    const struct lecture *lecture = to->lecture;
    bool offline = lecture_is_offline(lecture),
         named = *lecture->called != '\0' || *lecture->title != '\0' || *lecture->overview.title != '\0';
    const char *parts[] = {lecture->course, named ? lecture->filename : "", offline ? "" : lecture->model};
    char *notice = phrase_notice(lecture, to->language);
    struct bytes below = {0};

    docx_paragraph_open(to, &(struct paragraph){.style = "Title", .rtl = to->language->rtl});
    docx_title(to);
    xml_close(to->xml);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (*parts[i] != '\0')
            bytes_add_format(&below, "%s%s", below.size > 0 ? " · " : "", parts[i]);
    if (below.size > 0)
        docx_say(to, "Subtitle", bytes_text(&below));
    if (notice != NULL)
        docx_say(to, "Notice", notice);
    free(notice);
    bytes_drop(&below);
}

/* ---- contents ---- */

struct entry {
    enum docx_place place;
    unsigned number;
    bool below; /* a chapter */
};

static void entry_note(struct bytes *entries, enum docx_place place, unsigned number, bool below)
{
    bytes_add(entries, &(struct entry){place, number, below}, sizeof(struct entry));
}

static void entries_of(struct writing *to, struct bytes *entries)
{
    const struct lecture *lecture = to->lecture;
    unsigned chapter = 0;

    for (size_t i = 0; i < lecture->slide_count; i++) {
        unsigned number = lecture->slides[i].number, of = docx_chapter_of(lecture, number);

        if (!phrase_shows(lecture, &lecture->slides[i]))
            continue;
        if (of > chapter)
            entry_note(entries, PLACE_CHAPTER, of, false);
        chapter = of;
        entry_note(entries, PLACE_SLIDE, number, of > 0);
    }
    if (lecture->overview.term_count > 0)
        entry_note(entries, PLACE_GLOSSARY, 0, false);
    if (docx_has_report(to))
        entry_note(entries, PLACE_REPORT, 0, false);
}

/* The caller frees. */
static char *entry_text(struct writing *to, const struct entry *entry)
{
    const char *const *labels = to->language->labels;

    switch (entry->place) {
    case PLACE_SLIDE:
        return docx_heading(to, &to->lecture->slides[entry->number - 1]);
    case PLACE_CHAPTER:
        return docx_plain(to, to->lecture->overview.chapters[entry->number - 1].title);
    default:
        return docx_plain(to, labels[entry->place == PLACE_GLOSSARY ? LABEL_GLOSSARY : LABEL_REPORT]);
    }
}

static void field_begin(struct xml *xml)
{
    xml_raw(xml, "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText xml:space=\"preserve\"> "
                 "TOC \\o \"1-2\" \\n \\h \\z \\u </w:instrText></w:r><w:r><w:fldChar "
                 "w:fldCharType=\"separate\"/></w:r>");
}

static void field_end(struct xml *xml)
{
    xml_raw(xml, "<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>");
}

static void entry_add(struct writing *to, const struct entry *entry, const struct paragraph *paragraph,
                      bool begin, bool end)
{
    char *text = entry_text(to, entry);

    docx_paragraph_open(to, paragraph);
    if (begin)
        field_begin(to->xml);
    docx_link_open(to, entry->place, entry->number);
    docx_run(to, text, entry->place == PLACE_CHAPTER ? RUN_BOLD : RUN_PLAIN, paragraph->rtl);
    xml_close(to->xml);
    if (end)
        field_end(to->xml);
    xml_close(to->xml);
    free(text);
}

static void contents(struct writing *to)
{
    bool rtl = to->language->rtl, field;
    struct bytes entries = {0};
    const struct entry *entry;
    size_t count;

    docx_paragraph_open(
        to, &(struct paragraph){.style = "TOCHeading", .rtl = rtl, .section = section_one_column});
    docx_run(to, to->language->labels[LABEL_CONTENTS], RUN_PLAIN, rtl);
    xml_close(to->xml);
    entries_of(to, &entries);
    entry = (const struct entry *)(const void *)entries.data;
    count = entries.size / sizeof *entry;
    field = count <= ONE_COLUMN_MAX;
    for (size_t i = 0; i < count; i++) {
        struct paragraph paragraph = {.style = entry[i].below ? "TOC2" : "TOC1", .rtl = rtl};

        if (i + 1 == count)
            paragraph.section = field ? section_one_column : section_two_columns;
        entry_add(to, &entry[i], &paragraph, field && i == 0, field && i + 1 == count);
    }
    bytes_drop(&entries);
}

void docx_front(struct writing *to)
{
    title(to);
    contents(to);
    docx_outline(to, section_one_column);
}
