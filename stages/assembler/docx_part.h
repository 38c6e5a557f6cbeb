/* docx_part - the parts of the Word document, private to docx*.c */
#ifndef STAGES_ASSEMBLER_DOCX_PART_H
#define STAGES_ASSEMBLER_DOCX_PART_H

#include <stdbool.h>

#include "stages/assembler/bytes.h"
#include "stages/assembler/language.h"
#include "stages/assembler/lecture.h"
#include "stages/assembler/xml.h"

/* The namespaces of document, header and footer. */
void docx_namespaces(struct xml *xml);

/* word/styles.xml, numbering.xml, settings.xml, fontTable.xml */
void docx_styles(struct bytes *to, const struct language *language);
void docx_numbering(struct bytes *to);
void docx_settings(struct bytes *to, const struct language *language);
void docx_fonts(struct bytes *to, const struct language *language);

/* word/document.xml, header1.xml, footer1.xml */
void docx_document(struct bytes *to, const struct lecture *lecture, const struct language *language);
void docx_header(struct bytes *to, const struct lecture *lecture, const struct language *language);
void docx_footer(struct bytes *to, const struct language *language);

/* Relationship ids of the document part. */
#define DOCX_RID_HEADER "rIdHeader"
#define DOCX_RID_FOOTER "rIdFooter"
#define DOCX_RID_SLIDE  "rIdSlide%u"

/* ---- paragraphs (docx_text.c) ---- */

struct paragraph {
    const char *style;
    bool keep_next, bullet, rtl;
    void (*section)(struct xml *xml, const struct language *language); /* ends a section; NULL: does not */
    const struct language *language;
};

enum run { RUN_PLAIN = 0, RUN_BOLD = 1, RUN_MONO = 2, RUN_LINK = 4 };

/* <w:p> and its properties, <w:p> with one run. A text's LF and TAB become breaks and tabs. */
void docx_paragraph_open(struct xml *xml, const struct paragraph *paragraph);
void docx_run(struct xml *xml, const char *text, unsigned run, bool rtl);
void docx_paragraph(struct xml *xml, const struct paragraph *paragraph, const char *text);

/* A link to a slide's heading. */
void docx_link(struct xml *xml, unsigned slide, const char *text, unsigned run, bool rtl);

/* "3. Title", or "Slide 3". The caller frees. */
char *docx_heading(const struct slide *slide, const struct language *language);

/* Does the slide have a heading and a picture of its own? A step towards another slide has not. */
bool docx_shows(const struct lecture *lecture, const struct slide *slide);

/* What the overview says of the lecture: its outline, for the first pages, and its glossary, for the last
 * (docx_overview.c). Nothing if it says nothing. */
void docx_outline(struct xml *xml, const struct lecture *lecture, const struct language *language,
                  void (*section)(struct xml *xml, const struct language *language));
void docx_glossary(struct xml *xml, const struct lecture *lecture, const struct language *language);

/* The last section: what is missing, and why (docx_report.c). Nothing if nothing is. */
void docx_report(struct xml *xml, const struct lecture *lecture, const struct language *language);

/* What the outcome of this slide means, in a sentence; NULL if there is nothing to say. */
const char *docx_verdict(const struct slide *slide, const struct language *language);

#endif
