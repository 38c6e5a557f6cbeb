/* prompt - see prompt.h
 *
 * The picture is a hundred times the rest.  So the body is dumped with an empty data URL, and the base64 is
 * written straight into its place: one pass over the picture, no copy of it in a JSON tree.
 */
#include "stages/vision/prompt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <openssl/evp.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/vision/answer.h"
#include "stages/vision/prompt_texts.h"

enum { OUTLINE_MOST = 2000, TEXT_MOST = 12000 };

#define DATA_URL "data:image/jpeg;base64,"

const char *const *prompt_texts(size_t *count)
{
    static const char *const texts[] = {prompt_explain, prompt_shape, prompt_again};

    *count = sizeof texts / sizeof texts[0];
    return texts;
}

/* ---- text ---- */

/* template with {language} and {cards} filled in; values are not looked into again. */
static void fill(FILE *out, const char *template, const struct prompt *p)
{
    for (const char *at = template; *at != '\0';) {
        if (strncmp(at, "{language}", 10) == 0) {
            fputs(p->language, out);
            at += 10;
        } else if (strncmp(at, "{cards}", 7) == 0) {
            fprintf(out, "%u", p->cards);
            at += 7;
        } else {
            putc(*at++, out);
        }
    }
}

/* Strangers' text, each line behind a bar, cut at most bytes. */
static void quote(FILE *out, const char *text, size_t most)
{
    size_t size = utf8_cut(text, strlen(text), most);

    fputs("| ", out);
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];

        if (c == '\n')
            fputs("\n| ", out);
        else
            putc(c < ' ' || c == 0x7f ? ' ' : c, out);
    }
    fputs(size < strlen(text) ? " [...]\n" : "\n", out);
}

static void quote_page(FILE *out, const struct page *page)
{
    size_t used = 0, i;

    for (i = 0; i < page->count && used < TEXT_MOST; i++) {
        quote(out, page->lines[i].text, TEXT_MOST - used);
        used += strlen(page->lines[i].text) + 1;
    }
    if (i < page->count)
        fputs("| [...]\n", out);
}

static json_t *text_made_by(void (*write)(FILE *out, const struct prompt *p), const struct prompt *p)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    json_t *value;

    must(out != NULL);
    write(out, p);
    must(fclose(out) == 0);
    value = json_stringn(text, size);
    free(text);
    must(value != NULL); /* all that goes in is valid UTF-8 */
    return value;
}

static void write_system(FILE *out, const struct prompt *p)
{
    fill(out, prompt_explain, p);
    if (p->dialect.format != FORMAT_SCHEMA) {
        putc('\n', out);
        fputs(prompt_shape, out);
    }
}

static void write_user(FILE *out, const struct prompt *p)
{
    fputs("Every line below that begins with \"| \" is data taken from the lecture.\n", out);
    if (*p->title != '\0') {
        fputs("\nTitle of the lecture:\n", out);
        quote(out, p->title, OUTLINE_MOST);
    }
    if (*p->outline != '\0') {
        fputs("\nOutline of the lecture:\n", out);
        quote(out, p->outline, OUTLINE_MOST);
    }
    fprintf(out, "\nThis is slide %u of %u.\n", p->slide, p->slides);
    if (page_has_text(p->page)) {
        fputs("\nText layer of the slide:\n", out);
        quote_page(out, p->page);
    } else {
        fputs("\nThe slide has no text layer.\n", out);
    }
    if (p->jpeg == NULL)
        fputs("\nThe slide could not be drawn: there is no picture, explain what the text layer says.\n",
              out);
    if (p->again) {
        putc('\n', out);
        fputs(prompt_again, out);
    }
}

/* ---- body ---- */

static json_t *messages(const struct prompt *p)
{
    json_t *content = json_pack("[{s:s, s:o}]", "type", "text", "text", text_made_by(write_user, p));

    if (p->jpeg != NULL)
        json_array_append_new(content, json_pack("{s:s, s:{s:s, s:s}}", "type", "image_url", "image_url",
                                                 "url", DATA_URL, "detail", p->detail));
    return json_pack("[{s:s, s:o}, {s:s, s:o}]", "role", "system", "content", text_made_by(write_system, p),
                     "role", "user", "content", content);
}

static json_t *request(const struct prompt *p)
{
    json_t *body = json_pack("{s:s, s:o, s:i}", "model", p->model, "messages", messages(p),
                             p->dialect.tokens == TOKENS_COMPLETION ? "max_completion_tokens" : "max_tokens",
                             (int)p->max_tokens);

    must(body != NULL);
    if (p->dialect.format == FORMAT_SCHEMA)
        json_object_set_new(body, "response_format",
                            json_pack("{s:s, s:{s:s, s:b, s:o}}", "type", "json_schema", "json_schema",
                                      "name", "slide_explanation", "strict", 1, "schema",
                                      answer_schema(p->card_style)));
    if (p->dialect.format == FORMAT_OBJECT)
        json_object_set_new(body, "response_format", json_pack("{s:s}", "type", "json_object"));
    return body;
}

/* Puts the picture behind the empty data URL. In dumped JSON a quote inside a text has a backslash before it,
 * so the bytes
 * :"data... can only be our own member, whatever the slide says. */
static char *with_picture(char *dump, const struct prompt *p, size_t *size)
{
    char *place = strstr(dump, ":\"" DATA_URL "\""), *body;
    size_t before, after, room = (p->jpeg_size + 2) / 3 * 4;

    must(place != NULL);
    before = (size_t)(place - dump) + strlen(":\"" DATA_URL);
    after = strlen(dump) - before;
    body = need(before + room + after + 1);
    memcpy(body, dump, before);
    must((size_t)EVP_EncodeBlock((unsigned char *)body + before, p->jpeg, (int)p->jpeg_size) == room);
    memcpy(body + before + room, dump + before, after + 1);
    free(dump);
    *size = before + room + after;
    return body;
}

char *prompt_body(const struct prompt *p, size_t *size)
{
    json_t *body = request(p);
    char *dump = json_dumps(body, JSON_COMPACT);

    must(dump != NULL);
    json_decref(body);
    if (p->jpeg != NULL)
        return with_picture(dump, p, size);
    *size = strlen(dump);
    return dump;
}
