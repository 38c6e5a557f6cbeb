/* docx_text - paragraphs and runs, see docx_internal.h */
#include "stages/assembler/docx/docx_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "stages/assembler/lib/text.h"

/* ---- paragraphs ---- */

static void list_add(struct xml *xml, unsigned num, unsigned level)
{
    xml_open(xml, "w:numPr");
    xml_open(xml, "w:ilvl");
    xml_attr_number(xml, "w:val", level);
    xml_close(xml);
    xml_open(xml, "w:numId");
    xml_attr_number(xml, "w:val", num);
    xml_close(xml);
    xml_close(xml);
}

void docx_paragraph_open(struct writing *to, const struct paragraph *paragraph)
{
    struct xml *xml = to->xml;

    xml_open(xml, "w:p");
    xml_open(xml, "w:pPr");
    xml_value(xml, "w:pStyle", paragraph->style);
    if (paragraph->page_break)
        xml_empty(xml, "w:pageBreakBefore");
    if (paragraph->list > 0)
        list_add(xml, paragraph->list, paragraph->level);
    if (paragraph->rtl)
        xml_empty(xml, "w:bidi");
    if (to->below_table)
        xml_raw(xml, "<w:spacing w:before=\"160\"/>");
    if (paragraph->section != NULL)
        paragraph->section(to);
    xml_close(xml);
    to->below_table = false;
}

void docx_say(struct writing *to, const char *style, const char *text)
{
    docx_paragraph_open(to, &(struct paragraph){.style = style, .rtl = to->language->rtl});
    docx_run(to, text, RUN_PLAIN, to->language->rtl);
    xml_close(to->xml);
}

void docx_say_label(struct writing *to, const char *style, enum label label)
{
    docx_say(to, style, to->language->labels[label]);
}

/* ---- runs ---- */

/* What letters of another writing than the document's need, for fonts, spelling and voices. */
static const struct {
    const char *attribute, *tag, *font;
} scripts[] = {[SCRIPT_OTHER] = {NULL, NULL, NULL},
               [SCRIPT_HEBREW] = {"w:bidi", "he-IL", NULL},
               [SCRIPT_ARABIC] = {"w:bidi", "ar-SA", NULL},
               [SCRIPT_HAN] = {"w:eastAsia", "zh-CN", "Microsoft YaHei"},
               [SCRIPT_KANA] = {"w:eastAsia", "ja-JP", "Yu Gothic"},
               [SCRIPT_HANGUL] = {"w:eastAsia", "ko-KR", "Malgun Gothic"}};

static bool own_script(const struct language *language, enum text_script script)
{
    bool hebrew = strncmp(language->tag, "he", 2) == 0 || strncmp(language->tag, "yi", 2) == 0;

    if (script == SCRIPT_HEBREW || script == SCRIPT_ARABIC)
        return language->rtl && hebrew == (script == SCRIPT_HEBREW);
    return script == SCRIPT_OTHER || *language->font != '\0';
}

static bool eastern(enum text_script script)
{
    return script == SCRIPT_HAN || script == SCRIPT_KANA || script == SCRIPT_HANGUL;
}

/* Signs that Latin and Eastern writing share are wide among Eastern letters. */
static void fonts_add(struct xml *xml, const char *font, enum text_script script)
{
    if (!eastern(script))
        return;
    xml_open(xml, "w:rFonts");
    xml_attr(xml, "w:hint", "eastAsia");
    if (font != NULL)
        xml_attr(xml, "w:eastAsia", font);
    xml_close(xml);
}

