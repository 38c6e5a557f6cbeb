/* test_manifest - what the assembler is told of a job */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "supervisor/job/manifest.h"
#include "tests/unit/job_rig.h"
#include "tests/unit/scratch.h"

static json_t *root;
static int frames; /* given out; -1: pictures are lost */

static int frame_of(void *arg, const struct slide_row *slide)
{
    (void)arg;
    if (frames == -1)
        return -1;
    return *slide->picture == '\0' ? 0 : ++frames;
}

/* false: a picture is lost. */
static bool make(struct job *job, const struct worker *vision)
{
    const struct manifest_source from = {.conf = rig.service.conf,
                                         .ledger = rig.jobs.ledger,
                                         .blobs = rig.jobs.blobs,
                                         .vision = vision,
                                         .job = job,
                                         .frame_of = frame_of};
    char *text = manifest_make(&from);

    root = text == NULL ? NULL : json_loads(text, 0, NULL);
    assert_int_equal(text == NULL, root == NULL);
    free(text);
    return root != NULL;
}

static const json_t *entry(uint32_t slide)
{
    return json_array_get(json_object_get(root, "slides"), slide - 1);
}

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text == NULL ? "(none)" : text;
}

static void end_slide(struct job *job, uint32_t number, enum outcome outcome, const char *answer)
{
    struct slide_row *slide = job_slide_row(job, number);

    slide->outcome = outcome;
    slide->answer = answer == NULL ? NULL : strdup(answer);
    ledger_slide_update(rig.jobs.ledger, job->row.id, slide);
    free(slide->answer);
    slide->answer = NULL;
}

static struct job *begin(const char *name, uint32_t pages)
{
    rig_begin(name);
    frames = 0;
    return rig_job(rig_row("lecture", "a.pdf"), JOB_ASSEMBLING, pages);
}

static void each_slide_has_its_entry(void **state)
{
    struct job *job = begin("entries.sqlite", 2);

    (void)state;
    rig_draw(job, 1, "{\"lines\":[1]}", "one");
    job_text(&job_slide_row(job, 1)->engine, "openai");
    job_text(&job_slide_row(job, 1)->model, "gpt-4o");
    end_slide(job, 1, OUTCOME_EXPLAINED, "{\"title\":\"T\"}");
    end_slide(job, 2, OUTCOME_BLANK, NULL);
    assert_true(make(job, NULL));
    assert_int_equal(json_array_size(json_object_get(root, "slides")), 2);
    assert_string_equal(text_of(entry(1), "outcome"), "explained");
    assert_int_equal(json_integer_value(json_object_get(entry(1), "picture")), 1);
    assert_string_equal(text_of(json_object_get(entry(1), "answer"), "title"), "T");
    assert_int_equal(json_array_size(json_object_get(json_object_get(entry(1), "layer"), "lines")), 1);
    assert_int_equal(json_integer_value(json_object_get(entry(2), "picture")), 0);
    assert_true(json_is_null(json_object_get(entry(2), "answer")));
    assert_true(json_is_null(json_object_get(entry(2), "layer")));
    assert_string_equal(text_of(root, "engine"), "openai");
    assert_string_equal(text_of(root, "model"), "gpt-4o");
    json_decref(root);
    rig_end();
}

static void what_ocr_read_of_a_failed_slide_is_its_layer(void **state)
{
    struct job *job = begin("ocr.sqlite", 1);

    (void)state;
    rig_draw(job, 1, "{\"lines\":[]}", "one");
    end_slide(job, 1, OUTCOME_FAILED, "{\"layer\":{\"read\":7}}");
    assert_true(make(job, NULL));
    assert_int_equal(json_integer_value(json_object_get(json_object_get(entry(1), "layer"), "read")), 7);
    assert_true(json_is_null(json_object_get(entry(1), "answer")));
    json_decref(root);
    rig_end();
}

static void a_step_names_the_last_page_it_leads_to(void **state)
{
    struct job *job = begin("steps.sqlite", 3);

    (void)state;
    for (uint32_t i = 1; i <= 2; i++) {
        job_slide_row(job, i)->see_slide = i + 1;
        end_slide(job, i, OUTCOME_SKIPPED, NULL);
    }
    assert_true(make(job, NULL));
    assert_int_equal(json_integer_value(json_object_get(entry(1), "see_slide")), 3);
    assert_int_equal(json_integer_value(json_object_get(entry(2), "see_slide")), 3);
    assert_int_equal(json_integer_value(json_object_get(entry(3), "see_slide")), 0);
    assert_int_equal(json_integer_value(json_object_get(json_object_get(root, "saved"), "build_up")), 2);
    json_decref(root);
    rig_end();
}

static void without_a_picture_there_is_none(void **state)
{
    struct job *job = begin("lost.sqlite", 2);

    (void)state;
    frames = -1;
    assert_false(make(job, NULL));
    rig_end();
}

/* Of what the caller says only what documents need; and what is no JSON is not said. */
static void strangers_words_stay_data(void **state)
{
    struct job *job = begin("words.sqlite", 1);

    (void)state;
    job_text(&job->row.filename, "a\"}],\"slides\":[{");
    job_text(&job->row.metadata, "{\"course\":\"C\",\"slides\":[],\"prompt\":1}");
    job_text(&job->row.overview, "{\"title\":");
    end_slide(job, 1, OUTCOME_EXPLAINED, "\"no object");
    assert_true(make(job, NULL));
    assert_string_equal(text_of(root, "filename"), "a\"}],\"slides\":[{");
    assert_string_equal(text_of(root, "course"), "C");
    assert_string_equal(text_of(root, "prompt"), "");
    assert_true(json_is_null(json_object_get(root, "overview")));
    assert_true(json_is_null(json_object_get(entry(1), "answer")));
    assert_int_equal(json_array_size(json_object_get(root, "slides")), 1);
    json_decref(root);
    rig_end();
}

static void the_prompt_is_that_of_the_worker_or_the_last_one_known(void **state)
{
    struct job *job = begin("prompt.sqlite", 1);

    (void)state;
    ledger_note_set(rig.jobs.ledger, "prompt", "yesterday's");
    assert_true(make(job, NULL));
    assert_string_equal(text_of(root, "prompt"), "yesterday's");
    assert_string_equal(text_of(root, "engine"), "");
    json_decref(root);
    assert_true(make(job, rig_worker(rig.jobs.pool, STAGE_VISION, 1)));
    assert_string_equal(text_of(root, "prompt"), "prompt");
    assert_string_equal(text_of(root, "engine"), "openai");
    json_decref(root);
    rig_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_slide_has_its_entry),
        cmocka_unit_test(what_ocr_read_of_a_failed_slide_is_its_layer),
        cmocka_unit_test(a_step_names_the_last_page_it_leads_to),
        cmocka_unit_test(without_a_picture_there_is_none),
        cmocka_unit_test(strangers_words_stay_data),
        cmocka_unit_test(the_prompt_is_that_of_the_worker_or_the_last_one_known),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}
