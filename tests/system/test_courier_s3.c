/* test_courier_s3 - the courier against real S3 servers: Ceph's gateway and OpenStack Swift
 *
 * Each server is started by its script and given up again; where its packages are missing the test says so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <curl/curl.h>

#include "tests/system/courier_rig.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static const struct server {
    const char *script, *program, *access, *region, *elsewhere;
} servers[] = {{"tests/system/s3_radosgw.sh", "radosgw", "AKTEST", "default", NULL},
               {"tests/system/s3_swift.sh", "swift-proxy-server", "test:owner", "us-east-1", "eu-west-1"}};

static char folder[48], base[64];

static int shell(const char *format, ...)
{
    char command[512];
    va_list args;

    va_start(args, format);
    vsnprintf(command, sizeof command, format, args);
    va_end(args);
    return system(command);
}

static int server_up(const struct server *server)
{
    int port = free_port();

    if (shell("command -v %s > /dev/null", server->program) != 0) {
        print_message("skipped: %s is not installed\n", server->program);
        return -1;
    }
    strcpy(folder, "/var/tmp/courier-s3-XXXXXX");
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chmod(folder, 0755), 0);
    snprintf(base, sizeof base, "http://127.0.0.1:%d", port);
    assert_int_equal(shell("%s start %s/s %d", server->script, folder, port), 0);
    return 0;
}

/* The bucket is made by a client other than ours. */
static void make_bucket(const struct server *server)
{
    char url[96], user[64], signer[64];
    struct curl_slist *headers =
        curl_slist_append(NULL, "x-amz-content-sha256: "
                                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CURL *curl = curl_easy_init();
    long status = 0;

    snprintf(url, sizeof url, "%s/lectures", base);
    snprintf(user, sizeof user, "%s", server->access);
    snprintf(signer, sizeof signer, "aws:amz:%s:s3", server->region);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_AWS_SIGV4, signer);
    curl_easy_setopt(curl, CURLOPT_USERNAME, user);
    curl_easy_setopt(curl, CURLOPT_PASSWORD, "SKTEST");
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, "PUT");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    assert_int_equal(curl_easy_perform(curl), CURLE_OK);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    assert_int_equal(status, 200);
    curl_easy_cleanup(curl);
    curl_slist_free_all(headers);
}

static void courier_up(struct courier_rig *rig, const struct server *server, const char *secret,
                       const char *region, const char *bucket)
{
    char endpoint[96], access[64], key[64], where[64], name[64];
    const char *env[] = {endpoint, access, key, where, name, "SLIDEMILL_S3_MULTIPART_BYTES=5242880", NULL};

    snprintf(endpoint, sizeof endpoint, "AWS_ENDPOINT_URL_S3=%s", base);
    snprintf(access, sizeof access, "AWS_ACCESS_KEY_ID=%s", server->access);
    snprintf(key, sizeof key, "AWS_SECRET_ACCESS_KEY=%s", secret);
    snprintf(where, sizeof where, "AWS_REGION=%s", region);
    snprintf(name, sizeof name, "S3_BUCKET=%s", bucket);
    rig_start(rig, env);
}

/* Stored, fetched back byte for byte, and fetched by a stranger through the link. */
static void there_and_back(struct courier_rig *rig, const char *key, const char *data, size_t size)
{
    struct wire answer;
    long status;
    size_t got;
    char *body;

    rig_store(rig, key, data, size, &answer);
    if (answer.type == WIRE_FAILED)
        fail_msg("%s: %s", key, answer.failed.detail);
    assert_int_equal(answer.type, WIRE_STORED);
    body = plain_http(answer.stored.url, NULL, &status, &got);
    assert_int_equal(status, 200);
    assert_int_equal(got, size);
    assert_memory_equal(body, data, size);
    free(body);
    wire_clear(&answer);
    rig_fetch(rig, key, &answer);
    assert_int_equal(answer.type, WIRE_FETCHED);
    assert_int_equal(wire_size(&answer, 0), size);
    assert_memory_equal(wire_data(&answer, 0), data, size);
    wire_clear(&answer);
}

static void all_goes_there_and_back(const struct server *server)
{
    static const char *const keys[] = {"uploads/2026-11-23/ana@example.com/9f-Lección 1 (final)+v2.pdf",
                                       "plain.pdf", "a b/c&d=e?f#g%20.pdf", "讲义/第一讲.pdf",
                                       "q'uo\"te*!~.pdf"};
    enum { LARGE = 12000000 };
    char *large = malloc(LARGE);
    struct courier_rig rig;
    struct wire answer;

    courier_up(&rig, server, "SKTEST", server->region, "lectures");
    for (size_t i = 0; i < COUNT(keys); i++)
        there_and_back(&rig, keys[i], "%PDF-1.7 a lecture", 18);
    for (size_t i = 0; i < LARGE; i++)
        large[i] = (char)(i * 2654435761u >> 24);
    memcpy(large, "%PDF", 4);
    there_and_back(&rig, "in parts.pdf", large, LARGE);
    free(large);
    rig_fetch(&rig, "none.pdf", &answer);
    rig_failed(&answer, "S3_NOT_FOUND", 0);
    rig_stop(&rig);
}

static void what_is_wrong_is_told(const struct server *server)
{
    struct courier_rig rig;
    struct wire answer;

    courier_up(&rig, server, "wrong", server->region, "lectures");
    rig_fetch(&rig, "plain.pdf", &answer);
    rig_failed(&answer, "S3_DENIED", 0);
    rig_stop(&rig);
    courier_up(&rig, server, "SKTEST", server->region, "nowhere");
    rig_fetch(&rig, "plain.pdf", &answer);
    rig_failed(&answer, "S3_NOT_FOUND", 0);
    rig_stop(&rig);
    if (server->elsewhere == NULL)
        return;
    courier_up(&rig, server, "SKTEST", server->elsewhere, "lectures"); /* corrected by what the server says */
    rig_fetch(&rig, "plain.pdf", &answer);
    assert_int_equal(answer.type, WIRE_FETCHED);
    wire_clear(&answer);
    rig_stop(&rig);
}

static void check(const struct server *server)
{
    if (server_up(server) == -1)
        skip();
    make_bucket(server);
    all_goes_there_and_back(server);
    what_is_wrong_is_told(server);
}

static int server_down(const struct server *server)
{
    if (*folder != '\0')
        shell("%s stop %s/s; rm -rf %s", server->script, folder, folder);
    *folder = '\0';
    return 0;
}

static void with_ceph(void **state)
{
    (void)state;
    check(&servers[0]);
}

static void with_swift(void **state)
{
    (void)state;
    check(&servers[1]);
}

static int ceph_down(void **state)
{
    (void)state;
    return server_down(&servers[0]);
}

static int swift_down(void **state)
{
    (void)state;
    return server_down(&servers[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_teardown(with_ceph, ceph_down),
                                       cmocka_unit_test_teardown(with_swift, swift_down)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
