/* phrases - see phrases.h */
#include "stages/assembler/lecture/phrases.h"

#include <stdlib.h>
#include <string.h>

#include "stages/assembler/lib/bytes.h"
#include "stages/assembler/lib/pool.h"
#include "stages/assembler/lib/text.h"
#include "stages/assembler/rich/rich_plain.h"

enum { ALT_MAX = 250, DOUBTS_MAX = 8 };

static const struct {
    enum outcome outcome;
    enum label sentence, word;
} verdicts[] = {{OUTCOME_FAILED, LABEL_FAILED, LABEL_WORD_FAILED},
                {OUTCOME_SKIPPED, LABEL_SKIPPED, LABEL_WORD_SKIPPED},
                {OUTCOME_BLANK, LABEL_BLANK, LABEL_WORD_BLANK},
                {OUTCOME_TEXT_ONLY, LABEL_TEXT_ONLY, LABEL_WORD_TEXT_ONLY}};

static char *text_finish(struct bytes *text)
{
    size_t size;

    bytes_text(text);
    return bytes_take(text, &size);
}

/* One more sentence, with what follows it. */
static void sentence_after(struct bytes *text, const char *sentence, const char *what)
{
    bytes_add_format(text, "%s%s%s", text->size > 0 ? " " : "", sentence, what);
}

bool phrase_shows(const struct lecture *lecture, const struct slide *slide)
{
    return lecture_place(lecture, slide->number) == slide->number;
}

char *phrase_origin(const struct lecture *lecture)
{
    struct bytes text = {0};

    bytes_add_text(&text, lecture->filename);
    if (!lecture_is_offline(lecture) && *lecture->model != '\0')
        bytes_add_format(&text, "%s%s", text.size > 0 ? " · " : "", lecture->model);
    return text_finish(&text);
}

/* The first sentence, as plain text. */
static void sentence_add(struct bytes *to, const char *text)
{
    struct pool *pool = pool_new();
    size_t from, size;

    rich_plain_line(rich_parse(pool, text, RICH_BLOCKS), to);
    from = strspn(bytes_text(to), " ");
    size = text_first_sentence(to->data + from, ALT_MAX);
    while (size > 0 && to->data[from + size - 1] == ' ')
        size--;
    memmove(to->data, to->data + from, size);
    to->size = size;
    pool_free(&pool);
}

char *phrase_picture(const struct slide *slide, const struct language *language)
{
    struct bytes text = {0};

    if (slide->answer != NULL && slide->answer->explanation.count > 0)
        sentence_add(&text, slide->answer->explanation.item[0]);
    if (text.size == 0)
        sentence_add(&text, slide_title(slide));
    if (text.size > 0)
        return text_finish(&text);
    bytes_drop(&text);
    return language_say(language, LABEL_SLIDE, slide->number, 0);
}

/* A page that was not drawn and has no text, either, has nothing that could explain it. */
static enum outcome outcome_told(const struct slide *slide)
{
    bool explained = slide->answer != NULL && slide->answer->explanation.count > 0;

    return slide->outcome == OUTCOME_TEXT_ONLY && !explained ? OUTCOME_FAILED : slide->outcome;
}

const char *phrase_verdict(const struct slide *slide, const struct language *language)
{
    for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++)
        if (verdicts[i].outcome == outcome_told(slide))
            return language->labels[verdicts[i].sentence];
    return slide->degraded ? language->labels[LABEL_DEGRADED] : NULL;
}

const char *phrase_word(const struct slide *slide, const struct language *language)
{
    for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++)
        if (verdicts[i].outcome == outcome_told(slide))
            return language->labels[verdicts[i].word];
    return slide->degraded ? language->labels[LABEL_WORD_DEGRADED] : NULL;
}

const char *phrase_reason(const struct slide *slide, const struct language *language)
{
    return slide->code != CODES ? slide->detail : phrase_verdict(slide, language);
}

bool phrase_reports(const struct lecture *lecture, const struct slide *slide, const struct language *language)
{
    return phrase_verdict(slide, language) != NULL && phrase_shows(lecture, slide);
}

bool phrase_reported(const struct lecture *lecture, const struct language *language)
{
    for (size_t i = 0; i < lecture->slide_count; i++)
        if (phrase_reports(lecture, &lecture->slides[i], language))
            return true;
    return false;
}

char *phrase_steps(const struct lecture *lecture, const struct slide *slide, const struct language *language)
{
    unsigned first = 0, last = 0;

    for (unsigned number = 1; number <= lecture->slide_count; number++)
        if (number != slide->number && lecture_place(lecture, number) == slide->number) {
            first = first == 0 ? number : first;
            last = number;
        }
    if (first == 0)
        return NULL;
    return language_say(language, first == last ? LABEL_STEP : LABEL_STEPS, first, last);
}

