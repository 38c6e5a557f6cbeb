/* test_local_store - objects as files below one folder */
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

#include "stages/courier/local_store.h"
#include "stages/lib/signed_link.h"
#include "tests/unit/stages/courier/fake_stage.h"

static char folder[] = "/tmp/test_local_store.XXXXXX", store[64];
static const struct conf conf = {.courier_deadline_s = 100,
                                 .limit_pdf_bytes = 100,
                                 .link_ttl_s = 3600,
                                 .link_secret = "of the links",
                                 .http_public_url = "https://app.example/base/"};
static struct courier courier = {.conf = &conf};

static int open_store(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(store, sizeof store, "%s/store", folder);
    if (!local_store_make(store) || !local_store_make(store)) /* the second time it is there */
        return -1;
    courier.store = local_store_open(store);
    return courier.store == -1 ? -1 : 0;
}

static int remove_file(const char *path, const struct stat *facts, int kind, struct FTW *at)
{
    (void)facts, (void)kind, (void)at;
    return remove(path);
}

static int close_store(void **state)
{
    (void)state;
    wire_clear(&settled);
    close(courier.store);
    return nftw(folder, remove_file, 16, FTW_DEPTH | FTW_PHYS);
}

static void put(const char *key, const char *text)
{
    local_store_put(new_store(&courier, key, text, strlen(text)));
}

static void fetch(const char *key)
{
    local_store_fetch(new_fetch(&courier, key));
    assert_null(courier.first);
}

static void what_is_stored_is_fetched(void **state)
{
    (void)state;
    put("outputs/j/Lecci\u00f3n 1.pdf", "%PDF-1.4 first");
    assert_int_equal(settled.type, WIRE_STORED);
    fetch("outputs/j/Lecci\u00f3n 1.pdf");
    assert_int_equal(settled.type, WIRE_FETCHED);
    assert_int_equal(wire_size(&settled, 0), 14);
    assert_memory_equal(wire_data(&settled, 0), "%PDF-1.4 first", 14);
    put("outputs/j/Lecci\u00f3n 1.pdf", "%PDF-1.4 second"); /* takes the place of the first */
    fetch("outputs/j/Lecci\u00f3n 1.pdf");
    assert_memory_equal(wire_data(&settled, 0), "%PDF-1.4 second", 15);
}

static int count, strangers;

static int count_file(const char *path, const struct stat *facts, int kind, struct FTW *at)
{
    (void)facts;
    count += kind == FTW_F;
    strangers += kind == FTW_F && path[at->base] == '.';
    return 0;
}

static void nothing_half_done_is_left(void **state)
{
    char path[256];
    struct stat facts;

    (void)state;
    put("x/a.json", "{}");
    snprintf(path, sizeof path, "%s/x", store);
    assert_int_equal(nftw(path, count_file, 16, FTW_PHYS), 0);
    assert_int_equal(count, 1);
    assert_int_equal(strangers, 0);
    snprintf(path, sizeof path, "%s/x/a.json", store);
    assert_int_equal(stat(path, &facts), 0);
    assert_int_equal(facts.st_mode & 07, 0); /* not for everybody */
}

static void links_are_signed(void **state)
{
    char hex[SIGNED_LINK_TEXT + 1];
    long long expires_s;

    (void)state;
    local_store_link(new_link(&courier, "outputs/j/Lecci\u00f3n 1.docx"));
    assert_int_equal(settled.type, WIRE_LINKED);
    assert_int_equal(sscanf(settled.linked.url,
                            "https://app.example/base/files/outputs/j/Lecci%%C3%%B3n%%201.docx?expires=%lld"
                            "&signature=%64s",
                            &expires_s, hex),
                     2);
    assert_int_equal(expires_s, settled.linked.expires_at);
    assert_in_range(expires_s, time(NULL) + 3600 - 60, time(NULL) + 3600);
    assert_true(signed_link_valid("of the links", "outputs/j/Lecci\u00f3n 1.docx", expires_s, hex));
}

static void no_key_leads_out_of_the_folder(void **state)
{
    static const char *const keys[] = {"../a", "a/../../b", "/etc/passwd", "a//b", "a/", ".",
                                       "..",   "",          "a\nb"};

    (void)state;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        fetch(keys[i]);
        assert_int_equal(failed_code, CODE_S3_NOT_FOUND);
        assert_int_equal(settled.type, WIRE_FAILED);
        put(keys[i], "x");
        assert_int_equal(settled.type, WIRE_FAILED);
        local_store_link(new_link(&courier, keys[i]));
        assert_int_equal(settled.type, WIRE_FAILED);
    }
}

/* Somebody who may write into the store plants links. */
static void no_link_is_followed(void **state)
{
    char path[256], outside[256];
    int fd;

    (void)state;
    snprintf(outside, sizeof outside, "%s/outside.pdf", folder);
    fd = open(outside, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    assert_int_equal(write(fd, "%PDF-1.4", 8), 8);
    close(fd);
    snprintf(path, sizeof path, "%s/file.pdf", store);
    assert_int_equal(symlink(outside, path), 0);
    snprintf(path, sizeof path, "%s/up", store);
    assert_int_equal(symlink("..", path), 0);
    fetch("file.pdf");
    assert_int_equal(settled.type, WIRE_FAILED);
    assert_int_equal(failed_code, CODE_S3_DENIED);
    fetch("up/outside.pdf");
    assert_int_equal(settled.type, WIRE_FAILED);
    put("up/new.pdf", "x");
    assert_int_equal(settled.type, WIRE_FAILED);
    snprintf(path, sizeof path, "%s/new.pdf", folder);
    assert_int_equal(access(path, F_OK), -1);
    put("file.pdf", "%PDF-1.4 ours"); /* the name is replaced, not what it points to */
    assert_int_equal(settled.type, WIRE_STORED);
    fd = open(outside, O_RDONLY | O_CLOEXEC);
    assert_int_equal(read(fd, path, sizeof path), 8);
    close(fd);
}

static void failures_are_told_apart(void **state)
{
    char name[300], path[320];

    (void)state;
    fetch("none.pdf");
    assert_int_equal(failed_code, CODE_S3_NOT_FOUND);
    assert_non_null(strstr(settled.failed.detail, "'none.pdf'"));
    put("d/a.pdf", "%PDF-1.4");
    fetch("d");
    assert_int_equal(failed_code, CODE_S3_NOT_FOUND); /* a folder may hold another tenant's results */
    fetch("d/a.pdf/b");
    assert_int_equal(failed_code, CODE_S3_NOT_FOUND);
    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    put(name, "x");
    assert_int_equal(failed_code, CODE_S3_ERROR);
    memset(name, ' ', 101);
    name[101] = '\0';
    put("large.pdf", name);
    fetch("large.pdf");
    assert_int_equal(settled.type, WIRE_FAILED);
    assert_int_equal(failed_code, CODE_PDF_TOO_LARGE);
    snprintf(path, sizeof path, "%s/none/below", folder);
    assert_false(local_store_make(path));
    assert_int_equal(local_store_open(path), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_stored_is_fetched), cmocka_unit_test(nothing_half_done_is_left),
        cmocka_unit_test(links_are_signed),          cmocka_unit_test(no_key_leads_out_of_the_folder),
        cmocka_unit_test(no_link_is_followed),       cmocka_unit_test(failures_are_told_apart),
    };

    return cmocka_run_group_tests(tests, open_store, close_store);
}
