/* page_kind - see page_kind.h */
#include "stages/lib/text/page_kind.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/lib/text/fold.h"
#include "stages/lib/text/char_class.h"
#include "stages/lib/text/page_kind_words.h"
#include "stages/lib/text/text_rows.h"

enum {
    MAX_FOLDED = 80, /* longer is no title we know */
    PARAGRAPH = 400,
    SUMMARY = 300,
    FURNITURE_LETTERS = 60,
    BARE_INK_PPM = 300,  /* dust: as plan_blank */
    INK_MAX_PPM = 10000, /* more than a line at the edge has */
    STRONG_WORDS = 40,
    BARE_WORDS = 8,
    AGENDA_ENTRY = 14,
    AGENDA_WORDS = 150,
    TITLE_WORDS = 45,
    TITLE_ROWS = 12,
    PART_WORDS = 12,
    PART_ROWS = 3
};

#define KIND_TEXT(name, text) text,
static const char *const names[] = {KIND_TABLE(KIND_TEXT)};

const char *page_kind_name(enum page_kind kind)
{
    must(kind < KINDS);
    return names[kind];
}

enum page_kind page_kind_of(const char *name)
{
    enum page_kind kind = 0;

    while (kind < KINDS && strcmp(names[kind], name) != 0)
        kind++;
    return kind;
}

/* ---- near-blank ---- */

static bool at_edge(const struct page *page, const struct page_line *line)
{
    bool above = (line->y + line->h) * 10 <= page->height && line->size * 30 <= page->height;
    bool below = line->y * 100 >= page->height * 88 && line->size * 20 <= page->height;

    return above || below;
}

static size_t letters_of(const char *text)
{
    size_t size = strlen(text), count = 0, step;
    uint32_t c;

    for (size_t at = 0; at < size && (step = utf8_next(text + at, size - at, &c)) > 0; at += step)
        count += char_is_letter(c) || char_is_digit(c);
    return count;
}

/* Ink that is not the text's own, so there is a picture. Letters fill less than half of their boxes. */
static bool more_ink(const struct page *page, uint32_t ink_ppm)
{
    uint64_t boxes = 0, area = (uint64_t)page->width * (uint64_t)page->height;

    for (size_t i = 0; i < page->count; i++)
        boxes += (uint64_t)page->lines[i].w * (uint64_t)page->lines[i].h;
    return ink_ppm > BARE_INK_PPM + boxes * 400000 / area;
}

bool page_kind_near_blank(const void *layer, size_t size, uint32_t ink_ppm)
{
    struct page *page;
    size_t letters = 0;
    bool near;

    if (ink_ppm > INK_MAX_PPM) /* most pages: they need no reading */
        return false;
    page = page_parse(layer, size);
    near = page->count > 0 && page->width > 0 && page->height > 0;
    for (size_t i = 0; i < page->count && near; i++) {
        near = page->lines[i].w >= 0 && page->lines[i].h >= 0 && at_edge(page, &page->lines[i]);
        letters += letters_of(page->lines[i].text);
    }
    near = near && letters <= FURNITURE_LETTERS && !more_ink(page, ink_ppm);
    page_free(&page);
    return near;
}

/* ---- what the page says ---- */

/* Words; two signs of a script without blanks count as one. */
static size_t words_of(const char *text)
{
    size_t size = strlen(text), words = 0, wide = 0, step;
    bool inside = false;
    uint32_t c;

    for (size_t at = 0; at < size && (step = utf8_next(text + at, size - at, &c)) > 0; at += step) {
        bool letter = char_is_letter(c) || char_is_digit(c);

        wide += char_is_wide(c) && letter;
        words += letter && !char_is_wide(c) && !inside;
        inside = letter && !char_is_wide(c);
    }
    return words + (wide + 1) / 2;
}

/* Is the folded text one of those between the bars? */
static bool among(const char *list, const char *folded)
{
    char key[MAX_FOLDED + 3];
    size_t size = strlen(folded);

    if (size == 0 || size > MAX_FOLDED)
        return false;
    key[0] = key[size + 1] = '|';
    memcpy(key + 1, folded, size);
    key[size + 2] = '\0';
    return strstr(list, key) != NULL;
}

