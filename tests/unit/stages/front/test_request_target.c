/* test_request_target - where a request goes: its path, its query, the key in it */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/front/request_target.h"
#include "stages/front/route.h"

#define EACH(row) for (size_t row = 0; row < sizeof rows / sizeof *rows; row++)

static void targets_lead_to_routes(void **state)
{
    static const struct {
        const char *target;
        int route; /* -2: refused */
    } rows[] = {{"/process", ROUTE_PROCESS},
                {"/estimate", ROUTE_ESTIMATE},
                {"/jobs?cursor=a", ROUTE_JOBS},
                {"/jobs/a", ROUTE_JOB},
                {"/jobs/a/b", -1},
                {"/jobs/a/callback", ROUTE_CALLBACK},
                {"/jobs/callback", ROUTE_JOB},
                {"/jobs//callback", -1},
                {"/jobs/a/b/callback", -1},
                {"/jobs/a/callback/", -1},
                {"/jobs/", -1},
                {"http://h/health", ROUTE_HEALTH},
                {"http://h", -1},
                {"http:///health", -2},
                {"/files/a/b", ROUTE_FILE},
                {"/", -1},
                {"*", -2},
                {"a:80", -2},
                {"/a b", -2},
                {"/%4", -2},
                {"/%zz", -2},
                {"/a#b", -2},
                {"/\x80", -2},
                {"/Health", -1},
                {"/healthz", -1}};
    struct target target;
    const char *tail;
    size_t size;

    (void)state;
    EACH(i)
    {
        int route = target_check(rows[i].target, &target) != NULL
                        ? -2
                        : route_find(target.path, target.path_size, &tail, &size);

        if (route != rows[i].route)
            fail_msg("%s leads to %d", rows[i].target, route);
    }
    assert_true(route_allows(ROUTE_JOB, "HEAD") && route_allows(ROUTE_JOB, "GET") &&
                !route_allows(ROUTE_JOB, "POST"));
    assert_false(route_allows(ROUTE_JOB, "EAD") || route_allows(ROUTE_JOB, "GE") ||
                 route_allows(ROUTE_JOB, ""));
}

static void keys_stand_in_paths(void **state)
{
    static const struct {
        const char *text, *header, *path; /* header NULL: the path has no key */
    } rows[] = {
        {"/process", NULL, "/process"},
        {"//process", NULL, "/process"},
        {"///jobs/a//b", NULL, "/jobs/a//b"},
        {"/", NULL, "/"},
        {"//", NULL, "/"},
        {"/k", NULL, "/k"},
        {"/kk/a", NULL, "/kk/a"},
        {"/jobs/k/a", NULL, "/jobs/k/a"},
        {"/k/KEY/process", "Bearer KEY", "/process"},
        {"/k/KEY//process?a=/k/b", "Bearer KEY", "/process"},
        {"//k/KEY///jobs/a", "Bearer KEY", "/jobs/a"},
        {"http://host/k/KEY/jobs", "Bearer KEY", "/jobs"},
        {"/k/a%2Fb+c%3d/process", "Bearer a/b+c=", "/process"},
        {"/k/KEY%00x/process", "Bearer ", "/process"},
        {"/k/KEY", "Bearer KEY", ""},
        {"/k/", "Bearer ", ""},
        {"/k//process", "Bearer ", "/process"},
        {"/k/KEY/k/KEY/process", "Bearer KEY", "/k/KEY/process"},
    };
    (void)state;

    EACH(row)
    {
        struct target target;
        struct path_key key;
        char *header;

        assert_null(target_check(rows[row].text, &target));
        assert_int_equal(path_key_find(&target, &key), rows[row].header != NULL);
        assert_int_equal(target.path_size, strlen(rows[row].path));
        assert_memory_equal(target.path, rows[row].path, target.path_size);
        if (rows[row].header == NULL)
            continue;
        header = path_key_header(&key);
        assert_string_equal(header, rows[row].header);
        path_key_free(&header);
        assert_null(header);
    }
}

static void queries_are_found(void **state)
{
    struct target target;
    char value[8];

    (void)state;
    assert_null(target_check("/jobs?xa=0&a=%41b&b=&long=123456789&a=2", &target));
    assert_int_equal(target_query(&target, "a", value, sizeof value), 2);
    assert_string_equal(value, "Ab");
    assert_int_equal(target_query(&target, "b", value, sizeof value), 0);
    assert_int_equal(target_query(&target, "long", value, sizeof value), -2);
    assert_int_equal(target_query(&target, "none", value, sizeof value), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(targets_lead_to_routes),
        cmocka_unit_test(keys_stand_in_paths),
        cmocka_unit_test(queries_are_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
