/* grounding - see grounding.h */
#include "stages/vision/grounding/grounding.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/lib/text/cloze.h"
#include "stages/lib/text/fold.h"
#include "stages/lib/text/char_class.h"
#include "stages/lib/text/language_tag.h"
#include "stages/vision/grounding/claimed_formulas.h"
#include "stages/vision/grounding/claimed_names.h"
#include "stages/vision/grounding/claimed_numbers.h"
#include "stages/vision/grounding/contradiction.h"
#include "stages/vision/grounding/plain_chars.h"
#include "stages/vision/grounding/topic_overlap.h"

enum {
    MAX_CLAIMS = 50,
    MIN_LETTERS = 40,
    MAX_CLAIM = 200,
    SAME_LANGUAGE = 30,
    TEXT_BARE = 31000,
    TEXT_LETTER = 190,
    PICTURE_BARE = 40000,
    PICTURE_LETTER = 300
};

/* ---- what vouches ---- */

struct known {
    struct slide_facts *facts; /* of the slide's own text */
    struct numbers *numbers;
    struct symbols *symbols;
    char *words; /* folded, a blank before and after */
    bool names;  /* names can be judged in this language */
};

static void write_page(FILE *out, const struct page *page)
{
    for (size_t i = 0; i < page->count; i++)
        fprintf(out, "%s\n", page->lines[i].text);
}

static struct slide_facts *facts_of_page(const struct page *page)
{
    struct plain_chars *chars;
    struct slide_facts *facts;
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    must(out != NULL);
    write_page(out, page);
    must(fclose(out) == 0);
    chars = plain_chars_of(text);
    free(text);
    facts = slide_facts_of(chars);
    plain_chars_free(&chars);
    return facts;
}

static char *text_of_sources(const struct grounding_sources *s)
{
    const char *const more[] = {s->title, s->outline, s->before, s->after, s->instructions};
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    must(out != NULL);
    write_page(out, s->page);
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        if (more[i] != NULL)
            fprintf(out, "%s\n", more[i]);
    must(fclose(out) == 0);
    return text;
}

/* German writes every noun with a capital. In another language than the slide's, names may be translated. */
static bool judges_names(const char *known, const char *language, const json_t *answer)
{
    const char *told = json_string_value(json_array_get(json_object_get(answer, "explanation"), 0));
    struct language_tag tag;

    language_tag_find(&tag, language);
    return strncmp(tag.base, "de", 2) != 0 && told != NULL && names_overlap(known, told) >= SAME_LANGUAGE;
}

static struct known *known_of(const struct grounding_sources *s, const json_t *answer)
{
    struct known *known = need(sizeof *known);
    char *text = text_of_sources(s), *folded = fold(text);
    struct plain_chars *chars = plain_chars_of(text);

    *known =
        (struct known){.facts = facts_of_page(s->page), .numbers = numbers_new(), .symbols = symbols_new()};
    numbers_learn(known->numbers, chars);
    for (uint32_t slide = s->slide > 1 ? s->slide - 1 : s->slide; slide <= s->slide + 1; slide++)
        numbers_add(known->numbers, slide);
    numbers_add(known->numbers, s->slides);
    symbols_learn(known->symbols, chars);
    must(asprintf(&known->words, " %s ", folded) != -1);
    known->names = judges_names(known->words, s->language, answer);
    plain_chars_free(&chars);
    free(folded);
    free(text);
    return known;
}

static void known_free(struct known **known)
{
    slide_facts_free(&(*known)->facts);
    numbers_free(&(*known)->numbers);
    symbols_free(&(*known)->symbols);
    free((*known)->words);
    free(*known);
    *known = NULL;
}

/* ---- claims ---- */

struct search {
    json_t *claims;
    const struct known *known;
    const char *where, *kind, *text;
    size_t index;
    const struct plain_chars *chars;
};

