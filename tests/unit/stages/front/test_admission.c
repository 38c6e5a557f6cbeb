/* test_admission - who may use which route */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stages/front/admission.h"

#define EACH(row) for (size_t row = 0; row < sizeof rows / sizeof *rows; row++)

struct rig {
    struct api_keys *auth;
    struct key_rate *key_rate;
    struct admission admission;
    struct request_error error;
};

/* rate: requests a minute of each key. */
static void open_rig(struct rig *rig, const char *keys, const char *admin_keys, int64_t rate)
{
    char list[256], admins[256], why[API_KEYS_ERROR_ROOM];

    strcpy(list, keys);
    strcpy(admins, admin_keys);
    rig->auth = api_keys_new(list, admins, why);
    assert_non_null(rig->auth);
    rig->key_rate = key_rate_new(auth_count(rig->auth), rate);
}

static void close_rig(struct rig *rig)
{
    api_keys_free(&rig->auth);
    key_rate_free(&rig->key_rate);
}

static int decide(struct rig *rig, const char *text, const struct admission_head *head)
{
    const struct admission_rules rules = {
        .auth = rig->auth, .key_rate = rig->key_rate, .origins = "https://app.example"};
    struct target target;

    assert_null(target_check(text, &target));
    return admission_decide(&rig->admission, &rules, head, &target, &rig->error);
}

struct row {
    const char *method, *target, *authorization, *path_key;
    int code;           /* -1: admitted */
    const char *tenant; /* of who is admitted */
};

static void check_rows(struct rig *rig, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct admission_head head = {
            .method = rows[i].method, .authorization = rows[i].authorization, .path_key = rows[i].path_key};
        int rc = decide(rig, rows[i].target, &head), code = rc == 0 ? -1 : (int)rig->error.code;

        if (code != rows[i].code)
            fail_msg("row %zu, %s %s: %s", i, rows[i].method, rows[i].target,
                     rc == 0 ? "admitted" : code_name(rig->error.code));
        if (rc == 0)
            assert_string_equal(rig->admission.caller.tenant, rows[i].tenant);
    }
}

static void without_keys_everybody_may(void **state)
{
    static const struct row rows[] = {
        {"POST", "/process", NULL, NULL, -1, ""},
        {"POST", "/process", "Bearer anything", NULL, -1, ""},
        {"GET", "/metrics", NULL, NULL, -1, ""},
        {"GET", "/process", NULL, NULL, CODE_METHOD_NOT_ALLOWED, NULL},
        {"OPTIONS", "/process", NULL, NULL, CODE_METHOD_NOT_ALLOWED, NULL},
        {"GET", "/nothing", NULL, NULL, CODE_ROUTE_NOT_FOUND, NULL},
        {"POST", "/process", NULL, "Bearer KEY", CODE_ROUTE_NOT_FOUND, NULL}, /* there is no /k/KEY/ */
    };
    struct rig rig;

    (void)state;
    open_rig(&rig, "", "", 0);
    check_rows(&rig, rows, sizeof rows / sizeof *rows);
    assert_true(admission_sees_all(rig.auth, &rig.admission.caller));
    close_rig(&rig);
}

static void keys_open_the_routes_of_jobs(void **state)
{
    static const struct row rows[] = {
        {"POST", "/process", "Bearer K1", NULL, -1, ""},
        {"POST", "/process", NULL, "Bearer K1", -1, ""},
        {"POST", "/process", "Bearer K1", "Bearer wrong", CODE_UNAUTHORIZED,
         NULL}, /* the path's goes first */
        {"POST", "/process", "bearer   K1", NULL, -1, ""},
        {"POST", "/process", NULL, NULL, CODE_UNAUTHORIZED, NULL},
        {"POST", "/process", "Bearer k1", NULL, CODE_UNAUTHORIZED, NULL},
        {"POST", "/process", "Bearer ", NULL, CODE_UNAUTHORIZED, NULL},
        {"POST", "/process", "Basic K1", NULL, CODE_UNAUTHORIZED, NULL},
        {"GET", "/jobs/j", "Bearer K1x", NULL, CODE_UNAUTHORIZED, NULL},
        {"GET", "/livez", NULL, NULL, -1, ""},
        {"GET", "/livez", NULL, "Bearer wrong", CODE_UNAUTHORIZED, NULL}, /* a wrong key is told everywhere */
        {"GET", "/metrics", NULL, NULL, -1, ""},                          /* there are no tenants */
        {"GET", "/files/a", NULL, NULL, -1, ""},                          /* its link is signed */
        {"DELETE", "/jobs/j", NULL, NULL, CODE_METHOD_NOT_ALLOWED, NULL},
    };
    struct rig rig;

    (void)state;
    open_rig(&rig, "K1", "", 0);
    check_rows(&rig, rows, sizeof rows / sizeof *rows);
    close_rig(&rig);
}

