/* unread_formulas - see unread_formulas.h */
#include "stages/assembler/lecture/unread_formulas.h"

#include "stages/assembler/lib/bytes.h"
#include "stages/assembler/rich/rich.h"

struct finding {
    struct pool *pool, *kept; /* for the time being; for as long as the lecture */
    struct bytes found;       /* of struct unread_formula */
    unsigned slide;
    const char *where;
};

static void on_formula(void *arg, const char *tex)
{
    struct finding *finding = arg;

    bytes_add(&finding->found,
              &(struct unread_formula){finding->slide, finding->where, pool_text(finding->kept, tex)},
              sizeof(struct unread_formula));
}

static void text_search(struct finding *finding, const char *where, const char *text, enum rich_mode mode)
{
    finding->where = where;
    rich_doubts(rich_parse(finding->pool, text, mode), on_formula, finding);
}

static void texts_search(struct finding *finding, const char *where, const struct texts *texts,
                         enum rich_mode mode)
{
    for (size_t i = 0; i < texts->count; i++)
        text_search(finding, where, texts->item[i], mode);
}

static void answer_search(struct finding *finding, const struct answer *answer)
{
    text_search(finding, "title", answer->title, RICH_LINE);
    texts_search(finding, "explanation", &answer->explanation, RICH_BLOCKS);
    texts_search(finding, "key_points", &answer->points, RICH_LINE);
    text_search(finding, "connections", answer->connections, RICH_BLOCKS);
    text_search(finding, "short_summary", answer->summary, RICH_BLOCKS);
    for (size_t i = 0; i < answer->card_count; i++) {
        text_search(finding, "card", answer->cards[i].front,
                    answer->cards[i].cloze ? RICH_CLOZE : RICH_BLOCKS);
        text_search(finding, "card", answer->cards[i].back, RICH_BLOCKS);
    }
}

static void overview_search(struct finding *finding, const struct overview *o)
{
    finding->slide = 0;
    text_search(finding, "overview", o->title, RICH_LINE);
    for (size_t i = 0; i < o->chapter_count; i++)
        text_search(finding, "overview", o->chapters[i].title, RICH_LINE);
    for (size_t i = 0; i < o->term_count; i++) {
        text_search(finding, "overview", o->terms[i].term, RICH_LINE);
        text_search(finding, "overview", o->terms[i].definition, RICH_LINE);
    }
}

void unread_formulas_find(struct lecture *lecture)
{
    struct finding finding = {.pool = pool_new(), .kept = lecture->pool};

    for (size_t i = 0; i < lecture->slide_count; i++) {
        finding.slide = lecture->slides[i].number;
        if (lecture->slides[i].answer != NULL)
            answer_search(&finding, lecture->slides[i].answer);
    }
    overview_search(&finding, &lecture->overview);
    lecture->unread.count = finding.found.size / sizeof *lecture->unread.item;
    lecture->unread.item = pool_copy(lecture->pool, finding.found.data, finding.found.size);
    bytes_drop(&finding.found);
    pool_free(&finding.pool);
}
