/* docx_picture - a slide's picture with its caption, see docx_internal.h */
#include "stages/assembler/docx/docx_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "stages/assembler/lecture/phrases.h"

/* As wide as the text, and half a page high at most. */
enum { EMU_HIGHEST = 12 * 360000, EMU_HIGHEST_UNTOLD = 5 * 360000 };

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

    *width = DOCX_WIDTH_EMU;
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

/* "Slide 3", by a field that counts slides, so that it can be referred to. */
static void caption(struct writing *to, const struct slide *slide)
{
    char instruction[64];

    snprintf(instruction, sizeof instruction, " SEQ Slide \\* ARABIC \\r %u ", slide->number);
    docx_paragraph_open(to, &(struct paragraph){.style = "Caption", .rtl = to->language->rtl});
    docx_label(to, LABEL_SLIDE, (struct docx_field[2]){{instruction, slide->number}, {NULL, 0}});
    xml_close(to->xml);
}

void docx_picture(struct writing *to, const struct slide *slide)
{
    char *name, *alt;

    if (slide->picture.size == 0) {
        docx_say_label(to, "Caption", LABEL_NO_PICTURE);
        return;
    }
    name = language_say(to->language, LABEL_SLIDE, slide->number, 0);
    alt = phrase_picture(slide, to->language);
    docx_paragraph_open(to, &(struct paragraph){.style = "SlidePicture"});
    graphic(to->xml, slide, name, alt);
    xml_close(to->xml);
    caption(to, slide);
    free(name);
    free(alt);
}
