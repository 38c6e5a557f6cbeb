/* docx_style - the looks: styles, numbering, settings and fonts, see docx_internal.h
 *
 * Styles are a table. Their fragments are markup of ours, children in schema order; every bold, italic and
 * size has its complex-script twin, so that Arabic and Hebrew look like the rest.
 */
#include "stages/assembler/docx/docx_internal.h"

#include <string.h>

#define W_NAMESPACE "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

#define SIZE(half_points) "<w:sz w:val=\"" #half_points "\"/><w:szCs w:val=\"" #half_points "\"/>"
#define BOLD              "<w:b/><w:bCs/>"
#define COLOR(hex)        "<w:color w:val=\"" hex "\"/>"
#define MONO              "<w:rFonts w:ascii=\"Consolas\" w:hAnsi=\"Consolas\" w:cs=\"Courier New\"/>"
#define BORDER(side, size, space, hex)                                                                       \
    "<w:" side " w:val=\"single\" w:sz=\"" size "\" w:space=\"" space "\" w:color=\"" hex "\"/>"

/* A ground of that colour, a little larger than the text. */
#define PADDING(hex)                                                                                         \
    "<w:pBdr>" BORDER("top", "4", "4", hex) BORDER("left", "4", "4", hex) BORDER("bottom", "4", "4", hex)    \
        BORDER("right", "4", "4", hex) "</w:pBdr><w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"" hex      \
                                       "\"/>"

