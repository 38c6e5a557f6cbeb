/* test_courier_faults - the courier as a process against a store and a receiver that misbehave, and the local
 * store */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "stages/lib/signed_link.h"
#include "tests/system/courier_rig.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))
#define SECRET      "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

static struct courier_rig rig;
static pid_t twin;
static char base[64];

/* ---- helpers ---- */

static json_t *asked(const char *path, const char *post)
{
    char url[128], *text;
    long status;
    size_t size;
    json_t *answer;

    snprintf(url, sizeof url, "%s/control/%s", base, path);
    text = plain_http(url, post, &status, &size);
    assert_int_equal(status / 100, 2);
    answer = json_loads(text, JSON_DECODE_ANY, NULL);
    free(text);
    return answer;
}

static void rules(const char *list)
{
    json_decref(asked("rules", list));
}

static const char *entry(json_t *log, size_t from_end, const char *name)
{
    json_t *row = json_array_get(log, json_array_size(log) - 1 - from_end);
    const char *text = json_string_value(json_object_get(row, name));

    return text == NULL ? "" : text;
}

/* ---- S3 that misbehaves ---- */

static char endpoint[96];
static const char *const store_env[] = {endpoint,
                                        "S3_BUCKET=lectures",
                                        "AWS_ACCESS_KEY_ID=AK",
                                        "AWS_SECRET_ACCESS_KEY=SK",
                                        "SLIDEMILL_STORE_TRIES=3",
                                        "SLIDEMILL_S3_MULTIPART_BYTES=5242880",
                                        "SLIDEMILL_LIMIT_PDF_BYTES=8000000",
                                        NULL};

static int store_up(void **state)
{
    char *argv[] = {"/usr/bin/python3", "tests/doubles/s3faults.py", NULL};

    (void)state;
    twin = double_start(argv, base);
    snprintf(endpoint, sizeof endpoint, "AWS_ENDPOINT_URL_S3=%s", base);
    rig_start(&rig, store_env);
    assert_string_equal(rig.hello.hello.lacks, "");
    return 0;
}

static int all_down(void **state)
{
    (void)state;
    rig_stop(&rig);
    double_stop(&twin);
    return 0;
}

static void put(const char *key, const char *data, size_t size)
{
    struct wire answer;

    rules("[]");
    rig_store(&rig, key, data, size, &answer);
    assert_int_equal(answer.type, WIRE_STORED);
    wire_clear(&answer);
}

static void what_a_fetch_meets(void **state)
{
    static const struct {
        const char *rules, *code; /* NULL: fetched */
        int retryable;
    } rows[] = {{"[]", NULL, 0},
                {"[{\"fault\":\"slowdown\",\"times\":2}]", NULL, 0},
                {"[{\"fault\":\"slowdown\",\"times\":3}]", "S3_UNAVAILABLE", 1},
                {"[{\"fault\":\"cut\"}]", NULL, 0},
                {"[{\"fault\":\"cut\",\"times\":3}]", "S3_UNAVAILABLE", 1},
                {"[{\"fault\":\"reset\"}]", NULL, 0},
                {"[{\"fault\":\"internal\"}]", NULL, 0},
                {"[{\"fault\":\"denied\"}]", "S3_DENIED", 0},
                {"[{\"fault\":\"skewed\"}]", NULL, 0},
                {"[{\"fault\":\"skewed\",\"times\":2}]", "S3_DENIED", 0},
                {"[{\"fault\":\"region\"}]", NULL, 0},
                {"[{\"fault\":\"edge520\"}]", NULL, 0},
                {"[{\"fault\":\"edge522\",\"times\":2}]", NULL, 0},
                {"[{\"fault\":\"edge530\",\"times\":3}]", "S3_UNAVAILABLE", 1},
                {"[{\"fault\":\"edge598\"}]", NULL, 0},
                {"[{\"fault\":\"edge501\"}]", "S3_ERROR", 0},
                {"[{\"fault\":\"error200\"}]", NULL, 0},
                {"[{\"fault\":\"gone200\"}]", "S3_NOT_FOUND", 0}};
    struct wire answer;

    (void)state;
    put("uploads/a.pdf", "%PDF-1.7 small", 14);
    for (size_t i = 0; i < COUNT(rows); i++) {
        rules(rows[i].rules);
        rig_fetch(&rig, "uploads/a.pdf", &answer);
        if (rows[i].code != NULL) {
            rig_failed(&answer, rows[i].code, rows[i].retryable);
            continue;
        }
        if (answer.type == WIRE_FAILED)
            fail_msg("%s: %s", rows[i].rules, answer.failed.detail);
        assert_int_equal(answer.type, WIRE_FETCHED);
        assert_int_equal(wire_size(&answer, 0), 14);
        wire_clear(&answer);
    }
}

