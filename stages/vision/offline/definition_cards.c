/* definition_cards - see definition_cards.h */
#include "stages/vision/offline/definition_cards.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"
#include "stages/lib/text/char_class.h"

enum {
    MAX_TERM = 60,
    MAX_TITLE = 120,
    MIN_POINTS = 2,
    MAX_POINTS = 6,
    MAX_LIST = 600,
    SENTENCE_WORDS = 4,
    SENTENCE_WIDE = 8,
    TERM_WORDS = 6,
    MAX_WIDE = 20,
    MAX_BACK = 600,
    MIN_BACK = 12,
    BACK_WORDS = 3,
    PREDICATE_WORDS = 2,
    BACK_WIDE = 5
};

/* What joins a term and what it is. keep: the whole sentence is the back; else only what stands behind the
 * joint. */
static const struct joint {
    const char *text;
    bool keep;
} joints[] = {
    {": ", false},
    {"：", false},
    {" – ", false},
    {" — ", false},
    {" - ", false},
    /* English */
    {" is a ", true},
    {" is an ", true},
    {" is the ", true},
    {" is defined as ", true},
    {" are defined as ", true},
    {" refers to ", true},
    {" means ", true},
    {" denotes ", true},
    /* Spanish */
    {" es un ", true},
    {" es una ", true},
    {" es el ", true},
    {" es la ", true},
    {" significa ", true},
    {" se define como ", true},
    {" consiste en ", true},
    /* German */
    {" ist ein ", true},
    {" ist eine ", true},
    {" ist der ", true},
    {" ist die ", true},
    {" ist das ", true},
    {" bedeutet ", true},
    {" bezeichnet ", true},
    /* French */
    {" est un ", true},
    {" est une ", true},
    {" est le ", true},
    {" est la ", true},
    {" signifie ", true},
    {" désigne ", true},
    /* Italian */
    {" è un ", true},
    {" è una ", true},
    {" è il ", true},
    {" è la ", true},
    {" indica ", true},
    /* Portuguese */
    {" é um ", true},
    {" é uma ", true},
    {" é o ", true},
    {" é a ", true},
    /* Japanese, Chinese */
    {"とは、", true},
    {"とは，", true},
    {"是指", true},
    {"指的是", true},
    {"是一种", true},
    {"是一个", true},
};

/* Words a text may begin with that are no name of a thing. Small letters, space before and after. */
static const char no_terms[] =
    " this that it there these those what how why when where who which he she we you they i a an the one "
    "here here's in on at to "
    " for with by of from if then later because see but and or so not no yes as let let's today's some most "
    " example examples note notes e.g i.e eg ie figure fig table source sources question questions q answer "
    "answers step hint "
    " warning remember idea goal goals input output advantages disadvantages pros cons summary outline "
    "agenda remark tip tips "
    " ps p.s aside preview exercise todo ex problem problems solution result results reference references "
    "url link date small "
    " medium large big next today lecture part chapter section intuition "
    " esto eso este esta hay que pero si en con para por cuando ejemplo ejemplos nota figura tabla fuente "
    "pregunta respuesta "
    " ventajas desventajas observar "
    " dies das es dieser diese aber wenn im mit für beispiel beispiele hinweis abbildung abb tabelle quelle "
    "frage antwort "
    " vorteile nachteile teil kapitel "
    " ce cela ceci il mais dans avec pour exemple exemples remarque tableau réponse avantages inconvénients "
    " questo questa ma se per esempio esempi fonte tabella domanda risposta vantaggi svantaggi "
    " isto isso mas em com exemplo exemplos resposta vantagens desvantagens "
    " 例 注 注意 図 表 图 例えば 例如 问题 問題 结果 結果 参考 ";

/* Articles that do not belong into the question. */
static const char *const articles[] = {"a ",  "an ",  "the ", "el ",  "la ",  "los ", "las ",
                                       "un ", "una ", "der ", "die ", "das ", "ein ", "eine ",
                                       "le ", "les ", "une ", "il ",  "lo ",  "i ",   "gli ",
                                       "o ",  "os ",  "as ",  "um ",  "uma ", "l'",   "l’"};

/* What makes it a sentence or somebody's. */
static const char *const sentences[] = {" is ",   " are ", " es ", " son ", " ist ", " sind ", " est ",
                                        " sont ", "'s ",   "’s ",  "（",    " è ",   " é "};