static const struct style {
    const char *type, *id, *name, *based, *next;
    const char *flags; /* between link and pPr */
    const char *paragraph, *run;
} styles[] = {
    {"paragraph", "Normal", "Normal", NULL, NULL, "<w:qFormat/>", NULL, NULL},
    {"character", "DefaultParagraphFont", "Default Paragraph Font", NULL, NULL,
     "<w:uiPriority w:val=\"1\"/><w:semiHidden/><w:unhideWhenUsed/>", NULL, NULL},
    {"numbering", "NoList", "No List", NULL, NULL,
     "<w:uiPriority w:val=\"99\"/><w:semiHidden/><w:unhideWhenUsed/>", NULL, NULL},
    {"paragraph", "Title", "Title", "Normal", "Normal", "<w:uiPriority w:val=\"10\"/><w:qFormat/>",
     "<w:keepNext/><w:keepLines/><w:spacing w:before=\"0\" w:after=\"80\" w:line=\"240\" "
     "w:lineRule=\"auto\"/>",
     BOLD COLOR("1F3864") SIZE(48)},
    {"paragraph", "Subtitle", "Subtitle", "Normal", "Normal", "<w:uiPriority w:val=\"11\"/><w:qFormat/>",
     "<w:spacing w:before=\"0\" w:after=\"240\"/>", COLOR("595959") SIZE(22)},
    {"paragraph", "Heading1", "heading 1", "Normal", "Normal", "<w:uiPriority w:val=\"9\"/><w:qFormat/>",
     "<w:keepNext/><w:keepLines/><w:pBdr>" BORDER(
         "top", "6", "8",
         "B4C6E7") "</w:pBdr><w:spacing w:before=\"480\" w:after=\"160\" w:line=\"240\" w:lineRule=\"auto\"/>"
                   "<w:outlineLvl w:val=\"0\"/>",
     BOLD COLOR("1F3864") SIZE(32)},
    {"paragraph", "Heading2", "heading 2", "Normal", "Normal",
     "<w:uiPriority w:val=\"9\"/><w:unhideWhenUsed/><w:qFormat/>",
     "<w:keepNext/><w:keepLines/><w:spacing w:before=\"320\" w:after=\"120\" w:line=\"240\" "
     "w:lineRule=\"auto\"/><w:outlineLvl w:val=\"1\"/>",
     BOLD COLOR("2E5496") SIZE(26)},
    {"paragraph", "Heading3", "heading 3", "Normal", "Normal",
     "<w:uiPriority w:val=\"9\"/><w:unhideWhenUsed/><w:qFormat/>",
     "<w:keepNext/><w:keepLines/><w:spacing w:before=\"200\" w:after=\"80\" w:line=\"240\" "
     "w:lineRule=\"auto\"/><w:outlineLvl w:val=\"2\"/>",
     BOLD COLOR("2E5496") SIZE(23)},
    {"paragraph", "Topic", "Topic", "Normal", "Normal", "<w:qFormat/>",
     "<w:keepNext/><w:keepLines/><w:spacing w:before=\"160\" w:after=\"60\"/>", BOLD COLOR("404040")},
    {"paragraph", "TOCHeading", "TOC Heading", "Normal", "Normal",
     "<w:uiPriority w:val=\"39\"/><w:unhideWhenUsed/><w:qFormat/>",
     "<w:keepNext/><w:keepLines/><w:spacing w:before=\"240\" w:after=\"120\"/>",
     BOLD COLOR("1F3864") SIZE(28)},
    {"paragraph", "TOC1", "toc 1", "Normal", "Normal", "<w:uiPriority w:val=\"39\"/><w:unhideWhenUsed/>",
     "<w:spacing w:before=\"0\" w:after=\"40\" w:line=\"240\" w:lineRule=\"auto\"/>"
     "<w:ind w:left=\"340\" w:hanging=\"340\"/>",
     SIZE(20)},
    {"paragraph", "TOC2", "toc 2", "Normal", "Normal", "<w:uiPriority w:val=\"39\"/><w:unhideWhenUsed/>",
     "<w:spacing w:before=\"0\" w:after=\"40\" w:line=\"240\" w:lineRule=\"auto\"/>"
     "<w:ind w:left=\"680\" w:hanging=\"340\"/>",
     SIZE(20)},
    {"paragraph", "ListBullet", "List Bullet", "Normal", NULL,
     "<w:uiPriority w:val=\"99\"/><w:unhideWhenUsed/><w:qFormat/>",
     "<w:numPr><w:numId w:val=\"1\"/></w:numPr><w:spacing w:after=\"60\"/><w:contextualSpacing/>", NULL},
    {"paragraph", "ListNumber", "List Number", "Normal", NULL,
     "<w:uiPriority w:val=\"99\"/><w:unhideWhenUsed/><w:qFormat/>",
     "<w:spacing w:after=\"60\"/><w:contextualSpacing/>", NULL},
    {"paragraph", "Code", "Code", "Normal", "Normal", "<w:qFormat/>",
     "<w:keepLines/>" PADDING("F3F3F3") "<w:spacing w:before=\"120\" w:after=\"160\" w:line=\"240\" "
                                        "w:lineRule=\"auto\"/><w:ind w:left=\"113\" w:right=\"113\"/>",
     MONO "<w:noProof/>" SIZE(19)},
    {"paragraph", "Formula", "Formula", "Normal", "Normal", "<w:qFormat/>",
     "<w:keepLines/><w:spacing w:before=\"80\" w:after=\"160\"/><w:jc w:val=\"center\"/>", NULL},
    {"paragraph", "Term", "Term", "Normal", NULL, "<w:qFormat/>",
     "<w:keepLines/><w:spacing w:after=\"80\"/><w:ind w:left=\"284\" w:hanging=\"284\"/>", NULL},
    {"paragraph", "TableGap", "Table Gap", "Normal", NULL, "<w:semiHidden/>",
     "<w:spacing w:before=\"0\" w:after=\"0\" w:line=\"240\" w:lineRule=\"auto\"/>", SIZE(8)},
    {"paragraph", "Caption", "caption", "Normal", "Normal",
     "<w:uiPriority w:val=\"35\"/><w:unhideWhenUsed/><w:qFormat/>",
     "<w:spacing w:before=\"0\" w:after=\"200\" w:line=\"240\" w:lineRule=\"auto\"/><w:jc w:val=\"center\"/>",
     COLOR("595959") SIZE(18)},
    {"paragraph", "Quote", "Quote", "Normal", "Normal", "<w:uiPriority w:val=\"29\"/><w:qFormat/>",
     "<w:keepLines/>" PADDING("EEF3FA") "<w:spacing w:before=\"120\" w:after=\"160\"/><w:ind w:left=\"113\" "
                                        "w:right=\"113\"/>",
     COLOR("1F3864")},
    {"paragraph", "Notice", "Notice", "Normal", "Normal", "<w:qFormat/>",
     "<w:keepLines/><w:pBdr>" BORDER("top", "4", "4", "F4B083") BORDER("left", "4", "4", "F4B083")
         BORDER("bottom", "4", "4", "F4B083") BORDER(
             "right", "4", "4",
             "F4B083") "</w:pBdr>"
                       "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"FEF4EC\"/>"
                       "<w:spacing w:before=\"120\" w:after=\"160\"/><w:ind w:left=\"113\" w:right=\"113\"/>",
     NULL},
    {"paragraph", "SlidePicture", "Slide Picture", "Normal", "Caption", "<w:qFormat/>",
     "<w:keepNext/><w:spacing w:before=\"0\" w:after=\"80\" w:line=\"240\" w:lineRule=\"auto\"/>"
     "<w:jc w:val=\"center\"/>",
     NULL},
    {"paragraph", "SlideText", "Slide Text", "Normal", NULL, "<w:qFormat/>",
     "<w:spacing w:before=\"0\" w:after=\"20\" w:line=\"240\" w:lineRule=\"auto\"/><w:ind w:left=\"284\"/>",
     COLOR("404040") SIZE(20)},
    {"paragraph", "SmallNote", "Small Note", "Normal", NULL, "<w:qFormat/>",
     "<w:spacing w:before=\"60\" w:after=\"120\" w:line=\"240\" w:lineRule=\"auto\"/>",
     COLOR("6E6E6E") SIZE(17)},
    {"paragraph", "Header", "header", "Normal", NULL, "<w:uiPriority w:val=\"99\"/><w:unhideWhenUsed/>",
     "<w:spacing w:after=\"0\" w:line=\"240\" w:lineRule=\"auto\"/>", COLOR("7F7F7F") SIZE(18)},
    {"paragraph", "Footer", "footer", "Normal", NULL, "<w:uiPriority w:val=\"99\"/><w:unhideWhenUsed/>",
     "<w:spacing w:after=\"0\" w:line=\"240\" w:lineRule=\"auto\"/><w:jc w:val=\"center\"/>",
     COLOR("7F7F7F") SIZE(18)},
    {"paragraph", "TableText", "Table Text", "Normal", NULL, "<w:qFormat/>",
     "<w:spacing w:before=\"40\" w:after=\"40\" w:line=\"240\" w:lineRule=\"auto\"/>", SIZE(20)},
    {"character", "Hyperlink", "Hyperlink", "DefaultParagraphFont", NULL,
     "<w:uiPriority w:val=\"99\"/><w:unhideWhenUsed/>", NULL, COLOR("1F4E9E") "<w:u w:val=\"single\"/>"},
    {"character", "CodeChar", "Code Char", "DefaultParagraphFont", NULL, "<w:qFormat/>", NULL,
     MONO "<w:noProof/>"},
};

