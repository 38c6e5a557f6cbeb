/* extractive_answer - see extractive_answer.h */
#include "stages/vision/offline/extractive_answer.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/vision/answer/answer.h"
#include "stages/vision/offline/definition_cards.h"
#include "stages/lib/text/char_class.h"
#include "stages/lib/text/page_kind.h"
#include "stages/vision/text/layout.h"
#include "stages/vision/offline/outline.h"
#include "stages/vision/offline/offline_phrases.h"

enum {
    PARAGRAPHS = 30,
    PARAGRAPH = 4000,
    POINTS = 8,
    POINT = 400,
    SUMMARY_POINTS = 3,
    SUMMARY = 320,
    LABEL = 4
};

/* A string of at most most bytes; what is cut off is shown. */
static json_t *cut(const char *text, size_t max)
{
    size_t size = strlen(text), keep = utf8_cut(text, size, max);
    char *copy;
    json_t *value;

    if (keep == size)
        return json_string(text);
    must(asprintf(&copy, "%.*s …", (int)keep, text) != -1);
    value = json_string(copy);
    free(copy);
    return value;
}

static void end_sentence(FILE *out, const char *text)
{
    uint32_t last = char_last(text);

    if (char_is_letter(last) || char_is_digit(last) || last == ')' || last == '"')
        fputs(char_is_wide(last) ? "。" : ".", out);
}

/* ---- paragraphs ---- */

/* The letters at the parts of a drawing. */
static bool is_label(const struct item *item)
{
    return item->kind == ITEM_FORMULA && !item->listed && strlen(item->text) <= LABEL;
}

/* Writes item i and what belongs under it as one paragraph; returns the item after it. */
static size_t paragraph(FILE *out, const struct layout *layout, size_t i)
{
    const struct item *head = &layout->items[i], *item = head;
    bool wide = char_is_wide(char_last(head->text));

    fputs(head->text, out);
    if (is_label(head)) {
        for (i++; i < layout->count && is_label(&layout->items[i]); i++)
            fprintf(out, ", %s", layout->items[i].text);
        return i;
    }
    if (head->kind != ITEM_TEXT)
        return i + 1;
    for (i++; i < layout->count && layout->items[i].level > head->level && layout->items[i].kind == ITEM_TEXT;
         i++) {
        bool ended = char_ends_sentence(char_last(item->text));

        if (item == head)
            fputs(ended ? (wide ? "" : " ") : wide ? "：" : ": ", out);
        else
            fputs(ended ? (wide ? "" : " ") : wide ? "；" : "; ", out);
        item = &layout->items[i];
        fputs(item->text, out);
    }
    end_sentence(out, item->text);
    return i;
}

static json_t *paragraphs(const struct layout *layout)
{
    json_t *list = json_array();

    for (size_t i = 0; i < layout->count && json_array_size(list) < PARAGRAPHS;) {
        char *text = NULL;
        size_t size;
        FILE *out = open_memstream(&text, &size);

        must(out != NULL);
        i = paragraph(out, layout, i);
        must(fclose(out) == 0);
        json_array_append_new(list, cut(text, PARAGRAPH));
        free(text);
    }
    return list;
}

/* ---- points ---- */

static bool point_like(const struct item *item, bool listed_only, int deepest)
{
    return item->kind == ITEM_TEXT && item->level <= deepest && (item->listed || !listed_only) &&
           strlen(item->text) > 2;
}

static size_t count_points(const struct layout *layout, bool listed_only, int deepest)
{
    size_t count = 0;

    for (size_t i = 0; i < layout->count; i++)
        count += point_like(&layout->items[i], listed_only, deepest);
    return count;
}

/* The entries of the slide's list; where it has none, its lines. Details only where the main points are few.
 */