static bool claimed(const struct search *s, const char *text)
{
    const json_t *claim;
    size_t i;

    json_array_foreach(s->claims, i, claim)
    {
        if (strcmp(json_string_value(json_object_get(claim, "text")), text) == 0 &&
            strcmp(json_string_value(json_object_get(claim, "where")), s->where) == 0 &&
            (size_t)json_integer_value(json_object_get(claim, "index")) == s->index)
            return true;
    }
    return false;
}

static bool contradicts(const struct search *s, size_t from, size_t to)
{
    if (strcmp(s->kind, "formula") == 0)
        return formula_contradicts(s->known->symbols, s->chars, from, to);
    return (strcmp(s->kind, "name") == 0 ? name_contradicts : number_contradicts)(s->known->facts, s->chars,
                                                                                  from, to);
}

static void on_found(void *arg, size_t from, size_t to)
{
    struct search *s = arg;
    char *text = plain_chars_cut(s->text, s->chars, from, to);

    text[utf8_cut(text, strlen(text), MAX_CLAIM)] = '\0';
    if (*text != '\0' && json_array_size(s->claims) < MAX_CLAIMS && !claimed(s, text)) {
        json_t *claim = json_pack("{s:s, s:I, s:s, s:s}", "where", s->where, "index", (json_int_t)s->index,
                                  "kind", s->kind, "text", text);

        if (contradicts(s, from, to))
            json_object_set_new(claim, "contradicts", json_true());
        json_array_append_new(s->claims, claim);
    }
    free(text);
}

static void check_text(json_t *claims, const struct known *known, const char *where, size_t index,
                       const char *text)
{
    struct plain_chars *chars = plain_chars_of(text);
    struct search search = {claims, known, where, "number", text, index, chars};

    plain_chars_unescape(chars);
    numbers_check(known->numbers, chars, on_found, &search);
    search.kind = "formula";
    formulas_check(known->symbols, chars, on_found, &search);
    search.kind = "name";
    if (known->names)
        names_check(known->words, text, chars, on_found, &search);
    plain_chars_free(&chars);
}

static void check_list(json_t *claims, const struct known *known, const char *where, const json_t *list)
{
    const json_t *entry;
    size_t i;

    json_array_foreach(list, i, entry) check_text(claims, known, where, i, json_string_value(entry));
}

/* Front and back as one text, so that a sum may begin on one and end on the other; gaps filled. */
static char *text_of_card(const json_t *card)
{
    const char *front = json_string_value(json_object_get(card, "front"));
    char *text = NULL;
    size_t size, from = 0;
    struct cloze gap;
    FILE *out = open_memstream(&text, &size);

    must(out != NULL);
    for (; cloze_next(front, from, &gap); from = gap.at + gap.size)
        fprintf(out, "%.*s%.*s", (int)(gap.at - from), front + from, (int)gap.inner_size, front + gap.inner);
    fprintf(out, "%s\n%s", front + from, json_string_value(json_object_get(card, "back")));
    must(fclose(out) == 0);
    return text;
}

static void check_cards(json_t *claims, const struct known *known, const json_t *cards)
{
    const json_t *card;
    size_t i;

    json_array_foreach(cards, i, card)
    {
        char *text = text_of_card(card);

        check_text(claims, known, "card", i, text);
        free(text);
    }
}

/* ---- can it be judged? ---- */

/* What the text layer is made of. */
struct letters {
    size_t named, unnamed;
};

static struct letters letters_of(const struct page *page)
{
    struct letters letters = {.unnamed = page->unknown};
    size_t step;
    uint32_t c;

    for (size_t i = 0; i < page->count; i++) {
        const char *text = page->lines[i].text;
        size_t size = strlen(text);

        for (size_t at = 0; at < size && (step = utf8_next(text + at, size - at, &c)) > 0; at += step) {
            letters.named += char_is_letter(c) || char_is_digit(c);
            letters.unnamed += c == 0xfffd || (c >= 0xe000 && c <= 0xf8ff);
        }
    }
    return letters;
}