/* Eastern letters are not slanted, they get dots. */
static void run_properties(struct writing *to, unsigned run, enum text_script script, bool rtl)
{
    bool own = own_script(to->language, script), dots = (run & RUN_ITALIC) && eastern(script);
    struct xml *xml = to->xml;

    xml_open(xml, "w:rPr");
    if (run & RUN_LINK)
        xml_value(xml, "w:rStyle", "Hyperlink");
    else if (run & RUN_MONO)
        xml_value(xml, "w:rStyle", "CodeChar");
    fonts_add(xml, own ? NULL : scripts[script].font, script);
    if (run & RUN_BOLD)
        xml_raw(xml, "<w:b/><w:bCs/>");
    if ((run & RUN_ITALIC) && !dots)
        xml_raw(xml, "<w:i/><w:iCs/>");
    if (run & RUN_STRIKE)
        xml_empty(xml, "w:strike");
    if (rtl)
        xml_empty(xml, "w:rtl");
    if (dots)
        xml_value(xml, "w:em", "dot");
    if (!own) {
        xml_open(xml, "w:lang");
        xml_attr(xml, scripts[script].attribute, scripts[script].tag);
        xml_close(xml);
    }
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

/* One run of one direction. */
static void run_add(struct writing *to, const char *text, size_t size, unsigned run, bool rtl)
{
    char *copy = strndup(text, size);
    enum text_script script;

    must(copy != NULL);
    script = text_script(copy);
    xml_open(to->xml, "w:r");
    if (run != RUN_PLAIN || rtl || script != SCRIPT_OTHER)
        run_properties(to, run, script, rtl);
    for (const char *at = copy;; at++) {
        size_t part = strcspn(at, "\n\t");

        text_element(to->xml, at, part);
        at += part;
        if (*at == '\0')
            break;
        xml_empty(to->xml, *at == '\n' ? "w:br" : "w:tab");
    }
    xml_close(to->xml);
    free(copy);
}

/* In a paragraph from right to left, signs at the ends of Latin words and code stay on their side. */
static void run_against(struct writing *to, const char *text, size_t size, unsigned run)
{
    struct bytes marked = {0};

    text_add_island(&marked, text, size);
    run_add(to, bytes_text(&marked), marked.size, run, false);
    bytes_drop(&marked);
}

void docx_run(struct writing *to, const char *text, unsigned run, bool rtl)
{
    while (*text != '\0') {
        size_t size, before = text_island(text, rtl, &size);

        if (before > 0)
            run_add(to, text, before, run, rtl);
        if (size > 0 && rtl)
            run_against(to, text + before, size, run);
        else if (size > 0)
            run_add(to, text + before, size, run, true);
        text += before + size;
    }
}

bool docx_is_rtl(const struct writing *to, const char *text)
{
    return text_is_rtl(text, to->language->rtl);
}

void docx_code(struct writing *to, const char *text, unsigned run, bool rtl)
{
    if (rtl && !text_has_rtl(text))
        run_against(to, text, strlen(text), run | RUN_MONO);
    else
        docx_run(to, text, run | RUN_MONO, false);
}

/* ---- fields ---- */

static void field_add(struct writing *to, const struct docx_field *field)
{
    char value[16];

    snprintf(value, sizeof value, "%u", field->value);
    if (field->instruction != NULL) {
        xml_open(to->xml, "w:fldSimple");
        xml_attr(to->xml, "w:instr", field->instruction);
    }
    docx_run(to, value, RUN_PLAIN, false);
    if (field->instruction != NULL)
        xml_close(to->xml);
}

void docx_label(struct writing *to, enum label label, const struct docx_field fields[2])
{
    const char *at = to->language->labels[label];

    while (*at != '\0') {
        size_t size = strcspn(at, "%");
        char *words = strndup(at, size);

        must(words != NULL);
        docx_run(to, words, RUN_PLAIN, to->language->rtl);
        free(words);
        at += size;
        if (*at == '%') {
            field_add(to, &fields[at[1] == '1' ? 0 : 1]);
            at += 2;
        }
    }
}

/* ---- places ---- */

static const struct {
    const char *name;
    bool many;      /* its name ends with its number */
    unsigned first; /* ids are unique in the document */
} places[] = {[PLACE_SLIDE] = {"slide_", true, 0},
              [PLACE_CHAPTER] = {"chapter_", true, 2000000},
              [PLACE_GLOSSARY] = {"glossary", false, 3000000},
              [PLACE_REPORT] = {"report", false, 3000001}};

enum { NAME_ROOM = 32 };

static void place_name(char name[NAME_ROOM], enum docx_place place, unsigned number)
{
    int size = snprintf(name, NAME_ROOM, "%s", places[place].name);

    if (places[place].many)
        snprintf(name + size, NAME_ROOM - (size_t)size, "%u", number);
}

void docx_mark_open(struct writing *to, enum docx_place place, unsigned number)
{
    char name[NAME_ROOM];

    place_name(name, place, number);
    xml_open(to->xml, "w:bookmarkStart");
    xml_attr_number(to->xml, "w:id", places[place].first + number);
    xml_attr(to->xml, "w:name", name);
    xml_close(to->xml);
}

void docx_mark_close(struct writing *to, enum docx_place place, unsigned number)
{
    xml_open(to->xml, "w:bookmarkEnd");
    xml_attr_number(to->xml, "w:id", places[place].first + number);
    xml_close(to->xml);
}

void docx_link_open(struct writing *to, enum docx_place place, unsigned number)
{
    char name[NAME_ROOM];

    place_name(name, place, number);
    xml_open(to->xml, "w:hyperlink");
    xml_attr(to->xml, "w:anchor", name);
    xml_attr(to->xml, "w:history", "1");
}

void docx_link(struct writing *to, unsigned slide, const char *text, unsigned run)
{
    docx_link_open(to, PLACE_SLIDE, slide);
    docx_run(to, text, run, to->language->rtl);
    xml_close(to->xml);
}
