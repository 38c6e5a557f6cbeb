/* test_metrics - the figures in the Prometheus text format: each family whole, each sample once */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "supervisor/api/metrics.h"
#include "tests/unit/scratch.h"
#include "tests/unit/api_rig.h"

/* Exposition format 0.0.4: HELP, TYPE and then samples of that name alone; no sample twice; the last line
 * ends. */
static void each_line_has_its_form(void **state)
{
    char *text = metrics_text(&api.ask.vitals), *lines[2048], *rest = text, family[128] = "";
    size_t count = 0, families = 0;

    (void)state;
    assert_int_equal(text[strlen(text) - 1], '\n');
    for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
        assert_true(count < sizeof lines / sizeof *lines);
        lines[count++] = line;
    }
    for (size_t i = 0; i < count; i++) {
        char name[128], type[32], *end;

        if (sscanf(lines[i], "# HELP %127s", name) == 1) {
            snprintf(family, sizeof family, "%s", name);
            assert_true(i + 2 < count); /* its TYPE and one sample follow */
            assert_int_equal(sscanf(lines[i + 1], "# TYPE %127s %31s", name, type), 2);
            assert_string_equal(name, family);
            assert_true(strcmp(type, "gauge") == 0 || strcmp(type, "counter") == 0);
            assert_int_equal(strcmp(type, "counter") == 0, strcmp(name + strlen(name) - 6, "_total") == 0);
            families++;
        } else if (lines[i][0] != '#') {
            assert_int_equal(strncmp(lines[i], family, strlen(family)), 0);
            assert_non_null(strchr("{ ", lines[i][strlen(family)]));
            end = strrchr(lines[i], ' ');
            strtoull(end + 1, &end, 10);
            assert_int_equal(*end, '\0');
            *strrchr(lines[i], ' ') = '\0';
            for (size_t j = 0; j < i; j++)
                assert_string_not_equal(lines[i], lines[j]);
        }
    }
    assert_true(families >= 15);
    free(text);
}

static bool has_line(const char *line)
{
    char *text = metrics_text(&api.ask.vitals);
    bool has = strstr(text, line) != NULL;

    free(text);
    return has;
}

static void it_counts_what_there_is(void **state)
{
    struct worker *courier = rig_worker(rig.jobs.pool, STAGE_COURIER, 3);
    struct lease *lease = worker_lease(courier, 1, (struct work){.lane = LANE_FETCH});

    (void)state;
    rig_accept(rig_row("a", "a.pdf"));
    job_list_slide_ended(rig.jobs.list, OUTCOME_FAILED);
    rig.schedule.stalled[LANE_FETCH] = 4;
    worker_pool_count_death(rig.jobs.pool, STAGE_VISION, DEATH_DEADLINE);
    assert_true(has_line("\nslidemill_jobs_open 1\n"));
    assert_true(has_line("\nslidemill_slides_ended_total{outcome=\"failed\"} 1\n"));
    assert_true(has_line("\nslidemill_lane_stalls_total{lane=\"fetch\"} 4\n"));
    assert_true(has_line("\nslidemill_leases_held{stage=\"courier\"} 1\n"));
    assert_true(has_line("\nslidemill_workers{stage=\"courier\",state=\"ready\"} 1\n"));
    assert_true(has_line("\nslidemill_worker_deaths_total{stage=\"vision\",reason=\"deadline\"} 1\n"));
    free(worker_settle(courier, lease->id));
    worker_kill(courier, DEATH_STALLED);
    assert_true(has_line("\nslidemill_leases_held{stage=\"courier\"} 0\n"));
    assert_true(has_line("\nslidemill_workers{stage=\"courier\",state=\"ready\"} 0\n"));
    assert_true(has_line("\nslidemill_workers{stage=\"courier\",state=\"retiring\"} 1\n"));
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, api_begin, api_end)
    const struct CMUnitTest tests[] = {
        CASE(each_line_has_its_form),
        CASE(it_counts_what_there_is),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}