static void a_region_once_learned_is_kept(void **state)
{
    struct wire answer;
    json_t *log;

    (void)state;
    put("uploads/a.pdf", "%PDF-1.7 small", 14);
    rig_fetch(&rig, "uploads/a.pdf", &answer);
    assert_int_equal(answer.type, WIRE_FETCHED);
    wire_clear(&answer);
    log = asked("log", NULL);
    assert_string_equal(entry(log, 0, "region"), "eu-west-3");
    json_decref(log);
}

/* Nothing was asked of the store before the link: a courier that has just been started. */
static void a_link_of_a_new_courier_is_signed_for_the_right_region(void **state)
{
    static const char key[] = "outputs/j1/summary.json";
    struct wire lease, answer;

    (void)state;
    put(key, "{}", 2);
    rig_stop(&rig);
    rig_start(&rig, store_env);
    rules("[{\"fault\":\"region\"},{\"fault\":\"skewed\"}]");
    for (int i = 0; i < 2; i++) {
        wire_init(&lease, WIRE_LINK);
        lease.link = (struct wire_link){
            .lease = 900 + (unsigned)i, .job = "j1", .attempt = 1, .key = key, .filename = "summary.json"};
        rig_send(&rig, &lease);
        rig_receive(&rig, &answer);
        assert_int_equal(answer.type, WIRE_LINKED);
        assert_non_null(strstr(answer.linked.url, "eu-west-3"));
        assert_true(answer.linked.expires_at > (uint64_t)time(NULL) + 3000);
        wire_clear(&answer);
    }
    json_t *log = asked("log", NULL);

    assert_string_equal(entry(log, 0, "method"), "GET"); /* one proof for both links */
    assert_string_equal(entry(log, 2, "method"), "GET");
    assert_string_equal(entry(log, 3, "method"), "PUT");
    json_decref(log);
    rules("[]");
}

static void a_redirect_names_where_it_points(void **state)
{
    struct wire answer;

    (void)state;
    put("uploads/a.pdf", "%PDF-1.7 small", 14);
    rules("[{\"fault\":\"elsewhere\"}]");
    rig_fetch(&rig, "uploads/a.pdf", &answer);
    assert_int_equal(answer.type, WIRE_FAILED);
    assert_non_null(strstr(answer.failed.detail, "it points to http://127.0.0.1:1/lectures/uploads/a.pdf;"));
    assert_null(strstr(answer.failed.detail, "hush"));
    rig_failed(&answer, "S3_ERROR", 0);
}

static void not_a_pdf_and_too_large(void **state)
{
    char *large = calloc(1, 8000001);
    struct wire answer;

    (void)state;
    put("uploads/text", "hello", 5);
    rig_fetch(&rig, "uploads/text", &answer);
    rig_failed(&answer, "UNSUPPORTED_TYPE", 0);
    memcpy(large, "%PDF", 4);
    put("uploads/large.pdf", large, 8000001);
    rig_fetch(&rig, "uploads/large.pdf", &answer);
    rig_failed(&answer, "PDF_TOO_LARGE", 0);
    put("uploads/fits.pdf", large, 8000000);
    rig_fetch(&rig, "uploads/fits.pdf", &answer);
    assert_int_equal(answer.type, WIRE_FETCHED);
    assert_memory_equal(wire_data(&answer, 0), large, 8000000);
    wire_clear(&answer);
    rig_fetch(&rig, "uploads/none.pdf", &answer);
    rig_failed(&answer, "S3_NOT_FOUND", 0);
    free(large);
}

static void nothing_leads_out_of_the_bucket(void **state)
{
    static const char *const keys[] = {"../other/a.pdf", "uploads/../../other/a.pdf", "uploads/.."};
    struct wire answer;
    json_t *log;
    size_t before;

    (void)state;
    rules("[]");
    log = asked("log", NULL);
    before = json_array_size(log);
    json_decref(log);
    for (size_t i = 0; i < COUNT(keys); i++) {
        rig_fetch(&rig, keys[i], &answer);
        rig_failed(&answer, "S3_NOT_FOUND", 0);
        rig_store(&rig, keys[i], "x", 1, &answer);
        rig_failed(&answer, "S3_NOT_FOUND", 0);
    }
    log = asked("log", NULL);
    assert_int_equal(json_array_size(log), before); /* nobody was asked */
    json_decref(log);
}

