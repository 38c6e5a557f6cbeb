/* html_slide - one slide of the page: picture, explanation, cards, see html_internal.h */
#include "stages/assembler/html/html_internal.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "proto/panic.h"
#include "stages/assembler/lecture/phrases.h"
#include "stages/assembler/lib/text.h"
#include "stages/assembler/rich/rich.h"
#include "stages/assembler/rich/rich_gap.h"
#include "stages/assembler/rich/rich_html.h"

/* A multiple of three bytes goes without padding. */
enum { STEP = 3 << 14 };

/* ---- the picture ---- */

static void base64_add(struct bytes *to, const unsigned char *data, size_t size)
{
    bytes_room(to, to->size + size / 3 * 4 + 8);
    for (size_t at = 0; at < size; at += STEP) {
        unsigned char text[STEP / 3 * 4 + 1];
        int part = size - at < STEP ? (int)(size - at) : STEP;
        int length = EVP_EncodeBlock(text, data + at, part);

        must(length > 0);
        bytes_add(to, text, (size_t)length);
    }
}

static void picture(const struct page *page, const struct slide *slide)
{
    if (slide->picture.size == 0) {
        html_put(page, "<p class=\"note\">", html_label(page, LABEL_NO_PICTURE), "</p>\n");
        return;
    }
    html_put_taken(page, "<figure><img alt=\"", phrase_picture(slide, page->language), "\"");
    bytes_add_format(page->to, " width=\"%u\" height=\"%u\" src=\"data:image/jpeg;base64,", slide->width,
                     slide->height);
    base64_add(page->to, slide->picture.data, slide->picture.size);
    html_put_taken(page, "\">\n<figcaption>", language_say(page->language, LABEL_SLIDE, slide->number, 0),
                   "</figcaption></figure>\n");
}

/* ---- what is told of it ---- */

static void verdict(const struct page *page, const struct slide *slide)
{
    const char *sentence = phrase_verdict(slide, page->language);

    if (sentence == NULL)
        return;
    html_put(page, "<p class=\"notice\"><strong>", sentence, "</strong>");
    if (slide->code != CODES)
        html_put(page, "<br><span dir=\"auto\">", slide->detail, "</span>");
    bytes_add_text(page->to, "</p>\n");
}

static void explanation(const struct page *page, const struct slide *slide)
{
    const struct answer *answer = slide->answer;
    char *doubts = phrase_cautions(slide, page->language);

    for (size_t i = 0; i < answer->explanation.count; i++)
        html_rich(page, answer->explanation.item[i]);
    if (answer->points.count > 0)
        html_put(page, "<h3>", html_label(page, LABEL_KEY_POINTS), "</h3>\n<ul>\n");
    for (size_t i = 0; i < answer->points.count; i++)
        html_rich_line(page, "<li>", answer->points.item[i], "</li>\n");
    bytes_add_text(page->to, answer->points.count > 0 ? "</ul>\n" : "");
    if (*answer->connections != '\0') {
        html_put(page, "<h3>", html_label(page, LABEL_CONNECTIONS), "</h3>\n");
        html_rich(page, answer->connections);
    }
    if (*answer->summary != '\0') {
        html_put(page, "<h3>", html_label(page, LABEL_SUMMARY), "</h3>\n<div class=\"summary\">");
        html_rich(page, answer->summary);
        bytes_add_text(page->to, "</div>\n");
    }
    if (doubts != NULL)
        html_rich_line(page, "<p class=\"note\">", doubts, "</p>\n");
    free(doubts);
}

/* ---- cards ---- */

/* A row or an entry; a question is no place for elements that hold others. */
static void question_line(const struct page *page, const struct block *block)
{
    size_t cells = block->kind == BLOCK_TABLE ? block->rows * block->columns : 0;

    if (block->kind == BLOCK_ITEM && block->number > 0)
        bytes_add_format(page->to, "%u. ", block->number);
    else if (block->kind == BLOCK_ITEM)
        bytes_add_text(page->to, "• ");
    for (size_t i = 0; i < cells; i++) {
        if (i > 0)
            bytes_add_text(page->to, i % block->columns == 0 ? "<br>" : " | ");
        rich_html_spans(&block->cells[i], RICH_PAGE, page->language->rtl, page->to);
    }
    rich_html_spans(&block->spans, RICH_PAGE, page->language->rtl, page->to);
}

static void question(const struct page *page, const struct rich *rich)
{
    for (size_t i = 0; i < rich->count; i++) {
        if (i > 0)
            bytes_add_text(page->to, "<br>");
        question_line(page, &rich->blocks[i]);
    }
}

/* A text with gaps is asked without and answered with what is in them. */
static void card_add(const struct page *page, const struct card *card)
{
    const struct rich *front = rich_parse(page->pool, card->front, card->cloze ? RICH_CLOZE : RICH_BLOCKS);

    bytes_add_format(page->to, "<details class=\"card\"><summary%s>",
                     rich_html_direction(rich_rtl(front, page->language->rtl), page->language->rtl));
    question(page, card->cloze ? rich_gaps_empty(page->pool, front) : front);
    bytes_add_text(page->to, "</summary>\n<div>");
    if (card->cloze)
        html_blocks(page, front);
    if (*card->back != '\0')
        html_rich(page, card->back);
    bytes_add_text(page->to, "</div></details>\n");
}

static void cards(const struct page *page, const struct answer *answer)
{
    size_t count = phrase_cards(answer);

    if (count == 0)
        return;
    html_put(page, "<details class=\"cards\"><summary>", html_label(page, LABEL_CARDS), "");
    bytes_add_format(page->to, " (%zu)</summary>\n", count);
    for (size_t i = 0; i < answer->card_count; i++)
        if (!answer->cards[i].occlusion)
            card_add(page, &answer->cards[i]);
    bytes_add_text(page->to, "</details>\n");
}

/* ---- all of it ---- */

/* The page's own words need not be in the language of the document. */
static void own_text(const struct page *page, const struct slide *slide)
{
    if (slide->line_count == 0)
        return;
    html_put(page, "<h3>", html_label(page, LABEL_OWN_TEXT), "</h3>\n");
    if (slide_is_ocr(slide))
        html_put(page, "<p class=\"note\">", html_label(page, LABEL_OCR), "</p>\n");
    bytes_add_text(page->to, "<div class=\"own\">");
    for (size_t i = 0; i < slide->line_count; i++) {
        const struct line *line = &slide->lines[i];

        bytes_add_format(page->to, "<div dir=\"%s\"%s>%s",
                         text_is_rtl(line->text, page->language->rtl) ? "rtl" : "ltr",
                         line->mono ? " class=\"mono\"" : "", line->bold ? "<strong>" : "");
        html_put(page, "", line->text, line->bold ? "</strong></div>" : "</div>");
    }
    bytes_add_text(page->to, "</div>\n");
}

void html_slide(const struct page *page, const struct slide *slide)
{
    bytes_add_format(page->to, "<article class=\"slide\" id=\"slide-%u\">\n<h2>", slide->number);
    html_heading(page, slide);
    bytes_add_text(page->to, "</h2>\n");
    picture(page, slide);
    html_put_taken(page, "<p class=\"note\">", phrase_steps(page->lecture, slide, page->language), "</p>\n");
    verdict(page, slide);
    if (slide->answer == NULL)
        own_text(page, slide);
    else {
        explanation(page, slide);
        cards(page, slide->answer);
    }
    bytes_add_text(page->to, "</article>\n");
}