/* What the rows of a page come to. */
struct glance {
    size_t rows, words, longest, listed;
    bool mono, agenda, thanks, end, part, titular, dated;
    int biggest;
};

/* A number before a title, or one behind it ("Outline (2)"), does not change it. */
static char *bare(char *folded)
{
    size_t size = strlen(folded);

    while (size > 0 && (isdigit((unsigned char)folded[size - 1]) || folded[size - 1] == ' '))
        folded[--size] = '\0';
    while (isdigit((unsigned char)*folded) || *folded == ' ')
        folded++;
    return folded;
}

static bool numbered(const char *word)
{
    return *word != '\0' && word[strspn(word, "0123456789ivxl")] == '\0';
}

/* "Part 2 ..." and its like; "第3章", where there are no blanks. */
static bool begins_part(const char *folded)
{
    char first[MAX_FOLDED + 1], second[16];
    size_t size = strcspn(folded, " "), next;

    if (strncmp(folded, "第", 3) == 0 || strncmp(folded, "제", 3) == 0)
        return isdigit((unsigned char)folded[3]) || strncmp(folded + 3, "一", 3) == 0 ||
               strncmp(folded + 3, "二", 3) == 0 || strncmp(folded + 3, "三", 3) == 0 ||
               strncmp(folded + 3, "四", 3) == 0 || strncmp(folded + 3, "五", 3) == 0;
    if (size > MAX_FOLDED || folded[size] == '\0')
        return false;
    memcpy(first, folded, size);
    first[size] = '\0';
    next = strcspn(folded + size + 1, " ");
    if (next >= sizeof second)
        return false;
    memcpy(second, folded + size + 1, next);
    second[next] = '\0';
    return among(part_words, first) && numbered(second);
}

static bool year(const char *word, size_t size)
{
    return size == 4 && (strncmp(word, "19", 2) == 0 || strncmp(word, "20", 2) == 0) &&
           isdigit((unsigned char)word[2]) && isdigit((unsigned char)word[3]);
}

static bool of_title_page(const char *folded)
{
    char word[MAX_FOLDED + 1];

    for (size_t size; *folded != '\0'; folded += size + (folded[size] == ' ')) {
        size = strcspn(folded, " ");
        snprintf(word, sizeof word, "%.*s", (int)(size > MAX_FOLDED ? MAX_FOLDED : size), folded);
        if (year(folded, size) || among(title_words, word))
            return true;
    }
    return false;
}

static void look_at(struct glance *glance, const struct text_rows *view, size_t i)
{
    const struct row *row = &view->rows[i];
    char *folded = fold(row->text), *title;
    size_t words = words_of(row->text);
    bool big = row->size == glance->biggest;

    glance->dated = glance->dated || of_title_page(folded) || strchr(row->text, '@') != NULL;
    glance->part = glance->part || (big && begins_part(folded));
    title = bare(folded);
    glance->rows += words > 0;
    glance->words += words;
    glance->longest = words > glance->longest ? words : glance->longest;
    glance->listed += row->marked;
    glance->mono = glance->mono || row->mono;
    glance->agenda = glance->agenda || ((big || i == 0) && among(agenda_words, title));
    glance->thanks = glance->thanks || among(thanks_words, title);
    glance->end = glance->end || (big && among(end_words, title));
    free(folded);
}

static struct glance glance_at(const struct page *page)
{
    struct text_rows *view = text_rows_of(page);
    struct glance glance = {0};

    for (size_t i = 0; i < view->count; i++)
        if (view->rows[i].size > glance.biggest && !row_wordless(&view->rows[i]))
            glance.biggest = view->rows[i].size;
    for (size_t i = 0; i < view->count; i++)
        look_at(&glance, view, i);
    glance.titular = glance.biggest * 100 >= view->body * 120 || glance.rows <= 4;
    text_rows_free(&view);
    return glance;
}