static void style_add(struct xml *xml, const struct style *style)
{
    xml_open(xml, "w:style");
    xml_attr(xml, "w:type", style->type);
    if (style->based == NULL)
        xml_attr(xml, "w:default", "1");
    xml_attr(xml, "w:styleId", style->id);
    xml_value(xml, "w:name", style->name);
    if (style->based != NULL)
        xml_value(xml, "w:basedOn", style->based);
    if (style->next != NULL)
        xml_value(xml, "w:next", style->next);
    xml_raw(xml, style->flags);
    if (style->paragraph != NULL) {
        xml_open(xml, "w:pPr");
        xml_raw(xml, style->paragraph);
        xml_close(xml);
    }
    if (style->run != NULL) {
        xml_open(xml, "w:rPr");
        xml_raw(xml, style->run);
        xml_close(xml);
    }
    xml_close(xml);
}

static void table_styles(struct xml *xml)
{
    xml_raw(xml,
            "<w:style w:type=\"table\" w:default=\"1\" w:styleId=\"TableNormal\"><w:name w:val=\"Normal "
            "Table\"/><w:uiPriority w:val=\"99\"/><w:semiHidden/><w:unhideWhenUsed/><w:tblPr><w:tblInd "
            "w:w=\"0\" w:type=\"dxa\"/><w:tblCellMar><w:top w:w=\"0\" w:type=\"dxa\"/><w:left w:w=\"108\" "
            "w:type=\"dxa\"/><w:bottom w:w=\"0\" w:type=\"dxa\"/><w:right w:w=\"108\" w:type=\"dxa\"/>"
            "</w:tblCellMar></w:tblPr></w:style>"
            "<w:style w:type=\"table\" w:styleId=\"TableGrid\"><w:name w:val=\"Table Grid\"/><w:basedOn "
            "w:val=\"TableNormal\"/><w:uiPriority w:val=\"39\"/><w:tblPr><w:tblBorders>" BORDER("top", "4",
                                                                                                "0", "BFBFBF")
                BORDER("left", "4", "0", "BFBFBF") BORDER("bottom", "4", "0", "BFBFBF")
                    BORDER("right", "4", "0", "BFBFBF") BORDER("insideH", "4", "0", "BFBFBF")
                        BORDER("insideV", "4", "0", "BFBFBF") "</w:tblBorders></w:tblPr></w:style>");
}

