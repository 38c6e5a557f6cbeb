/* docx_internal - the parts of the Word document, private to docx*.c */
#ifndef STAGES_ASSEMBLER_DOCX_DOCX_INTERNAL_H
#define STAGES_ASSEMBLER_DOCX_DOCX_INTERNAL_H

#include <stdbool.h>

#include "stages/assembler/lecture/document_language.h"
#include "stages/assembler/lecture/lecture_model.h"
#include "stages/assembler/lib/bytes.h"
#include "stages/assembler/lib/pool.h"
#include "stages/assembler/lib/xml.h"
#include "stages/assembler/rich/rich.h"

/* How wide the text is: in twips (1/1440 inch), and in English Metric Units (635 a twip, 360000 a
 * centimetre). */
enum { DOCX_WIDTH = 9638, DOCX_WIDTH_EMU = DOCX_WIDTH * 635 };

enum { DOCX_LEVELS = 6 };

/* Numbered lists each have a w:num that says where they begin; number 1 is the bullets'. */
struct docx_list {
    unsigned level, first;
};

struct docx_lists {
    struct bytes begun; /* of struct docx_list; the first one is number 2 */
    struct {
        unsigned num, last; /* num 0: none */
    } open[DOCX_LEVELS];
};

/* What is needed to write one part. */
struct writing {
    struct xml *xml;
    const struct lecture *lecture;
    const struct language *language;
    struct pool *pool; /* for rich text */
    struct docx_lists lists;
    bool below_table; /* the next paragraph keeps its distance */
};

/* ---- parts ---- */

/* The namespaces of document, header and footer. */
void docx_namespaces(struct xml *xml);

/* word/styles.xml, numbering.xml, settings.xml, fontTable.xml */
void docx_styles(struct bytes *to, const struct language *language);
void docx_numbering(struct bytes *to, const struct bytes *lists);
void docx_settings(struct bytes *to, const struct language *language);
void docx_fonts(struct bytes *to, const struct language *language);

/* word/document.xml, header1.xml, footer1.xml. Lists: those that have begun, for docx_numbering. */
void docx_document(struct bytes *to, struct bytes *lists, const struct lecture *lecture,
                   const struct language *language);
void docx_header(struct bytes *to, const struct lecture *lecture, const struct language *language);
void docx_footer(struct bytes *to, const struct language *language);

/* Relationship ids of the document part. */
#define DOCX_RID_HEADER "rIdHeader"
#define DOCX_RID_FOOTER "rIdFooter"
#define DOCX_RID_SLIDE  "rIdSlide%u"

/* ---- paragraphs and runs (docx_text.c) ---- */

struct paragraph {
    const char *style;
    bool page_break, rtl;
    unsigned list, level;                /* list: its w:num; 0: none */
    void (*section)(struct writing *to); /* ends a section; NULL: does not */
};

enum run { RUN_PLAIN = 0, RUN_BOLD = 1, RUN_ITALIC = 2, RUN_MONO = 4, RUN_LINK = 8, RUN_STRIKE = 16 };

/* <w:p> and its properties; the caller closes it. */
void docx_paragraph_open(struct writing *to, const struct paragraph *paragraph);

/* Runs of a text in a paragraph of that direction: what runs against it has a run of its own. LF and TAB
 * become breaks and tabs. */
void docx_run(struct writing *to, const char *text, unsigned run, bool rtl);

/* The direction of a paragraph that begins with this text: the document's, or from right to left all the
 * same. */
bool docx_is_rtl(const struct writing *to, const char *text);

/* Code, which runs from left to right whatever the paragraph does. */
void docx_code(struct writing *to, const char *text, unsigned run, bool rtl);

/* A paragraph of one text, in the direction of the document; of a label. */
void docx_say(struct writing *to, const char *style, const char *text);
void docx_say_label(struct writing *to, const char *style, enum label label);

/* A label whose numbers are fields: instruction, and what it comes to. */
struct docx_field {
    const char *instruction;
    unsigned value;
};
void docx_label(struct writing *to, enum label label, const struct docx_field fields[2]);

/* Places in the document, and links to them: a slide's heading, a chapter's, glossary and report. */
enum docx_place { PLACE_SLIDE, PLACE_CHAPTER, PLACE_GLOSSARY, PLACE_REPORT };
void docx_mark_open(struct writing *to, enum docx_place place, unsigned number);
void docx_mark_close(struct writing *to, enum docx_place place, unsigned number);
void docx_link_open(struct writing *to, enum docx_place place, unsigned number);

/* A link to a slide with this text. */
void docx_link(struct writing *to, unsigned slide, const char *text, unsigned run);

/* ---- rich text (docx_rich.c, docx_table.c) ---- */

/* In paragraphs of that style, and others where it says so. */
void docx_rich(struct writing *to, const char *text, const char *style);

/* In one paragraph that is open. */
void docx_line(struct writing *to, const char *text, unsigned run, bool rtl);
void docx_spans(struct writing *to, const struct spans *spans, unsigned run, bool rtl);

void docx_table(struct writing *to, const struct block *block);

/* Formatting as plain text, in one line. The caller frees. */
char *docx_plain(struct writing *to, const char *text);

/* Rows and cells of all tables; a cell is opened with its paragraph. widths: twips. */
void docx_table_open(struct writing *to, const char *caption, const unsigned *widths, size_t columns);
void docx_row_open(struct writing *to, bool head);
void docx_cell_open(struct writing *to, unsigned width, bool head, bool rtl);
void docx_cell_close(struct writing *to);
void docx_table_close(struct writing *to);

/* ---- slides ---- */

/* What the lecture is called, in a paragraph that is open. */
void docx_title(struct writing *to);

/* "3. Title", or "Slide 3", as plain text. The caller frees. */
char *docx_heading(struct writing *to, const struct slide *slide);

/* Its picture with a caption below, or the words that there is none (docx_picture.c). */
void docx_picture(struct writing *to, const struct slide *slide);

/* ---- the first pages (docx_title_page.c) ---- */

void docx_front(struct writing *to);
void docx_section_next_page(struct writing *to);

/* The heading of a part that begins on a page of its own (docx_body.c). */
void docx_chapter_open(struct writing *to, enum docx_place place, enum label label);

/* ---- what the overview says (docx_overview.c) ---- */

/* Do the outline's chapters follow the slides, so that they can be the document's? */
bool docx_has_chapters(const struct lecture *lecture);

/* Number of the chapter, from 1, that the slide stands in; 0: in none. */
unsigned docx_chapter_of(const struct lecture *lecture, unsigned slide);

/* The outline as a list, if it cannot be the document's; the glossary. Nothing if there is none. */
void docx_outline(struct writing *to, void (*section)(struct writing *to));
void docx_glossary(struct writing *to);

/* ---- the last page (docx_report.c): what is missing, and why ---- */

bool docx_has_report(struct writing *to);
void docx_report(struct writing *to);

#endif
