/* test_answer_cache - what an answer answers, and when it is known */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "supervisor/job/answer_cache.h"
#include "tests/unit/job_rig.h"
#include "tests/unit/scratch.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static struct worker *vision;

static struct job *drawn_job(struct job_row row)
{
    struct job *job = rig_job(row, JOB_WORKING, 2);

    rig_draw(job, 1, "{\"lines\":[]}", "picture");
    rig_draw(job, 2, "{\"lines\":[]}", "picture");
    return job;
}

static void begin(const char *name)
{
    rig_begin(name);
    vision = rig_worker(rig.jobs.pool, STAGE_VISION, 4);
}

static void the_same_slide_asked_in_the_same_way_has_one_key(void **state)
{
    char key[BLOB_NAME], again[BLOB_NAME];
    struct job_row other = rig_row("lecture-2", "b.pdf");

    (void)state;
    begin("same.sqlite");
    answer_cache_slide_key(vision, drawn_job(rig_row("lecture-1", "a.pdf")), 1, key);
    answer_cache_slide_key(vision, drawn_job(other), 2, again); /* another lecture, another place in it */
    assert_string_equal(key, again);
    rig_end();
}

static void whatever_the_answer_depends_on_changes_the_key(void **state)
{
    struct job_row rows[5];
    char first[BLOB_NAME], key[BLOB_NAME];
    struct job *job;

    (void)state;
    begin("differs.sqlite");
    job = drawn_job(rig_row("lecture", "a.pdf"));
    answer_cache_slide_key(vision, job, 1, first);
    for (size_t i = 0; i < COUNT(rows); i++)
        rows[i] = rig_row((const char *[]){"a", "b", "c", "d", "e"}[i], "a.pdf");
    rows[0].language = (char *)"German";
    rows[1].tenant = (char *)"other";
    rows[2].instructions = (char *)"be brief";
    rows[3].card_style = CARDS_CLOZE;
    rows[4].cards = 7;
    for (size_t i = 0; i < COUNT(rows); i++) {
        answer_cache_slide_key(vision, drawn_job(rows[i]), 1, key);
        assert_string_not_equal(key, first);
    }
    rig_blob("another picture", job_slide_row(job, 1)->picture);
    answer_cache_slide_key(vision, job, 1, key);
    assert_string_not_equal(key, first);
    answer_cache_slide_key(vision, job, 2, key); /* as it was */
    assert_string_equal(key, first);
    vision = rig_worker_with(rig.jobs.pool, STAGE_VISION, 1, "another prompt");
    answer_cache_slide_key(vision, job, 2, key);
    assert_string_not_equal(key, first);
    rig_end();
}

static void an_overview_is_keyed_by_what_is_asked(void **state)
{
    char one[BLOB_NAME], two[BLOB_NAME];
    struct job *job;

    (void)state;
    begin("overview.sqlite");
    job = drawn_job(rig_row("lecture", "a.pdf"));
    answer_cache_overview_key(vision, job, "{\"slides\":[1]}", one);
    answer_cache_overview_key(vision, job, "{\"slides\":[2]}", two);
    assert_string_not_equal(one, two);
    answer_cache_overview_key(vision, job, "{\"slides\":[1]}", two);
    assert_string_equal(one, two);
    rig_end();
}

static void what_is_kept_is_found(void **state)
{
    struct known_answer known;

    (void)state;
    begin("kept.sqlite");
    assert_false(answer_cache_find(&rig.jobs.cache, "key", &known));
    assert_null(known.text);
    answer_cache_keep(&rig.jobs.cache, "key", "{}", "openai", "gpt-4o");
    assert_true(answer_cache_find(&rig.jobs.cache, "key", &known));
    assert_string_equal(known.text, "{}");
    assert_string_equal(known.engine, "openai");
    assert_string_equal(known.model, "gpt-4o");
    known_answer_clear(&known);
    assert_null(known.text);
    rig_end();
}

static void switched_off_nothing_is_kept_or_found(void **state)
{
    struct known_answer known;

    (void)state;
    begin("off.sqlite");
    answer_cache_keep(&rig.jobs.cache, "before", "{}", "openai", "gpt-4o");
    conf_set(&rig.service.conf->model_cache, "off");
    assert_false(answer_cache_is_on(&rig.jobs.cache));
    answer_cache_keep(&rig.jobs.cache, "meanwhile", "{}", "openai", "gpt-4o");
    assert_false(answer_cache_find(&rig.jobs.cache, "before", &known));
    conf_set(&rig.service.conf->model_cache, "on");
    assert_false(answer_cache_find(&rig.jobs.cache, "meanwhile", &known));
    rig_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_slide_asked_in_the_same_way_has_one_key),
        cmocka_unit_test(whatever_the_answer_depends_on_changes_the_key),
        cmocka_unit_test(an_overview_is_keyed_by_what_is_asked),
        cmocka_unit_test(what_is_kept_is_found),
        cmocka_unit_test(switched_off_nothing_is_kept_or_found),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}