/* S3 takes these keys as they are. */
static void odd_keys_are_asked_for_byte_for_byte(void **state)
{
    static const struct {
        const char *key, *path;
    } rows[] = {{"/other/a.pdf", "/lectures//other/a.pdf"},
                {"uploads//a.pdf", "/lectures/uploads//a.pdf"},
                {"uploads/./a.pdf", "/lectures/uploads/./a.pdf"},
                {"uploads/", "/lectures/uploads/"},
                {"uploads/\ta.pdf", "/lectures/uploads/%09a.pdf"}};
    struct wire answer;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        json_t *log;

        put(rows[i].key, "%PDF-1.7 small", 14);
        rig_fetch(&rig, rows[i].key, &answer);
        assert_int_equal(answer.type, WIRE_FETCHED);
        wire_clear(&answer);
        log = asked("log", NULL);
        assert_string_equal(entry(log, 0, "path"), rows[i].path);
        json_decref(log);
    }
}

static void what_an_upload_in_parts_meets(void **state)
{
    static const struct {
        const char *rules, *code;
        int retryable;
    } rows[] = {
        {"[]", NULL, 0},
        {"[{\"fault\":\"slowdown\",\"query\":\"partNumber=2\"}]", NULL, 0},
        {"[{\"fault\":\"error200\",\"method\":\"POST\",\"query\":\"uploadId\"}]", NULL, 0},
        {"[{\"fault\":\"error200\",\"method\":\"POST\",\"query\":\"uploadId\",\"times\":3}]",
         "S3_UNAVAILABLE", 1},
        {"[{\"fault\":\"denied\",\"query\":\"partNumber=2\"}]", "S3_DENIED", 0},
        {"[{\"fault\":\"denied\",\"query\":\"partNumber=1\"},{\"fault\":\"reset\",\"method\":\"DELETE\"}]",
         "S3_DENIED", 0}};
    char *data = calloc(1, 6000000);
    struct wire answer;
    json_t *left;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        rules(rows[i].rules);
        rig_store(&rig, "outputs/j/lecture.docx", data, 6000000, &answer);
        if (rows[i].code != NULL) {
            rig_failed(&answer, rows[i].code, rows[i].retryable);
        } else {
            assert_int_equal(answer.type, WIRE_STORED);
            wire_clear(&answer);
        }
        left = asked("uploads", NULL);
        assert_int_equal(json_array_size(left), 0);
        json_decref(left);
    }
    free(data);
}

/* ---- callbacks ---- */

static int receiver_up(void **state)
{
    static char url[96];
    char *argv[] = {"/usr/bin/python3", "tests/doubles/receiver.py", "--secret", SECRET, NULL};
    static char folder[] = "/tmp/courier-store-XXXXXX", store[64];
    const char *env[] = {url,
                         store,
                         "WORKER_CALLBACK_SECRET=" SECRET,
                         "SLIDEMILL_LINK_SECRET=linkkey",
                         "SLIDEMILL_PUBLIC_URL=http://files.example/",
                         NULL};

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(store, sizeof store, "SLIDEMILL_STORE_DIR=%s", folder);
    twin = double_start(argv, base);
    snprintf(url, sizeof url, "WORKER_CALLBACK_URL=%s/callback", base);
    rig_start(&rig, env);
    *state = folder;
    return 0;
}

static int receiver_down(void **state)
{
    char command[80];

    snprintf(command, sizeof command, "rm -r %s", (char *)*state);
    all_down(state);
    return system(command);
}

static void a_callback_bears_both_signatures(void **state)
{
    struct wire answer;
    json_t *log;

    (void)state;
    rig_notify(&rig, "evt_1", "{\"jobId\":\"job-1\",\"name\":\"Lección\"}", &answer);
    assert_int_equal(answer.type, WIRE_NOTIFIED);
    assert_int_equal(answer.notified.status, 204);
    wire_clear(&answer);
    log = asked("log", NULL);
    assert_true(json_is_true(json_object_get(json_array_get(log, 0), "worker_ok")));
    assert_true(json_is_true(json_object_get(json_array_get(log, 0), "standard_ok")));
    assert_string_equal(entry(log, 0, "body"),
                        "{\"jobId\":\"job-1\",\"name\":\"Lección\",\"secret\":\"" SECRET "\"}");
    json_decref(log);
}

static void what_a_receiver_may_say(void **state)
{
    static const struct {
        const char *rules, *code;
        int retryable;
        uint64_t told_ms;
    } rows[] = {{"[{\"status\":200}]", NULL, 0, 0},
                {"[{\"status\":503,\"headers\":{\"Retry-After\":\"7\"}}]", "CALLBACK_REFUSED", 1, 7000},
                {"[{\"status\":401}]", "CALLBACK_REFUSED", 1, 0},
                {"[{\"status\":302,\"headers\":{\"Location\":\"/elsewhere\"}}]", "CALLBACK_REFUSED", 1, 0},
                {"[{\"status\":410}]", "CALLBACK_GONE", 0, 0},
                {"[{\"reset\":true,\"times\":2}]", "CALLBACK_UNREACHABLE", 1, 0}};
    struct wire answer;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        json_decref(asked("rules", rows[i].rules));
        rig_notify(&rig, "evt_2", "{\"a\":1}", &answer);
        if (rows[i].code == NULL) {
            assert_int_equal(answer.type, WIRE_NOTIFIED);
            wire_clear(&answer);
            continue;
        }
        assert_int_equal(answer.type, WIRE_FAILED);
        assert_int_equal(answer.failed.retry_after_ms, rows[i].told_ms);
        rig_failed(&answer, rows[i].code, rows[i].retryable);
    }
}

