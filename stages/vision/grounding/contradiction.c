/* contradiction - see contradiction.h */
#include "stages/vision/grounding/contradiction.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "stages/lib/text/char_class.h"
#include "stages/vision/grounding/example_marks.h"
#include "stages/vision/grounding/nearby_words.h"
#include "stages/vision/grounding/number_text.h"
#include "stages/vision/grounding/quantity.h"

enum {
    MAX_FACTS = 256,
    FEW = 2,         /* words of its own in a sentence that says what the slide says */
    AROUND = 400,    /* characters on each side of a claim in which the text may repeat the slide's number */
    MAX_AROUND = 16, /* numbers there */
    MAX_NAME = 6     /* words of a name */
};

struct slide_facts {
    struct quantity *quantities;
    bool *shared; /* of each: another number has its unit */
    size_t quantity_count;
    struct nearby_words *names; /* what stands next to each */
    size_t name_count;
    struct nearby_words title; /* of its first line */
    struct word_list words;    /* of it all */
};

/* ---- names ---- */

/* Behind a word that begins with a capital; from itself if there is none. */
static size_t capital_end(const struct plain_chars *t, size_t from)
{
    size_t end = from;

    if (from < t->count && char_is_letter(t->c[from]) && char_to_lower(t->c[from]) != t->c[from])
        nearby_stem(t, from, &end);
    return end - from < 2 ? from : end;
}

/* Behind two or more of them in a row. */
static size_t name_end(const struct plain_chars *t, size_t from)
{
    size_t end = capital_end(t, from), next = end;

    for (unsigned words = 1; words < MAX_NAME && next > from && next < t->count && t->c[next] == ' ';
         words++) {
        size_t more = capital_end(t, next + 1);

        if (more == next + 1)
            break;
        next = more;
    }
    return next == end ? from : next;
}

/* German writes all nouns like names, but with an article. */
static bool has_article(const struct plain_chars *t, size_t at)
{
    static const char list[] = " der die das den dem des ein eine einen einem einer eines im am zum zur vom ";
    char key[12] = " ";
    size_t from = at, used = 1;

    while (from > 0 && at - from < 9 && t->c[from - 1] < 0x80 &&
           (from == at ? t->c[from - 1] == ' ' : char_is_letter(t->c[from - 1])))
        from--;
    for (size_t i = from; i + 1 < at; i++)
        key[used++] = (char)char_to_lower(t->c[i]);
    key[used++] = ' ';
    key[used] = '\0';
    return used > 3 && strstr(list, key) != NULL;
}

/* Does the sentence speak of somebody or something else: has it names inside it, and none of the slide's? */
static bool is_of_another(const struct slide_facts *slide, const struct plain_chars *t, struct span sentence)
{
    bool other = false;

    for (size_t i = sentence.from + 1; i < sentence.to; i++) {
        struct nearby_words name = {.count = 0};
        size_t end = nearby_is_part(t, i - 1) ? i : capital_end(t, i);

        if (end == i)
            continue;
        nearby_add(&name, t, (struct span){i, end});
        if (nearby_beyond(&name, &slide->words) < name.count)
            return false;
        other = other || (name.count > 0 && !has_article(t, i));
        i = end - 1;
    }
    return other;
}

/* ---- the slide ---- */

static void add_quantity(struct slide_facts *facts, const struct plain_chars *t, const struct number_text *n)
{
    size_t last = facts->quantity_count++;

    quantity_read(&facts->quantities[last], t, n);
    for (size_t i = 0; i < last; i++)
        if (facts->quantities[i].unit == facts->quantities[last].unit)
            facts->shared[last] = facts->shared[i] = true;
}

static void read_numbers(struct slide_facts *facts, const struct plain_chars *t)
{
    struct number_text n;

    for (size_t i = 0; i < t->count && facts->quantity_count < MAX_FACTS; i = n.to) {
        n.to = i + 1;
        if (!plain_is_digit(t->c[i]))
            continue;
        number_text_read(t, i, &n);
        add_quantity(facts, t, &n);
    }
}

static void read_names(struct slide_facts *facts, const struct plain_chars *t)
{
    for (size_t i = 0; i < t->count && facts->name_count < MAX_FACTS; i++) {
        size_t end = i > 0 && nearby_is_part(t, i - 1) ? i : name_end(t, i);
        struct nearby_words *near = &facts->names[facts->name_count];

        if (end == i)
            continue;
        near->count = 0;
        nearby_add(near, t, nearby_before(t, i));
        nearby_add(near, t, nearby_behind(t, end));
        facts->name_count++;
        i = end - 1;
    }
}

