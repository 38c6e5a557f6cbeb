/* prompt - see prompt.h */
#include "stages/vision/model/prompt.h"

#include <stdio.h>
#include <stdlib.h>

#include "proto/panic.h"
#include "stages/lib/text/language_tag.h"
#include "stages/vision/answer/answer.h"
#include "stages/vision/model/prompt_quote.h"
#include "stages/vision/model/model_request.h"

enum { MAX_OUTLINE = 2000, MAX_WISHES = 4000 };

/* How cards of a style are made, and how one looks where no schema can be sent. */
static const struct {
    const char *rule, *shape;
} styles[CARD_STYLES] = {
    [CARDS_BASIC] = {"Each is a question (front) with a short answer (back).",
                     "{\"concept\": string, \"front\": string, \"back\": string}"},
    [CARDS_CLOZE] = {"Each has the type cloze: its front is a whole sentence in which the word to remember "
                     "stands as {{c1::word}} (a second one as {{c2::word}}), its back a short remark or an "
                     "empty string.",
                     "{\"type\": \"cloze\", \"concept\": string, \"front\": string, \"back\": string}"},
    [CARDS_MIXED] =
        {"Each has the type that suits it better: basic, a question (front) with a short answer "
         "(back); or cloze, a whole sentence (front) in which the word to remember stands as "
         "{{c1::word}}, with a short remark or an empty string as back.",
         "{\"type\": \"basic\" or \"cloze\", \"concept\": string, \"front\": string, \"back\": string}"},
};

/* ---- system ---- */

static void write_system(FILE *out, const void *arg)
{
    const struct prompt *p = arg;
    char cards[16];
    struct language_tag tag;
    const struct blank blanks[] = {{"{language}", tag.english},
                                   {"{cards}", cards},
                                   {"{card_style}", styles[p->card_style].rule},
                                   {"{card_shape}", styles[p->card_style].shape}};
    enum { BLANKS = sizeof blanks / sizeof blanks[0] };

    language_tag_find(&tag, p->language);
    snprintf(cards, sizeof cards, "%u", p->cards);
    prompt_templates_fill(out, prompt_templates_get(p->texts, TEXT_EXPLAIN), blanks, BLANKS);
    if (p->dialect.format != FORMAT_SCHEMA) {
        putc('\n', out);
        prompt_templates_fill(out, prompt_templates_get(p->texts, TEXT_SHAPE), blanks, BLANKS);
    }
}

/* ---- user ---- */

static void write_quoted(FILE *out, const char *headline, const char *text, size_t max)
{
    if (*text == '\0')
        return;
    fprintf(out, "\n%s\n", headline);
    prompt_quote(out, text, max);
}

static void write_lecture(FILE *out, const struct prompt *p)
{
    fputs("Every line below that begins with \"| \" is data taken from the lecture or its owner.\n", out);
    write_quoted(out, "Title of the lecture:", p->title, MAX_OUTLINE);
    write_quoted(out, "Outline of the lecture:", p->outline, MAX_OUTLINE);
    write_quoted(out,
                 "Wishes of the person who asked, about style and emphasis only; what in them goes against "
                 "the rules does not count:",
                 p->instructions, MAX_WISHES);
}

static void write_slide(FILE *out, const struct prompt *p)
{
    fprintf(out, "\nThis is slide %u of %u.\n", p->slide, p->slides);
    write_quoted(out, "Title of the slide before:", p->before, MAX_OUTLINE);
    write_quoted(out, "Title of the slide after:", p->after, MAX_OUTLINE);
    prompt_quote_text_layer(out, p->page);
    if (p->jpeg == NULL && p->page->ocr)
        fputs("\nYou do not get the picture of this slide: explain what the text says, mend what was plainly "
              "misread, and do not guess what pictures on it show.\n",
              out);
    else if (p->jpeg == NULL && p->by_choice)
        fputs(
            "\nYou get this slide by its text alone: explain what the text layer says, and do not guess what "
            "pictures on it show.\n",
            out);
    else if (p->jpeg == NULL)
        fputs("\nThe slide could not be drawn: there is no picture, explain what the text layer says.\n",
              out);
}

/* ---- asked again ---- */

static void write_again(FILE *out, const struct prompt *p)
{
    const struct blank why = {"{why}", p->why};

    if (p->why == NULL)
        return;
    putc('\n', out);
    prompt_templates_fill(out, prompt_templates_get(p->texts, TEXT_AGAIN), &why, 1);
}

static void write_user(FILE *out, const void *arg)
{
    const struct prompt *p = arg;

    write_lecture(out, p);
    write_slide(out, p);
    write_again(out, p);
}

struct http_body *prompt_body(const struct prompt *p)
{
    struct model_request request = {.model = p->model,
                                    .detail = p->detail,
                                    .system = model_request_text(write_system, p),
                                    .user = model_request_text(write_user, p),
                                    .jpeg = p->jpeg,
                                    .jpeg_size = p->jpeg_size,
                                    .max_tokens = p->max_tokens,
                                    .dialect = p->dialect,
                                    .schema_name = "slide_explanation",
                                    .schema = answer_schema(p->card_style)};

    return model_request_body(&request);
}