static void tenants_are_parted(void **state)
{
    static const struct row rows[] = {
        {"POST", "/process", "Bearer K1", NULL, -1, "web"},
        {"GET", "/jobs", "Bearer K2", NULL, -1, "lab"},
        {"POST", "/process", "Bearer ADMIN", NULL, CODE_NO_TENANT, NULL},
        {"GET", "/jobs", "Bearer ADMIN", NULL, -1, ""},
        {"GET", "/metrics", "Bearer ADMIN", NULL, -1, ""},
        {"GET", "/metrics", "Bearer K1", NULL, CODE_ADMIN_ONLY, NULL},
        {"GET", "/metrics", NULL, NULL, CODE_UNAUTHORIZED, NULL},
        {"GET", "/health", NULL, NULL, -1, ""},
        {"GET", "/jobs", "Bearer web:K1", NULL, CODE_UNAUTHORIZED, NULL},
    };
    const struct admission_head named = {.method = "GET", .authorization = "Bearer web:K1"};
    const struct admission_head none = {.method = "GET"};
    struct rig rig;

    (void)state;
    open_rig(&rig, "web:K1,lab:K2", "ADMIN", 0);
    check_rows(&rig, rows, sizeof rows / sizeof *rows);
    decide(&rig, "/jobs", &named);
    assert_true(rig.admission.bad_key);
    assert_non_null(strstr(rig.error.detail, "name stands before the key"));
    decide(&rig, "/jobs", &none);
    assert_false(rig.admission.bad_key);
    close_rig(&rig);
}

static void keys_keep_to_their_pace(void **state)
{
    struct admission_head head = {.method = "POST", .authorization = "Bearer K1", .now_ms = 1000};
    struct rig rig;

    (void)state;
    open_rig(&rig, "K1,K2", "", 1);
    assert_int_equal(decide(&rig, "/process", &head), 0);
    assert_int_equal(decide(&rig, "/process", &head), -1);
    assert_int_equal(rig.error.code, CODE_RATE_LIMITED);
    assert_int_equal(rig.admission.retry_after_ms, 60000);
    head.authorization = "Bearer K2";
    assert_int_equal(decide(&rig, "/process", &head), 0); /* another key's pace is its own */
    head.authorization = "Bearer wrong";
    assert_int_equal(decide(&rig, "/process", &head), -1);
    assert_int_equal(rig.error.code, CODE_UNAUTHORIZED);
    assert_int_equal(rig.admission.retry_after_ms, 0);
    head = (struct admission_head){.method = "POST", .authorization = "Bearer K1", .now_ms = 61000};
    assert_int_equal(decide(&rig, "/process", &head), 0);
    close_rig(&rig);
}

static void preflights_need_no_key(void **state)
{
    static const struct {
        const char *target, *origin, *wanted;
        int code; /* -1: a preflight */
    } rows[] = {
        {"/process", "https://app.example", "POST", -1},
        {"/jobs/j", "https://app.example", "GET", -1},
        {"/process", "https://evil.example", "POST", CODE_METHOD_NOT_ALLOWED},
        {"/process", NULL, "POST", CODE_METHOD_NOT_ALLOWED},
        {"/process", "https://app.example", NULL, CODE_METHOD_NOT_ALLOWED},
        {"/nothing", "https://app.example", "POST", CODE_ROUTE_NOT_FOUND},
    };
    struct rig rig;

    (void)state;
    open_rig(&rig, "K1", "", 0);
    EACH(i)
    {
        const struct admission_head head = {
            .method = "OPTIONS", .origin = rows[i].origin, .wanted_method = rows[i].wanted};
        int rc = decide(&rig, rows[i].target, &head);

        assert_int_equal(rc == 0 ? -1 : (int)rig.error.code, rows[i].code);
        assert_int_equal(rig.admission.preflight, rc == 0);
    }
    close_rig(&rig);
}

static void tails_are_told(void **state)
{
    const struct admission_head head = {.method = "POST"};
    struct rig rig;

    (void)state;
    open_rig(&rig, "", "", 0);
    assert_int_equal(decide(&rig, "/jobs/a%2Fb/callback?x", &head), 0);
    assert_int_equal(rig.admission.route, ROUTE_CALLBACK);
    assert_int_equal(rig.admission.tail_size, 5);
    assert_memory_equal(rig.admission.tail, "a%2Fb", 5);
    close_rig(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_keys_everybody_may), cmocka_unit_test(keys_open_the_routes_of_jobs),
        cmocka_unit_test(tenants_are_parted),         cmocka_unit_test(keys_keep_to_their_pace),
        cmocka_unit_test(preflights_need_no_key),     cmocka_unit_test(tails_are_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