char *phrase_notice(const struct lecture *lecture, const struct language *language)
{
    struct bytes text = {0};

    if (lecture_is_offline(lecture))
        sentence_after(&text, language->labels[LABEL_OFFLINE], "");
    if (lecture_has_ocr(lecture))
        sentence_after(&text, language->labels[LABEL_OCR], "");
    return text.size > 0 ? text_finish(&text) : NULL;
}

/* The same words once. */
static void doubts_add(struct bytes *text, const struct answer *answer, const struct language *language)
{
    const char *before = language->labels[LABEL_UNSUPPORTED];

    for (size_t i = 0; i < answer->claim_count && i < DOUBTS_MAX; i++) {
        size_t k = 0;

        while (k < i && strcmp(answer->claims[k].text, answer->claims[i].text) != 0)
            k++;
        if (k < i)
            continue;
        if (i == 0)
            sentence_after(text, before, answer->claims[i].text);
        else
            bytes_add_format(text, "; %s", answer->claims[i].text);
    }
}

char *phrase_cautions(const struct slide *slide, const struct language *language)
{
    const struct answer *answer = slide->answer;
    struct bytes text = {0};

    if (answer->ocr)
        sentence_after(&text, language->labels[LABEL_OCR], "");
    if (*answer->unread_script != '\0')
        sentence_after(&text, language->labels[LABEL_UNREAD], answer->unread_script);
    if (slide->unknown > 0)
        sentence_after(&text, language->labels[LABEL_UNKNOWN], "");
    doubts_add(&text, answer, language);
    return text.size > 0 ? text_finish(&text) : NULL;
}

/* Each slide once; 0 is the overview. */
char *phrase_formulas(const struct lecture *lecture, const struct language *language)
{
    const struct unread_formulas *unread = &lecture->unread;
    struct bytes text = {0};

    for (size_t i = 0; i < unread->count; i++) {
        unsigned slide = unread->item[i].slide;
        char *name;

        if (i > 0 && slide == unread->item[i - 1].slide)
            continue;
        name = language_say(language, slide > 0 ? LABEL_SLIDE : LABEL_OUTLINE, slide, 0);
        bytes_add_text(&text, i > 0 ? ", " : language->labels[LABEL_FORMULAS]);
        bytes_add_text(&text, name);
        free(name);
    }
    return text.size > 0 ? text_finish(&text) : NULL;
}

static bool lost_cards(const struct slide *slide)
{
    const struct answer *answer = slide->answer;

    for (size_t i = 0; answer != NULL && i < answer->left_out_count; i++)
        if (strcmp(answer->left_out[i].what, "card") == 0 &&
            strcmp(answer->left_out[i].reason, "too_many") != 0 &&
            strcmp(answer->left_out[i].reason, "repeated") != 0)
            return true;
    return false;
}

char *phrase_left_out(const struct lecture *lecture, const struct language *language)
{
    struct bytes text = {0};

    for (size_t i = 0; i < lecture->slide_count; i++) {
        char *name;

        if (!lost_cards(&lecture->slides[i]))
            continue;
        name = language_say(language, LABEL_SLIDE, lecture->slides[i].number, 0);
        bytes_add_text(&text, text.size > 0 ? ", " : language->labels[LABEL_LEFT_OUT]);
        bytes_add_text(&text, name);
        free(name);
    }
    return text.size > 0 ? text_finish(&text) : NULL;
}

size_t phrase_cards(const struct answer *answer)
{
    size_t count = 0;

    for (size_t i = 0; i < answer->card_count; i++)
        count += !answer->cards[i].occlusion;
    return count;
}

char *phrase_numbers(const struct chapter *chapter)
{
    struct bytes text = {0};

    for (size_t i = 0, last; i < chapter->slide_count; i = last + 1) {
        for (last = i;
             last + 1 < chapter->slide_count && chapter->slides[last + 1] == chapter->slides[last] + 1;)
            last++;
        bytes_add_format(&text, "%s%u", i > 0 ? ", " : "", chapter->slides[i]);
        if (last > i)
            bytes_add_format(&text, "–%u", chapter->slides[last]);
    }
    return text_finish(&text);
}

char *phrase_cost(const struct lecture *lecture)
{
    struct bytes text = {0};

    if (lecture->cost_usd <= 0)
        return NULL;
    bytes_add_format(&text, "%.128s · %.4f USD", lecture->model, lecture->cost_usd);
    return text_finish(&text);
}