static json_t *points(const struct layout *layout)
{
    bool listed_only = count_points(layout, true, 8) >= 2;
    int deepest = count_points(layout, listed_only, 0) >= 3 ? 0 : 1;
    json_t *list = json_array();

    for (size_t i = 0; i < layout->count && json_array_size(list) < POINTS; i++)
        if (point_like(&layout->items[i], listed_only, deepest))
            json_array_append_new(list, cut(layout->items[i].text, POINT));
    return list;
}

static json_t *summary(const char *title, const json_t *list)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    bool wide = char_is_wide(char_last(title));
    const char *last = title;
    json_t *value, *entry;
    size_t i;

    must(out != NULL);
    fputs(title, out);
    json_array_foreach(list, i, entry)
    {
        const char *point = json_string_value(entry);
        const char *between = i > 0 ? (wide ? "；" : "; ") : wide ? "：" : ": ";

        if (i == SUMMARY_POINTS || (i > 0 && (size_t)ftell(out) + strlen(point) > SUMMARY))
            break;
        fputs(*last == '\0' ? "" : char_ends_sentence(char_last(last)) ? " " : between, out);
        fputs(point, out);
        last = point;
    }
    end_sentence(out, last);
    must(fclose(out) == 0);
    value = cut(text, 2 * SUMMARY);
    free(text);
    return value;
}

/* ---- the whole ---- */

/* A slide that does not teach: all it says, in a line. */
static json_t *in_a_line(const struct layout *layout)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    const char *last = layout->title;
    json_t *list;

    must(out != NULL);
    fputs(last, out);
    for (size_t i = 0; i < layout->count; i++) {
        bool ended = char_ends_sentence(char_last(last)), wide = char_is_wide(char_last(last));

        fputs(*last == '\0' ? "" : ended ? " " : i == 0 ? (wide ? "：" : ": ") : wide ? "；" : "; ", out);
        last = layout->items[i].text;
        fputs(last, out);
    }
    end_sentence(out, last);
    must(fclose(out) == 0);
    list = json_pack("[o]", cut(text, PARAGRAPH));
    free(text);
    return list;
}

static json_t *answer_of(const struct layout *layout, const struct offline_phrases *wording,
                         const struct extractive_source *telling, enum page_kind kind)
{
    json_t *told = kind == KIND_CONTENT ? paragraphs(layout) : in_a_line(layout), *list = points(layout);
    char *place = outline_place(telling->outline, layout->title, wording);
    json_t *answer;

    if (json_array_size(told) == 0)
        json_array_append_new(told, json_string(layout->title));
    answer = json_pack(
        "{s:o, s:s, s:o, s:o, s:s, s:o, s:[], s:o}", "title", cut(layout->title, SUMMARY), "kind",
        page_kind_name(kind), "explanation", told, "key_points", list, "connections", place, "short_summary",
        kind == KIND_CONTENT ? summary(layout->title, list) : json_string(""), "labels", "anki_cards",
        definition_cards_of_layout(layout, wording, telling->style, telling->cards));
    free(place);
    return answer;
}

json_t *extractive_answer(const struct extractive_source *telling)
{
    const struct page_kind_place place = {.slide = telling->slide, .slides = telling->slides};
    const struct offline_phrases *wording = offline_phrases_find(telling->language);
    struct layout *layout = layout_of(telling->page);
    const char *why;
    json_t *answer, *clean;

    if (layout->count > 0 || *layout->title != '\0')
        answer = answer_of(layout, wording, telling, page_kind_of_page(telling->page, &place));
    else
        answer = json_pack("{s:s, s:[s], s:[], s:s, s:s, s:[]}", "title", "", "explanation", wording->picture,
                           "key_points", "connections", "", "short_summary", wording->picture, "anki_cards");
    must(answer != NULL);
    clean = answer_shaped(answer, telling->cards, &why);
    must(clean != NULL); /* what we write ourselves keeps the bounds we check others by */
    json_decref(answer);
    page_kind_settle(clean, telling->page, &place);
    layout_free(&layout);
    return clean;
}