/* ---- the local store ---- */

static void what_is_stored_is_a_file_with_a_link(void **state)
{
    char path[128], text[16] = "", url[512], hex[SIGNED_LINK_TEXT];
    struct wire answer;
    FILE *file;

    rig_store(&rig, "outputs/j é/summary.json", "{\"a\":1}", 7, &answer);
    assert_int_equal(answer.type, WIRE_STORED);
    signed_link_sign("linkkey", "outputs/j é/summary.json", (int64_t)answer.stored.expires_at, hex);
    snprintf(url, sizeof url,
             "http://files.example/files/outputs/j%%20%%C3%%A9/summary.json?expires=%llu&signature=%s",
             (unsigned long long)answer.stored.expires_at, hex);
    assert_string_equal(answer.stored.url, url);
    wire_clear(&answer);
    snprintf(path, sizeof path, "%s/outputs/j é/summary.json", (char *)*state);
    file = fopen(path, "r");
    assert_non_null(file);
    assert_int_equal(fread(text, 1, sizeof text, file), 7);
    assert_string_equal(text, "{\"a\":1}");
    fclose(file);
}

static void nothing_leads_out_of_the_folder(void **state)
{
    static const struct {
        const char *key, *code;
    } rows[] = {{"../etc/passwd", "S3_NOT_FOUND"}, {"/etc/passwd", "S3_NOT_FOUND"},
                {"a//b", "S3_NOT_FOUND"},          {"out/passwd", "S3_NOT_FOUND"},
                {"link.pdf", "S3_DENIED"},         {"nothing.pdf", "S3_NOT_FOUND"},
                {"outputs", "S3_NOT_FOUND"}};
    char path[128];
    struct wire answer;

    snprintf(path, sizeof path, "%s/out", (char *)*state);
    assert_int_equal(symlink("/etc", path), 0);
    snprintf(path, sizeof path, "%s/link.pdf", (char *)*state);
    assert_int_equal(symlink("/etc/passwd", path), 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        rig_fetch(&rig, rows[i].key, &answer);
        rig_failed(&answer, rows[i].code, 0);
    }
    rig_store(&rig, "out/x", "x", 1, &answer);
    assert_int_equal(answer.type, WIRE_FAILED);
    wire_clear(&answer);
}

/* ---- what is missing ---- */

static void missing_secrets_are_named(void **state)
{
    const char *env[] = {"S3_BUCKET=lectures", "WORKER_CALLBACK_URL=http://127.0.0.1:1/", NULL};
    struct wire answer;

    (void)state;
    rig_start(&rig, env);
    assert_string_equal(rig.hello.hello.lacks,
                        "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, WORKER_CALLBACK_SECRET");
    rig_fetch(&rig, "a", &answer);
    rig_failed(&answer, "S3_DENIED", 0);
    rig_notify(&rig, "evt_3", "{}", &answer);
    rig_failed(&answer, "CALLBACK_REFUSED", 1);
    rig_stop(&rig);
}

int main(void)
{
    const struct CMUnitTest stores[] = {
        cmocka_unit_test(what_a_fetch_meets),
        cmocka_unit_test(a_region_once_learned_is_kept),
        cmocka_unit_test(a_link_of_a_new_courier_is_signed_for_the_right_region),
        cmocka_unit_test(a_redirect_names_where_it_points),
        cmocka_unit_test(nothing_leads_out_of_the_bucket),
        cmocka_unit_test(odd_keys_are_asked_for_byte_for_byte),
        cmocka_unit_test(not_a_pdf_and_too_large),
        cmocka_unit_test(what_an_upload_in_parts_meets)};
    const struct CMUnitTest others[] = {cmocka_unit_test(a_callback_bears_both_signatures),
                                        cmocka_unit_test(what_a_receiver_may_say),
                                        cmocka_unit_test(what_is_stored_is_a_file_with_a_link),
                                        cmocka_unit_test(nothing_leads_out_of_the_folder)};
    const struct CMUnitTest bare[] = {cmocka_unit_test(missing_secrets_are_named)};

    return cmocka_run_group_tests(stores, store_up, all_down) +
           cmocka_run_group_tests(others, receiver_up, receiver_down) +
           cmocka_run_group_tests(bare, NULL, NULL);
}
