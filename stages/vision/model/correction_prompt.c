/* correction_prompt - see correction_prompt.h */
#include "stages/vision/model/correction_prompt.h"

#include <stdio.h>
#include <string.h>

#include "stages/lib/text/language_tag.h"
#include "stages/vision/answer/correction.h"
#include "stages/vision/model/model_request.h"
#include "stages/vision/model/prompt_quote.h"

enum { MAX_STATEMENT = 6000, MAX_DOUBT = 200 };

/* What a statement is called, by where it stands. */
static const struct {
    const char *where, *called;
} kinds[] = {
    {"explanation", "a paragraph of the explanation"},
    {"key_points", "a key point"},
    {"short_summary", "the summary of the slide"},
    {"connections", "how the slide is connected to others"},
};

static void write_system(FILE *out, const void *arg)
{
    const struct correction_prompt *p = arg;
    struct language_tag tag;
    const struct blank language = {"{language}", tag.english};

    language_tag_find(&tag, p->language);
    prompt_templates_fill(out, prompt_templates_get(p->texts, TEXT_CORRECT), &language, 1);
}

static void write_card(FILE *out, const json_t *statement)
{
    fputs("a flashcard. Front:\n", out);
    prompt_quote(out, json_string_value(json_object_get(statement, "front")), MAX_STATEMENT);
    fputs("Back:\n", out);
    prompt_quote(out, json_string_value(json_object_get(statement, "text")), MAX_STATEMENT);
}

static void write_said(FILE *out, const json_t *statement)
{
    const char *where = json_string_value(json_object_get(statement, "where"));

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].where, where) == 0) {
            fprintf(out, "%s:\n", kinds[i].called);
            prompt_quote(out, json_string_value(json_object_get(statement, "text")), MAX_STATEMENT);
            return;
        }
    write_card(out, statement);
}

static void write_statement(FILE *out, size_t number, const json_t *statement)
{
    const json_t *doubt;
    size_t i;

    fprintf(out, "\nStatement %zu, ", number);
    write_said(out, statement);
    fputs("In doubt:\n", out);
    json_array_foreach(json_object_get(statement, "doubts"), i, doubt)
    {
        prompt_quote(out, json_string_value(doubt), MAX_DOUBT);
    }
}

static void write_user(FILE *out, const void *arg)
{
    const struct correction_prompt *p = arg;
    const json_t *statement;
    size_t i;

    fputs("Every line below that begins with \"| \" is data: taken from the lecture, or from an earlier "
          "answer about it.\n",
          out);
    fprintf(out, "\nThis is slide %u of %u.\n", p->slide, p->slides);
    prompt_quote_text_layer(out, p->page);
    if (p->jpeg == NULL)
        fputs("\nYou do not get the picture of this slide: what a statement says of drawings is to stay.\n",
              out);
    json_array_foreach(p->statements, i, statement) write_statement(out, i + 1, statement);
}

struct http_body *correction_prompt_body(const struct correction_prompt *p)
{
    struct model_request request = {.model = p->model,
                                    .detail = p->detail,
                                    .system = model_request_text(write_system, p),
                                    .user = model_request_text(write_user, p),
                                    .jpeg = p->jpeg,
                                    .jpeg_size = p->jpeg_size,
                                    .max_tokens = p->max_tokens,
                                    .dialect = p->dialect,
                                    .schema_name = "slide_corrections",
                                    .schema = correction_schema()};

    return model_request_body(&request);
}
