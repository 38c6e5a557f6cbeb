/* test_download - files of the local store behind signed links */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "stages/front/download.h"
#include "stages/lib/signed_link.h"

#define EACH(row) for (size_t row = 0; row < sizeof rows / sizeof *rows; row++)
#define ZEROS     "0000000000000000000000000000000000000000000000000000000000000000"
#define SECRET    "of the links"
enum { NOW_S = 1000, LATER_S = 2000 };

static char folder[] = "/tmp/test_download.XXXXXX";

static void put_file(const char *name)
{
    char path[512];
    int fd;

    snprintf(path, sizeof path, "%s/store/%s", folder, name);
    fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    assert_int_equal(write(fd, "hello", 5), 5);
    close(fd);
}

static int make_store(void **state)
{
    char path[512];

    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/store", folder);
    if (mkdir(path, 0700) == -1)
        return -1;
    strcat(path, "/outputs");
    if (mkdir(path, 0700) == -1)
        return -1;
    put_file("../outside.pdf");
    put_file("outputs/lecture.docx");
    put_file("outputs/Lecci\u00f3n 1.PDF");
    snprintf(path, sizeof path, "%s/store/link.pdf", folder);
    return symlink("../outside.pdf", path);
}

static int remove_file(const char *path, const struct stat *facts, int kind, struct FTW *at)
{
    (void)facts, (void)kind, (void)at;
    return remove(path);
}

static int remove_store(void **state)
{
    (void)state;
    return nftw(folder, remove_file, 16, FTW_DEPTH | FTW_PHYS);
}

/* Opens /files/TAIL?QUERY. */
static int open_link(struct download *file, const char *tail, const char *query, struct request_error *error)
{
    const struct target target = {.query = query, .query_size = strlen(query)};
    char store[512];

    snprintf(store, sizeof store, "%s/store", folder);
    return download_open(file, store, SECRET, &target, tail, strlen(tail), NOW_S, error);
}

/* The same with the link that the courier makes for key. */
static int open_signed(struct download *file, const char *tail, const char *key, int64_t expires_s,
                       struct request_error *error)
{
    char query[256], hex[SIGNED_LINK_TEXT];

    signed_link_sign(SECRET, key, expires_s, hex);
    snprintf(query, sizeof query, "expires=%lld&signature=%s", (long long)expires_s, hex);
    return open_link(file, tail, query, error);
}

static void signed_links_open_files(void **state)
{
    static const struct {
        const char *tail, *key, *type, *disposition;
    } rows[] = {
        {"outputs/lecture.docx", "outputs/lecture.docx",
         "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
         "attachment; filename=\"lecture.docx\""},
        {"outputs%2Flecture.docx", "outputs/lecture.docx",
         "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
         "attachment; filename=\"lecture.docx\""},
        {"outputs/Lecci%C3%B3n%201.PDF", "outputs/Lecci\u00f3n 1.PDF", "application/pdf",
         "attachment; filename=\"Lecci__n 1.PDF\"; filename*=UTF-8''Lecci%C3%B3n%201.PDF"},
    };
    struct request_error error;

    (void)state;
    EACH(i)
    {
        struct MHD_Response *response;
        struct download file;

        assert_int_equal(open_signed(&file, rows[i].tail, rows[i].key, LATER_S, &error), 0);
        assert_int_equal(file.size, 5);
        assert_string_equal(file.type, rows[i].type);
        assert_string_equal(file.disposition, rows[i].disposition);
        response = download_response(&file);
        assert_string_equal(MHD_get_response_header(response, "Content-Type"), rows[i].type);
        MHD_destroy_response(response);
        assert_int_equal(fcntl(file.fd, F_GETFD), -1); /* closed with it */
    }
}

static void links_are_good_for_one_file_and_time(void **state)
{
    static const char *const queries[] = {
        "",
        "expires=2000",
        "signature=" ZEROS,
        "expires=2000&signature=00",
        "expires=2000&signature=" ZEROS,
        "expires=-1&signature=" ZEROS,
        "expires=&signature=" ZEROS,
        "expires=9999999999999999&signature=" ZEROS,
    };
    struct request_error error;
    struct download file;

    (void)state;
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        assert_int_equal(open_link(&file, "outputs/lecture.docx", queries[i], &error), -1);
        assert_int_equal(error.code, CODE_LINK_INVALID);
    }
    assert_int_equal(open_signed(&file, "outputs/lecture.docx", "outputs/lecture.docx", NOW_S - 1, &error),
                     -1);
    assert_int_equal(error.code, CODE_LINK_INVALID);
    assert_int_equal(open_signed(&file, "outputs/lecture.docx", "outputs/other.docx", LATER_S, &error), -1);
    assert_int_equal(error.code, CODE_LINK_INVALID);
}

/* Even with a signature of ours. */
static void no_link_leads_out_of_the_store(void **state)
{
    static const struct {
        const char *tail, *key;
        enum code code;
    } rows[] = {
        {"../outside.pdf", "../outside.pdf", CODE_LINK_INVALID},
        {"outputs%2F..%2F..%2Foutside.pdf", "outputs/../../outside.pdf", CODE_LINK_INVALID},
        {"%2Fetc%2Fpasswd", "/etc/passwd", CODE_LINK_INVALID},
        {"outputs%00", "outputs", CODE_LINK_INVALID},
        {"outputs%2", "outputs", CODE_LINK_INVALID},
        {"link.pdf", "link.pdf", CODE_FILE_NOT_FOUND}, /* a link in the store that points out of it */
        {"outputs", "outputs", CODE_FILE_NOT_FOUND},
        {"outputs/none.pdf", "outputs/none.pdf", CODE_FILE_NOT_FOUND},
    };
    struct request_error error;
    struct download file;

    (void)state;
    EACH(i)
    {
        assert_int_equal(open_signed(&file, rows[i].tail, rows[i].key, LATER_S, &error), -1);
        if (error.code != rows[i].code)
            fail_msg("%s: %s", rows[i].tail, code_name(error.code));
    }
}

static void without_a_secret_no_link_is_good(void **state)
{
    const struct target target = {.query = ""};
    struct request_error error;
    struct download file;
    char query[256], hex[SIGNED_LINK_TEXT];
    struct target signed_target = target;

    (void)state;
    signed_link_sign("", "outputs/lecture.docx", LATER_S, hex);
    snprintf(query, sizeof query, "expires=%d&signature=%s", LATER_S, hex);
    signed_target.query = query;
    signed_target.query_size = strlen(query);
    assert_int_equal(
        download_open(&file, folder, "", &signed_target, "outputs/lecture.docx", 20, NOW_S, &error), -1);
    assert_int_equal(error.code, CODE_LINK_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signed_links_open_files),
        cmocka_unit_test(links_are_good_for_one_file_and_time),
        cmocka_unit_test(no_link_leads_out_of_the_store),
        cmocka_unit_test(without_a_secret_no_link_is_good),
    };

    return cmocka_run_group_tests(tests, make_store, remove_store);
}
