/* lecture_told - see lecture_told.h */
#include "supervisor/job/lecture_told.h"

#include <string.h>

#include "proto/panic.h"
#include "proto/utf8.h"

/* MUTE_SHARE: if no more than one of so many slides has no text, nobody waits for them.
 * WHOLE: of more slides with answers only the titles are told.
 * TEXTS, MIN_TEXT: bytes that the texts of all slides share, and what each has at least. */
enum { MUTE_SHARE = 5, WHOLE = 150, CARDS = 6, TEXTS = WHOLE * BUILD_UP_TEXT, MIN_TEXT = 60 };

/* By what a slide is told. */
enum teller { BY_NOTHING, BY_TEXT, BY_ANSWER };

static enum teller teller_of(struct blobs *blobs, struct job *job, uint32_t number)
{
    const struct slide_row *row = job_slide_row(job, number);
    const struct build_up *build_up;

    if (row->outcome == OUTCOME_BLANK || row->see_slide > 0 || *row->text == '\0')
        return BY_NOTHING;
    if (job->row.economy)
        return BY_ANSWER;
    build_up = job_build_up(blobs, job, number);
    return build_up == NULL || *build_up->text == '\0' ? BY_ANSWER : BY_TEXT;
}

struct told {
    uint32_t texts, mute, unanswered; /* the last of those without text */
};

static struct told told_of(struct blobs *blobs, struct job *job)
{
    struct told told = {.texts = 0};

    for (uint32_t slide = 1; slide <= job->row.pages; slide++) {
        enum teller teller = teller_of(blobs, job, slide);

        told.texts += teller == BY_TEXT;
        told.mute += teller == BY_ANSWER;
        told.unanswered += teller == BY_ANSWER && job_slide_row(job, slide)->outcome == OUTCOME_OPEN;
    }
    return told;
}

/* Most slides say themselves what they are about. */
static bool by_texts(const struct told *told)
{
    return told->mute * MUTE_SHARE <= told->texts + told->mute;
}

static bool all_drawn(const struct job *job)
{
    for (uint32_t slide = 1; slide <= job->row.pages; slide++) {
        const struct slide_row *row = job_slide_row(job, slide);

        if (row->outcome == OUTCOME_OPEN && row->see_slide == 0 && *row->text == '\0')
            return false;
    }
    return true;
}

bool lecture_told_ready(struct blobs *blobs, struct job *job)
{
    struct told told;

    if (!all_drawn(job)) /* their files are read only then: it is asked after each page */
        return false;
    told = told_of(blobs, job);
    return told.texts + told.mute >= LECTURE_MIN_SLIDES && (told.unanswered == 0 || by_texts(&told));
}

/* ---- the telling ---- */

struct telling {
    struct blobs *blobs;
    struct job *job;
    struct told told;
    json_t *slides;
};

static json_t *fronts_of(const json_t *answer)
{
    json_t *fronts = json_array();
    const json_t *card;
    size_t i;

    json_array_foreach(json_object_get(answer, "anki_cards"), i, card)
    {
        if (i < CARDS)
            json_array_append(fronts, json_object_get(card, "front"));
    }
    return fronts;
}

static json_t *add_slide(const struct telling *telling, uint32_t number)
{
    json_t *slide = json_pack("{s:I}", "slide", (json_int_t)number);

    must(slide != NULL && json_array_append_new(telling->slides, slide) == 0);
    return slide;
}

static void tell_text(const struct telling *telling, uint32_t number)
{
    const char *text = job_build_up(telling->blobs, telling->job, number)->text;
    size_t room = TEXTS / telling->told.texts;
    size_t size = utf8_cut(text, strlen(text), room < MIN_TEXT ? MIN_TEXT : room);

    must(json_object_set_new(add_slide(telling, number), "text", json_stringn(text, size)) == 0);
}

/* row: with its answer; one that has none is not told. */
static void tell_answer(const struct telling *telling, const struct slide_row *row)
{
    json_t *answer = row->answer == NULL ? NULL : json_loads(row->answer, 0, NULL), *slide;

    if (answer == NULL)
        return;
    slide = add_slide(telling, row->slide);
    json_object_set(slide, "title", json_object_get(answer, "title"));
    if (telling->told.mute <= WHOLE) {
        json_object_set(slide, "summary", json_object_get(answer, "short_summary"));
        json_object_set_new(slide, "cards", fronts_of(answer));
    }
    json_decref(answer);
}

static void on_slide(void *arg, struct slide_row *row)
{
    const struct telling *telling = arg;
    enum teller teller = teller_of(telling->blobs, telling->job, row->slide);

    if (teller == BY_TEXT)
        tell_text(telling, row->slide);
    else if (teller == BY_ANSWER && by_texts(&telling->told))
        add_slide(telling, row->slide);
    else if (teller == BY_ANSWER)
        tell_answer(telling, row);
}

char *lecture_told(struct ledger *ledger, struct blobs *blobs, struct job *job)
{
    struct telling telling = {
        .blobs = blobs, .job = job, .told = told_of(blobs, job), .slides = json_array()};

    ledger_slides(ledger, job->row.id, !by_texts(&telling.told), on_slide, &telling);
    return job_json(json_pack("{s:o}", "slides", telling.slides));
}