/* The language of the words. Where letters of the East or those from right to left are of it, the Latin ones
 * among them are taken for English. */
static void language_add(struct xml *xml, const char *element, const struct language *language)
{
    bool latin = !language->rtl && *language->font == '\0';

    if (*language->tag == '\0')
        return;
    xml_open(xml, element);
    xml_attr(xml, "w:val", latin ? language->tag : "en-US");
    if (*language->font != '\0')
        xml_attr(xml, "w:eastAsia", language->tag);
    if (language->rtl)
        xml_attr(xml, "w:bidi", language->tag);
    xml_close(xml);
}

static void defaults_add(struct xml *xml, const struct language *language)
{
    xml_open(xml, "w:docDefaults");
    xml_open(xml, "w:rPrDefault");
    xml_open(xml, "w:rPr");
    xml_open(xml, "w:rFonts");
    xml_attr(xml, "w:ascii", "Calibri");
    xml_attr(xml, "w:hAnsi", "Calibri");
    if (*language->font != '\0')
        xml_attr(xml, "w:eastAsia", language->font);
    xml_attr(xml, "w:cs", "Arial");
    xml_close(xml);
    xml_raw(xml, SIZE(22));
    language_add(xml, "w:lang", language);
    xml_close(xml);
    xml_close(xml);
    xml_raw(xml,
            "<w:pPrDefault><w:pPr><w:spacing w:after=\"120\" w:line=\"264\" w:lineRule=\"auto\"/></w:pPr>"
            "</w:pPrDefault>");
    xml_close(xml);
}

void docx_styles(struct bytes *to, const struct language *language)
{
    struct xml *xml = xml_new(to);

    xml_open(xml, "w:styles");
    xml_attr(xml, "xmlns:w", W_NAMESPACE);
    defaults_add(xml, language);
    for (size_t i = 0; i < sizeof styles / sizeof *styles; i++)
        style_add(xml, &styles[i]);
    table_styles(xml);
    xml_end(&xml);
}

/* ---- numbering ---- */

static void number_attr(struct xml *xml, const char *element, unsigned value)
{
    xml_open(xml, element);
    xml_attr_number(xml, "w:val", value);
    xml_close(xml);
}

static void level_add(struct xml *xml, unsigned level, bool numbered)
{
    static const char *const bullets[] = {"•", "–", "▪"};
    char text[] = "%1.";

    text[1] = (char)('1' + level);
    xml_open(xml, "w:lvl");
    xml_attr_number(xml, "w:ilvl", level);
    number_attr(xml, "w:start", 1);
    xml_value(xml, "w:numFmt", numbered ? "decimal" : "bullet");
    if (level == 0 && !numbered)
        xml_value(xml, "w:pStyle", "ListBullet");
    xml_value(xml, "w:lvlText", numbered ? text : bullets[level % 3]);
    xml_raw(xml, "<w:lvlJc w:val=\"left\"/>");
    xml_open(xml, "w:pPr");
    xml_open(xml, "w:ind");
    xml_attr_number(xml, "w:left", 397 * (level + 1));
    xml_attr_number(xml, "w:hanging", numbered ? 340 : 284);
    xml_close(xml);
    xml_close(xml);
    xml_close(xml);
}