enum page_kind page_kind_of_page(const struct page *page, const struct page_kind_place *place)
{
    struct glance g = glance_at(page);

    if (g.mono || g.rows == 0)
        return KIND_CONTENT;
    if (g.agenda && g.rows > 2 && g.longest <= AGENDA_ENTRY && g.words <= AGENDA_WORDS)
        return KIND_AGENDA;
    if ((g.thanks && g.words <= STRONG_WORDS && g.listed < 3) || (g.end && g.words <= BARE_WORDS))
        return KIND_CLOSING;
    if (place->slide == 1 && place->slides > 1 && g.titular && g.listed == 0 && g.words <= TITLE_WORDS &&
        g.rows <= TITLE_ROWS && (g.dated || g.words <= PART_WORDS))
        return KIND_TITLE;
    if (place->slide > 1 && g.part && g.listed == 0 && g.words <= PART_WORDS && g.rows <= PART_ROWS)
        return KIND_SECTION;
    return KIND_CONTENT;
}

/* ---- page and answer together ---- */

/* Words a page of that kind can have at most. */
static const size_t room[KINDS] = {[KIND_CONTENT] = SIZE_MAX, [KIND_TITLE] = 80,   [KIND_AGENDA] = 250,
                                   [KIND_SECTION] = 40,       [KIND_CLOSING] = 60, [KIND_BLANK] = 10};

static size_t words_on(const struct page *page)
{
    size_t words = 0;

    for (size_t i = 0; i < page->count; i++)
        words += words_of(page->lines[i].text);
    return words;
}

/* The model sees the picture; only an agenda or a thank-you we know better, because there models invent. */
static enum page_kind settled(enum page_kind said, enum page_kind seen, const json_t *answer,
                              const struct page *page)
{
    bool rich = json_array_size(json_object_get(answer, "explanation")) > 1 ||
                json_array_size(json_object_get(answer, "anki_cards")) > 0;

    if (said == KIND_CONTENT)
        return seen == KIND_AGENDA || seen == KIND_CLOSING || !rich ? seen : KIND_CONTENT;
    if (words_on(page) > room[said] && json_array_size(json_object_get(answer, "explanation")) > 0)
        return seen;
    return said;
}

/* As many whole sentences as fit, at least one; no sentence fits: what fits, and that it is cut. */
static json_t *shortened(const char *text, size_t max)
{
    size_t size = strlen(text), end = 0, step, keep;
    char *copy;
    json_t *value;
    uint32_t c;

    if (size <= max)
        return json_string(text);
    for (size_t at = 0; at < max && (step = utf8_next(text + at, size - at, &c)) > 0; at += step)
        if (char_ends_sentence(c) && at + step <= max && (text[at + step] == ' ' || char_is_wide(c)))
            end = at + step;
    keep = end > 0 ? end : utf8_cut(text, size, max);
    must(asprintf(&copy, "%.*s%s", (int)keep, text, end > 0 ? "" : " …") != -1);
    value = json_string(copy);
    free(copy);
    return value;
}

static void reduce(json_t *answer)
{
    const char *first = json_string_value(json_array_get(json_object_get(answer, "explanation"), 0));
    const char *summary = json_string_value(json_object_get(answer, "short_summary"));

    json_object_set_new(answer, "short_summary", shortened(summary, SUMMARY));
    json_object_set_new(answer, "explanation",
                        first == NULL ? json_array() : json_pack("[o]", shortened(first, PARAGRAPH)));
    json_object_set_new(answer, "key_points", json_array());
    json_object_set_new(answer, "connections", json_string(""));
    json_object_set_new(answer, "labels", json_array());
    json_object_set_new(answer, "anki_cards", json_array());
}

void page_kind_settle(json_t *answer, const struct page *page, const struct page_kind_place *place)
{
    enum page_kind said = page_kind_of(json_string_value(json_object_get(answer, "kind")));
    enum page_kind kind = settled(said, page_kind_of_page(page, place), answer, page);

    json_object_set_new(answer, "kind", json_string(page_kind_name(kind)));
    if (kind != KIND_CONTENT)
        reduce(answer);
}