/* Text whose letters were lost on the way out of the PDF vouches for nothing. */
static bool readable(const struct page *page)
{
    struct letters letters = letters_of(page);

    return letters.named > 0 && 20 * letters.unnamed <= letters.named;
}

/* Of a layer that lacks letters nobody can say what it does not say. */
static bool complete(const struct page *page)
{
    return letters_of(page).unnamed == 0;
}

/* A slide of text alone makes a JPEG of about 25 kB and 150 bytes a letter; one with twice that has a drawing
 * or a photograph, in which there may be numbers and names that only the model sees. */
static bool shows_more(size_t picture_bytes, size_t letters)
{
    return picture_bytes > PICTURE_BARE + PICTURE_LETTER * letters;
}

/* A quarter more than that is noise, or a template. */
static bool is_text_alone(size_t picture_bytes, size_t letters)
{
    return picture_bytes <= TEXT_BARE + TEXT_LETTER * letters;
}

static bool checkable(const struct grounding_sources *s)
{
    size_t letters = page_letters(s->page);

    return readable(s->page) && !s->page->ocr &&
           (s->picture_bytes == 0 || (letters >= MIN_LETTERS && !shows_more(s->picture_bytes, letters)));
}

bool grounding_text_says_all(const struct grounding_sources *s)
{
    return checkable(s) && complete(s->page) && is_text_alone(s->picture_bytes, page_letters(s->page));
}

json_t *grounding_check(const json_t *answer, const struct grounding_sources *sources)
{
    struct known *known;
    json_t *claims;

    if (!checkable(sources))
        return NULL;
    known = known_of(sources, answer);
    claims = json_array();
    check_list(claims, known, "explanation", json_object_get(answer, "explanation"));
    check_list(claims, known, "key_points", json_object_get(answer, "key_points"));
    check_text(claims, known, "short_summary", 0,
               json_string_value(json_object_get(answer, "short_summary")));
    check_text(claims, known, "connections", 0, json_string_value(json_object_get(answer, "connections")));
    check_cards(claims, known, json_object_get(answer, "anki_cards"));
    known_free(&known);
    if (json_array_size(claims) > 0 && !complete(sources->page)) {
        json_decref(claims);
        return NULL;
    }
    return claims;
}

/* All that an answer says, a line each. */
static char *text_of_answer(const json_t *answer)
{
    static const char *const members[] = {"title", "explanation", "key_points", "short_summary"};
    char *text = NULL;
    size_t size, i;
    FILE *out = open_memstream(&text, &size);
    const json_t *entry;

    must(out != NULL);
    for (size_t k = 0; k < sizeof members / sizeof *members; k++) {
        const json_t *member = json_object_get(answer, members[k]);

        if (json_is_string(member))
            fprintf(out, "%s\n", json_string_value(member));
        json_array_foreach(member, i, entry) fprintf(out, "%s\n", json_string_value(entry));
    }
    json_array_foreach(json_object_get(answer, "anki_cards"), i, entry)
    {
        char *card = text_of_card(entry);

        fprintf(out, "%s\n", card);
        free(card);
    }
    must(fclose(out) == 0);
    return text;
}

bool grounding_related(const json_t *answer, const struct grounding_sources *sources)
{
    char *said = text_of_answer(answer), *shown = text_of_sources(sources);
    bool related = topic_overlaps(said, shown);

    free(said);
    free(shown);
    return related;
}

size_t grounding_mark(json_t *answer, const struct grounding_sources *sources)
{
    const struct grounding_sources slide = {.page = sources->page};
    json_t *claims = grounding_check(answer, sources);
    size_t count = json_array_size(claims);
    bool judged = claims != NULL && (count > 0 || grounding_related(answer, &slide));

    json_object_set_new(answer, "grounded", judged ? json_boolean(count == 0) : json_null());
    json_object_set_new(answer, "unsupported", claims == NULL ? json_array() : claims);
    return count;
}
