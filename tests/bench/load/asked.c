/* asked - see asked.h */
#include "tests/bench/load/asked.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint64_t asked_hash(uint64_t seed, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        seed = (seed ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3); /* FNV-1a */
    return seed;
}

static void add_text(FILE *out, const json_t *content)
{
    const json_t *part;
    size_t i;

    if (json_is_string(content))
        fprintf(out, "%s\n", json_string_value(content));
    json_array_foreach(content, i, part)
    {
        if (json_is_string(json_object_get(part, "text")))
            fprintf(out, "%s\n", json_string_value(json_object_get(part, "text")));
    }
}

static char *text_of(const json_t *request)
{
    char *text = NULL;
    size_t size = 0, i;
    FILE *out = open_memstream(&text, &size);
    const json_t *message;

    json_array_foreach(json_object_get(request, "messages"), i, message)
    {
        add_text(out, json_object_get(message, "content"));
    }
    fclose(out);
    return text;
}

/* The quoted lines of the slide, or all if there are no such; cut after eight words. */
static void find_lines(struct asked *asked)
{
    const char *layer = strstr(asked->text, "Text layer of the slide:"), *at = layer;

    for (at = at == NULL ? asked->text : at; (at = strstr(at, "\n| ")) != NULL; at++) {
        if (layer != NULL && strcspn(layer, "\n") != (size_t)(at - layer)) /* it is over */
            break;
        layer = layer == NULL ? NULL : at + 1;
        const char *line = at + 3;
        size_t size = strcspn(line, "\n"), words = 0, kept = 0;

        while (kept < size && (line[kept] != ' ' || ++words < 8))
            kept++;
        if (asked->line_count < ASKED_LINES && kept > 3 && strchr("[{", *line) == NULL)
            asked->lines[asked->line_count++] = strndup(line, kept);
    }
}

static void find_slides(struct asked *asked)
{
    for (const char *at = asked->text; (at = strcasestr(at, "slide")) != NULL;) {
        at += strlen("slide");
        at += strspn(at, "\": ");
        if (isdigit((unsigned char)*at) && asked->slide_count < ASKED_SLIDES)
            asked->slides[asked->slide_count++] = (unsigned)strtoul(at, NULL, 10);
    }
}

/* Text, number and language of a slide, and without text the size of its picture: an answer may be corrected
 * without it. */
static uint64_t key_of(const struct asked *asked, size_t picture_bytes)
{
    const char *language = strstr(asked->text, "Write everything in ");
    uint64_t key = UINT64_C(0xcbf29ce484222325) + ((uint64_t)asked->slides[0] << 32);

    if (strstr(asked->text, "Text layer of the slide:") == NULL)
        key += picture_bytes;

    if (language != NULL)
        key = asked_hash(key, language, strcspn(language, ".\n"));
    for (unsigned i = 0; i < asked->line_count; i++)
        key = asked_hash(key, asked->lines[i], strlen(asked->lines[i]));
    return key;
}

bool asked_read(struct asked *asked, const json_t *request, size_t picture_bytes)
{
    const json_t *format = json_object_get(json_object_get(request, "response_format"), "json_schema");

    memset(asked, 0, sizeof *asked);
    asked->text = text_of(request);
    asked->schema = json_object_get(format, "schema");
    asked->overview = json_object_get(json_object_get(asked->schema, "properties"), "outline") != NULL;
    find_lines(asked);
    find_slides(asked);
    for (const char *at = asked->text; (at = strstr(at, "\nStatement ")) != NULL; at++)
        asked->statement_count++;
    asked->key = key_of(asked, picture_bytes);
    return json_is_object(asked->schema);
}

void asked_free(struct asked *asked)
{
    for (unsigned i = 0; i < asked->line_count; i++)
        free(asked->lines[i]);
    free(asked->text);
}