static size_t line_end(const struct plain_chars *t)
{
    size_t end = 0;

    while (end < t->count && end < MAX_THOUGHT && t->c[end] != '\n')
        end++;
    return end;
}

struct slide_facts *slide_facts_of(const struct plain_chars *text)
{
    struct slide_facts *facts = need_zero(1, sizeof *facts);

    facts->quantities = need(MAX_FACTS * sizeof *facts->quantities);
    facts->shared = need_zero(MAX_FACTS, sizeof *facts->shared);
    facts->names = need(MAX_FACTS * sizeof *facts->names);
    nearby_add(&facts->title, text, (struct span){0, line_end(text)});
    facts->words = nearby_list(text);
    read_numbers(facts, text);
    read_names(facts, text);
    return facts;
}

void slide_facts_free(struct slide_facts **facts)
{
    if (*facts == NULL)
        return;
    free((*facts)->quantities);
    free((*facts)->shared);
    free((*facts)->names);
    free((*facts)->words.stems);
    free(*facts);
    *facts = NULL;
}

/* ---- the whole ---- */

struct number_claim {
    struct quantity quantity; /* its line: the sentence it stands in */
    bool example, of_another;
    struct digits repeated[MAX_AROUND]; /* other numbers around it */
    unsigned repeated_count;
};

/* What the text says of the slide's own numbers around the claim: another number beside those is another
 * case. */
static void read_around(struct number_claim *claim, const struct plain_chars *t,
                        const struct number_text *self)
{
    size_t from = self->from > AROUND ? self->from - AROUND : 0;
    struct number_text n;

    for (size_t i = from; i < t->count && i < self->to + AROUND && claim->repeated_count < MAX_AROUND;
         i = n.to) {
        n.to = i + 1;
        if (!plain_is_digit(t->c[i]))
            continue;
        number_text_read(t, i, &n);
        if (n.from != self->from)
            claim->repeated[claim->repeated_count++] = digits_of(t, &n);
    }
}

static bool is_repeated(const struct number_claim *claim, const struct quantity *q)
{
    for (unsigned i = 0; i < claim->repeated_count; i++)
        if (digits_equal(&claim->repeated[i], &q->digits))
            return true;
    return false;
}

/* Of the slide's number at i. */
static bool says_otherwise(const struct slide_facts *slide, const struct number_claim *claim, size_t i)
{
    const struct quantity *c = &claim->quantity, *q = &slide->quantities[i];
    bool units = c->unit != 0 && q->unit != 0, same_unit = c->unit == q->unit;

    if (c->year != q->year || (units && !same_unit) || is_repeated(claim, q))
        return false;
    if (digits_misread(&c->digits, &q->digits))
        return true;
    if (claim->example || !same_unit)
        return false;
    if (nearby_share(&c->near, &q->near) || (c->symbol != 0 && c->symbol == q->symbol))
        return true;
    if (claim->of_another || (c->unit == 0 && !c->year))
        return false;
    return nearby_share(&c->line, &q->line) ||
           (c->unit != 0 && (nearby_share(&c->line, &slide->title) ||
                             (!slide->shared[i] && nearby_beyond(&c->line, &slide->words) <= FEW)));
}

bool number_contradicts(const struct slide_facts *slide, const struct plain_chars *text, size_t from,
                        size_t to)
{
    struct number_claim claim = {.example = false};
    struct number_text n;
    struct span sentence;

    while (from < to && !plain_is_digit(text->c[from]))
        from++;
    if (from == to)
        return false;
    number_text_read(text, from, &n);
    quantity_read(&claim.quantity, text, &n);
    read_around(&claim, text, &n);
    sentence = nearby_thought(text, n.from, n.to);
    claim.example = example_marked(text, sentence, n.from);
    claim.of_another = is_of_another(slide, text, sentence);
    for (size_t i = 0; i < slide->quantity_count; i++)
        if (says_otherwise(slide, &claim, i))
            return true;
    return false;
}

bool name_contradicts(const struct slide_facts *slide, const struct plain_chars *text, size_t from, size_t to)
{
    struct nearby_words wanted = {.count = 0};

    nearby_add(&wanted, text, nearby_before(text, from));
    nearby_add(&wanted, text, nearby_behind(text, to));
    for (size_t i = 0; i < slide->name_count; i++)
        if (nearby_share(&wanted, &slide->names[i]))
            return true;
    return false;
}