static void abstract_add(struct xml *xml, unsigned id, bool numbered)
{
    xml_open(xml, "w:abstractNum");
    xml_attr_number(xml, "w:abstractNumId", id);
    xml_value(xml, "w:nsid", numbered ? "5A1D0003" : "5A1D0001");
    xml_value(xml, "w:multiLevelType", "hybridMultilevel");
    xml_value(xml, "w:tmpl", numbered ? "5A1D0004" : "5A1D0002");
    for (unsigned level = 0; level < DOCX_LEVELS; level++)
        level_add(xml, level, numbered);
    xml_close(xml);
}

/* list: NULL for the bullets. */
static void num_add(struct xml *xml, unsigned id, const struct docx_list *list)
{
    xml_open(xml, "w:num");
    xml_attr_number(xml, "w:numId", id);
    number_attr(xml, "w:abstractNumId", list != NULL);
    if (list != NULL) {
        xml_open(xml, "w:lvlOverride");
        xml_attr_number(xml, "w:ilvl", list->level);
        number_attr(xml, "w:startOverride", list->first);
        xml_close(xml);
    }
    xml_close(xml);
}

void docx_numbering(struct bytes *to, const struct bytes *lists)
{
    const struct docx_list *list = (const struct docx_list *)(const void *)lists->data;
    size_t count = lists->size / sizeof *list;
    struct xml *xml = xml_new(to);

    xml_open(xml, "w:numbering");
    xml_attr(xml, "xmlns:w", W_NAMESPACE);
    abstract_add(xml, 0, false);
    abstract_add(xml, 1, true);
    num_add(xml, 1, NULL);
    for (size_t i = 0; i < count; i++)
        num_add(xml, 2 + (unsigned)i, &list[i]);
    xml_end(&xml);
}

/* ---- settings and fonts ---- */

void docx_settings(struct bytes *to, const struct language *language)
{
    struct xml *xml = xml_new(to);

    xml_open(xml, "w:settings");
    xml_attr(xml, "xmlns:w", W_NAMESPACE);
    xml_attr(xml, "xmlns:m", "http://schemas.openxmlformats.org/officeDocument/2006/math");
    xml_raw(xml, "<w:zoom w:percent=\"100\"/><w:defaultTabStop w:val=\"708\"/>");
    if (*language->font != '\0')
        xml_value(xml, "w:characterSpacingControl", "compressPunctuation");
    xml_raw(xml, "<w:compat><w:compatSetting w:name=\"compatibilityMode\" "
                 "w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat>"
                 "<m:mathPr><m:mathFont m:val=\"Cambria Math\"/><m:defJc m:val=\"centerGroup\"/>"
                 "<m:intLim m:val=\"subSup\"/><m:naryLim m:val=\"undOvr\"/></m:mathPr>");
    language_add(xml, "w:themeFontLang", language);
    xml_end(&xml);
}

static void font_add(struct xml *xml, const char *name, const char *family, const char *pitch)
{
    xml_open(xml, "w:font");
    xml_attr(xml, "w:name", name);
    xml_value(xml, "w:family", family);
    xml_value(xml, "w:pitch", pitch);
    xml_close(xml);
}

void docx_fonts(struct bytes *to, const struct language *language)
{
    struct xml *xml = xml_new(to);

    xml_open(xml, "w:fonts");
    xml_attr(xml, "xmlns:w", W_NAMESPACE);
    font_add(xml, "Calibri", "swiss", "variable");
    font_add(xml, "Arial", "swiss", "variable");
    font_add(xml, "Consolas", "modern", "fixed");
    font_add(xml, "Cambria Math", "roman", "variable");
    if (*language->font != '\0')
        font_add(xml, language->font, "swiss", "variable");
    xml_end(&xml);
}
