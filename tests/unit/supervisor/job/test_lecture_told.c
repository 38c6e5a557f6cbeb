/* test_lecture_told - when a lecture can be told, and how */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "supervisor/job/lecture_told.h"
#include "tests/unit/job_rig.h"
#include "tests/unit/scratch.h"

/* What a slide is: T with text, P a picture, - blank, S a step, F not to be drawn, . not drawn yet; small
 * letters: it is answered already. */
static void set_slide(struct job *job, uint32_t number, char what)
{
    struct slide_row *slide = job_slide_row(job, number);
    char layer[256], picture[16];
    bool text = what == 'T' || what == 't' || what == 'S';

    if (what == '.')
        return;
    if (what == 'F') {
        slide->outcome = OUTCOME_FAILED;
        return;
    }
    snprintf(layer, sizeof layer,
             "{\"width\":1365,\"height\":768,\"lines\":[%s%u%s{\"y\":740,\"h\":12,\"size\":12,\"text\":"
             "\"Institute of Scans, %u\"}]}",
             text ? "{\"y\":300,\"h\":30,\"size\":30,\"text\":\"What page " : "{\"text\":\"", number,
             text ? " maps\"}," : "\"},", number);
    snprintf(picture, sizeof picture, "picture %u", number);
    rig_draw(job, number, layer, picture);
    if (what == '-')
        slide->outcome = OUTCOME_BLANK;
    if (what == 'S') {
        slide->outcome = OUTCOME_SKIPPED;
        slide->see_slide = number + 1;
    }
    if (what != 't' && what != 'p')
        return;
    slide->outcome = OUTCOME_EXPLAINED;
    slide->answer =
        strdup("{\"title\":\"T\",\"short_summary\":\"S\",\"anki_cards\":[{\"front\":\"1\"},{\"front\":"
               "\"2\"},{\"front\":\"3\"},{\"front\":\"4\"},{\"front\":\"5\"},{\"front\":\"6\"},"
               "{\"front\":\"7\"}]}");
    ledger_slide_update(rig.jobs.ledger, job->row.id, slide);
    free(slide->answer);
    slide->answer = NULL;
}

static struct job *lecture(const char *name, const char *slides)
{
    struct job *job;

    rig_begin(name);
    job = rig_job(rig_row("lecture", "a.pdf"), JOB_WORKING, (uint32_t)strlen(slides));
    for (uint32_t i = 1; i <= job->row.pages; i++)
        set_slide(job, i, slides[i - 1]);
    return job;
}

static void a_lecture_can_be_told_once_its_slides_say_enough(void **state)
{
    static const struct {
        const char *slides;
        bool ready;
    } rows[] = {
        {"TTTTT", true},    {"TTTT", false},   /* there is nothing to sum up */
        {"TTTT-SFT", true},                    /* these three are not told, and not waited for */
        {"TTTT-SF", false}, {"TTTTT.", false}, /* a page to come */
        {"TTTTP", true},                       /* a picture among texts is told as one */
        {"TTTPP", false},                      /* too many pictures: nobody knows yet what they show */
        {"TTTPp", false},   {"TTTpp", true},   /* the texts need no answer */
        {"PPPPP", false},   {"ppppP", false},  {"ppppp", true},
    };
    char name[32];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        snprintf(name, sizeof name, "ready-%zu.sqlite", i);
        assert_int_equal(lecture_told_ready(rig.jobs.blobs, lecture(name, rows[i].slides)), rows[i].ready);
        rig_end();
    }
}

/* It is asked after each page whether the lecture is ready: that costs a walk over the rows. */
static void no_file_is_read_before_all_are_drawn(void **state)
{
    struct job *job = lecture("unread.sqlite", "TTTTTP.");

    (void)state;
    assert_false(lecture_told_ready(rig.jobs.blobs, job));
    assert_null(job_slide(job, 1)->build_up);
    set_slide(job, 7, 'T');
    assert_true(lecture_told_ready(rig.jobs.blobs, job));
    assert_non_null(job_slide(job, 1)->build_up);
    rig_end();
}

/* What is told of the lecture, with double quotes written as single ones. */
static char *told(struct job *job)
{
    char *text = lecture_told(rig.jobs.ledger, rig.jobs.blobs, job);

    for (char *at = text; *at != '\0'; at++)
        *at = *at == '"' ? '\'' : *at;
    return text;
}

static void check_told(const char *name, const char *slides, const char *expected)
{
    char *text = told(lecture(name, slides));

    assert_string_equal(text, expected);
    free(text);
    rig_end();
}

#define TEXT(n) "{'slide':" #n ",'text':'What page " #n " maps'}"
#define MADE(n) "{'slide':" #n ",'title':'T','summary':'S','cards':['1','2','3','4','5','6']}"

static void slides_are_told_by_their_text_else_by_their_answer(void **state)
{
    (void)state;
    check_told("texts.sqlite", "TtSTT-FPT",
               "{'slides':[" TEXT(1) "," TEXT(2) "," TEXT(4) "," TEXT(5) ",{'slide':8}," TEXT(9) "]}");
    check_told("mixed.sqlite", "TtpPp", "{'slides':[" TEXT(1) "," TEXT(2) "," MADE(3) "," MADE(5) "]}");
}

static void the_telling_stays_the_same_however_slides_end(void **state)
{
    char *before, *after;
    struct job *job = lecture("same.sqlite", "TTTTTTTTP");

    (void)state;
    before = told(job);
    for (uint32_t i = 1; i <= 8; i++)
        job_slide_row(job, i)->outcome = i % 2 == 0 ? OUTCOME_EXPLAINED : OUTCOME_SKIPPED;
    job_slide_row(job, 9)->outcome = OUTCOME_FAILED;
    after = told(job);
    assert_string_equal(before, after);
    free(before);
    free(after);
    rig_end();
}

static void an_economy_job_is_told_by_its_answers(void **state)
{
    struct job *job = lecture("economy.sqlite", "tT");
    char *text;

    (void)state;
    job->row.economy = true;
    text = told(job);
    assert_string_equal(text, "{'slides':[" MADE(1) "]}");
    free(text);
    rig_end();
}

/* However long the lecture. */
static void texts_share_their_room(void **state)
{
    static char layer[2048];
    struct job *job;
    char *text;
    size_t size;

    (void)state;
    rig_begin("long.sqlite");
    job = rig_job(rig_row("lecture", "a.pdf"), JOB_WORKING, 2000);
    size = (size_t)snprintf(layer, sizeof layer,
                            "{\"width\":9,\"height\":9,\"lines\":[{\"y\":4,\"size\":9,\"text\":\"");
    memset(layer + size, 'a', 1500);
    strcpy(layer + size + 1500, "\"}]}");
    for (uint32_t i = 1; i <= 2000; i++)
        rig_draw(job, i, layer, "picture");
    text = told(job);
    assert_in_range(strlen(text), 2000 * 60, 2000 * 90);
    free(text);
    rig_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lecture_can_be_told_once_its_slides_say_enough),
        cmocka_unit_test(no_file_is_read_before_all_are_drawn),
        cmocka_unit_test(slides_are_told_by_their_text_else_by_their_answer),
        cmocka_unit_test(the_telling_stays_the_same_however_slides_end),
        cmocka_unit_test(an_economy_job_is_told_by_its_answers),
        cmocka_unit_test(texts_share_their_room),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}
