/* html_head - the head of the page and what all its parts are written with, see html_internal.h */
#include "stages/assembler/html/html_internal.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "proto/panic.h"
#include "stages/assembler/lib/text.h"
#include "stages/assembler/rich/rich.h"
#include "stages/assembler/rich/rich_html.h"

const char *html_label(const struct page *page, enum label label)
{
    return page->language->labels[label];
}

void html_put(const struct page *page, const char *before, const char *text, const char *after)
{
    struct bytes marked = {0};

    if (page->language->rtl)
        text_add_marked(&marked, text);
    bytes_add_text(page->to, before);
    text_add_html(page->to, marked.size > 0 ? bytes_text(&marked) : text, TEXT_PAGE);
    bytes_add_text(page->to, after);
    bytes_drop(&marked);
}

void html_put_taken(const struct page *page, const char *before, char *text, const char *after)
{
    if (text != NULL)
        html_put(page, before, text, after);
    free(text);
}

/* tag: ends with ">", or is "". */
static void open_element(const struct page *page, const char *tag, bool rtl)
{
    bytes_add(page->to, tag, strcspn(tag, ">"));
    bytes_add_text(page->to, rich_html_direction(rtl, page->language->rtl));
    bytes_add_text(page->to, tag + strcspn(tag, ">"));
}

/* A single paragraph or formula comes bare. */
void html_blocks(const struct page *page, const struct rich *rich)
{
    bool bare = rich->count == 1 &&
                (rich->blocks[0].kind == BLOCK_PARAGRAPH || rich->blocks[0].kind == BLOCK_FORMULA);

    bool rtl = bare && rich_rtl(rich, page->language->rtl);

    if (bare)
        open_element(page, "<p>", rtl);
    rich_html(rich, RICH_PAGE, bare ? rtl : page->language->rtl, page->to);
    bytes_add_text(page->to, bare ? "</p>\n" : "\n");
}

void html_rich(const struct page *page, const char *text)
{
    html_blocks(page, rich_parse(page->pool, text, RICH_BLOCKS));
}

void html_rich_line(const struct page *page, const char *before, const char *text, const char *after)
{
    const struct rich *rich = rich_parse(page->pool, text, RICH_LINE);
    bool rtl = *before == '\0' ? page->language->rtl : rich_rtl(rich, page->language->rtl);

    open_element(page, before, rtl);
    if (rich->count > 0)
        rich_html_spans(&rich->blocks[0].spans, RICH_PAGE, rtl, page->to);
    bytes_add_text(page->to, after);
}

void html_heading(const struct page *page, const struct slide *slide)
{
    const char *title = slide_title(slide);

    if (*title == '\0') {
        html_put_taken(page, "", language_say(page->language, LABEL_SLIDE, slide->number, 0), "");
        return;
    }
    bytes_add_format(page->to, "%u. ", slide->number);
    html_rich_line(page, "", title, "");
}

void html_link(const struct page *page, unsigned number, const char *text)
{
    bytes_add_format(page->to, "<a href=\"#slide-%u\">", lecture_place(page->lecture, number));
    html_rich_line(page, "", text, "</a>");
}

/* Only this style sheet and pictures that are in the page itself. */
static void policy(struct bytes *to)
{
    unsigned char sum[32], text[48];

    must(EVP_Digest(html_style, strlen(html_style), sum, NULL, EVP_sha256(), NULL) == 1);
    must(EVP_EncodeBlock(text, sum, sizeof sum) == 44);
    bytes_add_format(
        to,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; "
        "style-src 'sha256-%s'; base-uri 'none'; form-action 'none'\">\n",
        (const char *)text);
}

void html_head(const struct page *page, const char *title)
{
    struct bytes *to = page->to;

    bytes_add_text(to, "<!DOCTYPE html>\n<html");
    if (*page->language->tag != '\0')
        html_put(page, " lang=\"", page->language->tag, "\"");
    bytes_add_format(to, " dir=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
                     page->language->rtl ? "rtl" : "ltr");
    policy(to);
    bytes_add_text(to, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                       "<meta name=\"referrer\" content=\"no-referrer\">\n"
                       "<meta name=\"generator\" content=\"Slidemill\">\n");
    html_put(page, "<title>", title, "</title>\n<style>");
    bytes_add_text(to, html_style);
    bytes_add_text(to, "</style>\n</head>\n<body>\n");
}