static void small(char *to, const char *from)
{
    for (; *from != '\0'; from++)
        *to++ = *from >= 'A' && *from <= 'Z' ? (char)(*from - 'A' + 'a') : *from;
    *to = '\0';
}

static unsigned words(const char *text, unsigned *wide)
{
    size_t size = strlen(text), at = 0, step;
    unsigned count = 0;
    bool inside = false;
    uint32_t c;

    *wide = 0;
    for (; at < size && (step = utf8_next(text + at, size - at, &c)) > 0; at += step) {
        *wide += char_is_wide(c);
        count += c != ' ' && !inside;
        inside = c != ' ';
    }
    return count;
}

static bool no_term(const char *lowered)
{
    char word[MAX_TERM + 3];
    size_t first = strcspn(lowered, " .,'");

    snprintf(word, sizeof word, " %.*s ", (int)first, lowered);
    return strstr(no_terms, word) != NULL;
}

/* Cuts the article off; NULL if what is left is not the name of something. */
static const char *term_of(char *term)
{
    char lowered[MAX_TERM + 1];
    const char *from = term;
    unsigned wide, count;

    small(lowered, term);
    for (size_t i = 0; i < sizeof articles / sizeof articles[0]; i++) {
        size_t size = strlen(articles[i]);

        if (strncmp(lowered, articles[i], size) == 0 && term[size] != '\0') {
            from = term + size;
            break;
        }
    }
    count = words(from, &wide);
    if (count == 0 || count > TERM_WORDS || wide > MAX_WIDE || !char_is_letter(char_first(from)) ||
        strpbrk(from, "?!.;,=<>\"|{}[]()$#\\/") != NULL || no_term(lowered + (from - term)))
        return NULL;
    for (size_t i = 0; i < sizeof sentences / sizeof sentences[0]; i++)
        if (strstr(from, sentences[i]) != NULL)
            return NULL;
    return from;
}

/* A list of names is no definition, nor is a question, code or an amount. */
static bool defines(const char *text, unsigned min_words)
{
    unsigned wide, count = words(text, &wide), commas = 0;
    uint32_t last = char_last(text);

    if (!char_is_letter(char_first(text)) || last == '?' || last == 0xff1f || last == ':' ||
        strstr(text, " - ") != NULL)
        return false;
    for (const char *c = text; *c != '\0'; c++)
        commas += *c == ',' || *c == '=';
    return strlen(text) <= MAX_BACK && strstr(text, "...") == NULL &&
           (wide >= BACK_WIDE || (count >= min_words && strlen(text) >= MIN_BACK)) &&
           3 * commas <= count + wide;
}

static bool known(const json_t *cards, const char *front)
{
    const json_t *card;
    size_t i;

    json_array_foreach(cards, i, card)
    {
        if (strcmp(json_string_value(json_object_get(card, "front")), front) == 0)
            return true;
    }
    return false;
}

static void add_card(json_t *cards, const char *const question[2], const char *term, const char *back)
{
    char front[MAX_TITLE + 128];

    snprintf(front, sizeof front, "%s%s%s", question[0], term, question[1]);
    if (!known(cards, front))
        json_array_append_new(cards,
                              json_pack("{s:s, s:s, s:s}", "concept", term, "front", front, "back", back));
}

/* The term becomes the gap of the sentence that says what it is. */
static void add_gap(json_t *cards, const char *text, const char *name, size_t name_size)
{
    char *front;

    if (strstr(text, "{{") != NULL || strstr(text, "}}") != NULL)
        return;
    must(asprintf(&front, "%.*s{{c1::%.*s}}%s", (int)(name - text), text, (int)name_size, name,
                  name + name_size) != -1);
    if (!known(cards, front))
        json_array_append_new(
            cards, json_pack("{s:s%, s:s, s:s}", "concept", name, name_size, "front", front, "back", ""));
    free(front);
}

