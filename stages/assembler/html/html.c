/* html - see html.h: the page around its slides */
#include "stages/assembler/html/html.h"

#include <stdlib.h>

#include "stages/assembler/html/html_internal.h"
#include "stages/assembler/lecture/phrases.h"

/* Room for what weighs most at once, so that the page is not copied as it grows. */
static size_t expected_size(const struct lecture *lecture)
{
    size_t size = 65536;

    for (size_t i = 0; i < lecture->slide_count; i++)
        size += lecture->slides[i].picture.size / 3 * 4 + 8192;
    return size;
}

static void header(const struct page *page, const char *title)
{
    char *origin = phrase_origin(page->lecture), *notice = phrase_notice(page->lecture, page->language);

    html_put(page, "<header>\n<h1>", title, "</h1>\n");
    if (*page->lecture->course != '\0')
        html_put(page, "<p class=\"origin\">", page->lecture->course, "</p>\n");
    if (*origin != '\0')
        html_put(page, "<p class=\"origin\"><bdi>", origin, "</bdi></p>\n");
    if (notice != NULL)
        html_put(page, "<p class=\"notice\">", notice, "</p>\n");
    free(notice);
    bytes_add_text(page->to, "</header>\n");
    free(origin);
}

static void contents(const struct page *page)
{
    html_put(page, "<nav class=\"contents\" aria-label=\"", html_label(page, LABEL_CONTENTS), "\">\n");
    html_put(page, "<h2>", html_label(page, LABEL_CONTENTS), "</h2>\n<ol>\n");
    for (size_t i = 0; i < page->lecture->slide_count; i++) {
        const struct slide *slide = &page->lecture->slides[i];

        if (!phrase_shows(page->lecture, slide))
            continue;
        bytes_add_format(page->to, "<li><a href=\"#slide-%u\">", slide->number);
        html_heading(page, slide);
        bytes_add_text(page->to, "</a></li>\n");
    }
    bytes_add_text(page->to, "</ol>\n");
}

static void outline(const struct page *page)
{
    const struct overview *o = &page->lecture->overview;

    if (o->chapter_count > 0)
        html_put(page, "<h2>", html_label(page, LABEL_OUTLINE), "</h2>\n<ul>\n");
    for (size_t i = 0; i < o->chapter_count; i++) {
        bytes_add_text(page->to, "<li>");
        html_link(page, o->chapters[i].slides[0], o->chapters[i].title);
        html_put_taken(page, " (", phrase_numbers(&o->chapters[i]), ")</li>\n");
    }
    bytes_add_text(page->to, o->chapter_count > 0 ? "</ul>\n</nav>\n" : "</nav>\n");
}

static void glossary(const struct page *page)
{
    const struct overview *o = &page->lecture->overview;

    if (o->term_count == 0)
        return;
    html_put(page, "<section class=\"part\" id=\"glossary\">\n<h2>", html_label(page, LABEL_GLOSSARY),
             "</h2>\n<dl>\n");
    for (size_t i = 0; i < o->term_count; i++) {
        html_rich_line(page, "<dt>", o->terms[i].term, "</dt>\n");
        html_rich_line(page, "<dd>", o->terms[i].definition, "");
        if (o->terms[i].slide > 0) {
            char *name = language_say(page->language, LABEL_SLIDE, o->terms[i].slide, 0);

            bytes_add_text(page->to, " (");
            html_link(page, o->terms[i].slide, name);
            bytes_add_text(page->to, ")");
            free(name);
        }
        bytes_add_text(page->to, "</dd>\n");
    }
    bytes_add_text(page->to, "</dl>\n</section>\n");
}

static void report_head(const struct page *page)
{
    html_put(page, "<table>\n<thead><tr><th scope=\"col\">", html_label(page, LABEL_SLIDES), "</th>");
    html_put(page, "<th scope=\"col\">", html_label(page, LABEL_OUTCOME), "</th>");
    html_put(page, "<th scope=\"col\">", html_label(page, LABEL_REASON), "</th></tr></thead>\n<tbody>\n");
}

static void report_row(const struct page *page, const struct slide *slide)
{
    bytes_add_format(page->to, "<tr><td><a href=\"#slide-%u\">", slide->number);
    html_heading(page, slide);
    html_put(page, "</a></td><td>", phrase_word(slide, page->language), "</td>");
    html_put(page, "<td dir=\"auto\">", phrase_reason(slide, page->language), "</td></tr>\n");
}

static void report(const struct page *page)
{
    const struct lecture *lecture = page->lecture;
    char *formulas = phrase_formulas(lecture, page->language);
    char *left_out = phrase_left_out(lecture, page->language);
    bool any = false;

    if (formulas == NULL && left_out == NULL && !lecture->repaired &&
        !phrase_reported(lecture, page->language))
        return;
    html_put(page, "<section class=\"part\" id=\"report\">\n<h2>", html_label(page, LABEL_REPORT), "</h2>\n");
    if (lecture->repaired)
        html_put(page, "<p>", html_label(page, LABEL_REPAIRED), "</p>\n");
    html_put_taken(page, "<p>", formulas, "</p>\n");
    html_put_taken(page, "<p>", left_out, "</p>\n");
    for (size_t i = 0; i < lecture->slide_count; i++) {
        if (!phrase_reports(lecture, &lecture->slides[i], page->language))
            continue;
        if (!any)
            report_head(page);
        any = true;
        report_row(page, &lecture->slides[i]);
    }
    bytes_add_text(page->to, any ? "</tbody>\n</table>\n</section>\n" : "</section>\n");
}

void html_make(const struct lecture *lecture, const struct language *language, struct bytes *to)
{
    struct page page = {to, pool_new(), lecture, language};
    char *title = lecture_heading(lecture);

    bytes_room(to, expected_size(lecture));
    html_head(&page, title);
    header(&page, title);
    contents(&page);
    outline(&page);
    bytes_add_text(to, "<main>\n");
    for (size_t i = 0; i < lecture->slide_count; i++)
        if (phrase_shows(lecture, &lecture->slides[i]))
            html_slide(&page, &lecture->slides[i]);
    glossary(&page);
    report(&page);
    bytes_add_text(to, "</main>\n");
    html_put_taken(&page, "<footer class=\"cost\"><p>", phrase_cost(lecture), "</p></footer>\n");
    bytes_add_text(to, "</body>\n</html>\n");
    pool_free(&page.pool);
    free(title);
}
