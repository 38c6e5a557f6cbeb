/* html_internal - the parts of the page, private to html*.c */
#ifndef STAGES_ASSEMBLER_HTML_HTML_INTERNAL_H
#define STAGES_ASSEMBLER_HTML_HTML_INTERNAL_H

#include <stddef.h>

#include "stages/assembler/lecture/document_language.h"
#include "stages/assembler/lecture/lecture_model.h"
#include "stages/assembler/lib/bytes.h"
#include "stages/assembler/lib/pool.h"
#include "stages/assembler/rich/rich.h"

struct page {
    struct bytes *to;
    struct pool *pool;
    const struct lecture *lecture;
    const struct language *language;
};

/* The style sheet, and what the content policy knows it by: "sha256-…" (html_head.c). */
extern const char html_style[];

/* <!DOCTYPE html> to <body>. title: plain text. */
void html_head(const struct page *page, const char *title);

/* A label in the language of the page, as plain text. */
const char *html_label(const struct page *page, enum label label);

/* Text of strangers, escaped, with markup of ours around it. */
void html_put(const struct page *page, const char *before, const char *text, const char *after);
void html_put_taken(const struct page *page, const char *before, char *text,
                    const char *after); /* NULL: nothing */

/* Formatted text as blocks (one paragraph or more), and in one line. */
void html_rich(const struct page *page, const char *text);
void html_blocks(const struct page *page, const struct rich *rich);
void html_rich_line(const struct page *page, const char *before, const char *text, const char *after);

/* "3. Title" with its formulas, or "Slide 3". */
void html_heading(const struct page *page, const struct slide *slide);

/* A link to the heading of the slide under which number is found. text: formatted. */
void html_link(const struct page *page, unsigned number, const char *text);

void html_slide(const struct page *page, const struct slide *slide); /* html_slide.c */

#endif