/* Tries the joint that comes first in the text, and no other: "X: it is a Y" is about X. */
static void look(json_t *cards, const struct offline_phrases *wording, enum card_style style,
                 const char *text)
{
    const struct joint *joint = NULL;
    const char *at = NULL, *found, *name;
    char term[MAX_TERM + 1];

    for (size_t i = 0; i < sizeof joints / sizeof joints[0]; i++) {
        found = strstr(text, joints[i].text);
        if (found != NULL && (at == NULL || found < at)) {
            at = found;
            joint = &joints[i];
        }
    }
    if (joint == NULL || at == text || at - text > MAX_TERM)
        return;
    memcpy(term, text, (size_t)(at - text));
    term[at - text] = '\0';
    at += strlen(joint->text);
    name = term_of(term);
    if (name == NULL || !defines(at, joint->keep ? PREDICATE_WORDS : BACK_WORDS))
        return;
    if (style == CARDS_CLOZE)
        add_gap(cards, text, text + (name - term), strlen(name));
    else
        add_card(cards, wording->question, name, joint->keep ? text : at);
}

/* Bullets may be drawn, not written: a slide of a few whole sentences and nothing else is a list too. */
static bool is_list_of_sentences(const struct layout *layout)
{
    for (size_t i = 0; i < layout->count; i++) {
        unsigned wide, count = words(layout->items[i].text, &wide);

        if (layout->items[i].listed || layout->items[i].kind != ITEM_TEXT ||
            (count < SENTENCE_WORDS && wide < SENTENCE_WIDE))
            return false;
    }
    return layout->count <= MAX_POINTS;
}

/* What asks, or ends in the middle, teaches nothing. */
static bool tells(const char *text)
{
    uint32_t last = char_last(text);

    return strchr(text, '?') == NULL && strstr(text, "？") == NULL && last != ':' && last != 0xff1a;
}

/* A slide that defines nothing but has a short list under a title: the list is what it is there to teach. */
static void look_at_list(json_t *cards, const struct offline_phrases *wording, const struct layout *layout)
{
    bool whole = is_list_of_sentences(layout), told = true;
    char *back = NULL;
    unsigned points = 0;
    size_t size;
    FILE *out;

    if (*layout->title == '\0' || strlen(layout->title) > MAX_TITLE)
        return;
    out = open_memstream(&back, &size);
    must(out != NULL);
    for (size_t i = 0; i < layout->count; i++) {
        const struct item *item = &layout->items[i];

        if (item->kind != ITEM_TEXT || item->level > 0 || (!item->listed && !whole) ||
            strlen(item->text) <= 2)
            continue;
        told = told && tells(item->text);
        fprintf(out, "%s%s", points++ > 0 ? "\n" : "", item->text);
    }
    must(fclose(out) == 0);
    if (told && points >= MIN_POINTS && points <= MAX_POINTS && size <= MAX_LIST)
        add_card(cards, wording->points, layout->title, back);
    free(back);
}

/* A box of the slide: a small title and what stands under it. */
static void look_at_box(json_t *cards, const struct offline_phrases *wording, const struct layout *layout,
                        size_t head)
{
    const struct item *items = layout->items;
    char *back = NULL;
    unsigned points = 0, wide;
    bool told = words(items[head].text, &wide) > 0 && tells(items[head].text);
    size_t size, i;
    FILE *out = open_memstream(&back, &size);

    must(out != NULL);
    for (i = head + 1; i < layout->count && items[i].level > items[head].level && !items[i].heads; i++) {
        told = told && items[i].kind == ITEM_TEXT && tells(items[i].text) && strlen(items[i].text) > 2;
        fprintf(out, "%s%s", points++ > 0 ? "\n" : "", items[i].text);
    }
    must(fclose(out) == 0);
    if (told && points >= MIN_POINTS && points <= MAX_POINTS && size <= MAX_LIST)
        add_card(cards, wording->points, items[head].text, back);
    free(back);
}

json_t *definition_cards_of_layout(const struct layout *layout, const struct offline_phrases *wording,
                                   enum card_style style, unsigned max)
{
    json_t *cards = json_array();

    for (size_t i = 0; i < layout->count && json_array_size(cards) < max; i++)
        if (layout->items[i].kind == ITEM_TEXT)
            look(cards, wording, style, layout->items[i].text);
    if (json_array_size(cards) > 0 || style == CARDS_CLOZE)
        return cards;
    for (size_t i = 0; i < layout->count && json_array_size(cards) < max; i++)
        if (layout->items[i].heads)
            look_at_box(cards, wording, layout, i);
    if (json_array_size(cards) == 0 && max > 0)
        look_at_list(cards, wording, layout);
    return cards;
}
