/* test_blob - blobs by their name, written beside the loop; who holds them, what goes and when */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
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

#include "supervisor/store/blob.h"
#include "tests/unit/scratch.h"

enum { PATIENCE_MS = 60000 };

static const char abc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

/* ---- one write, as the supervisor has them ---- */

struct put {
    struct blob_write write;
    char name[BLOB_NAME]; /* of the first frame */
    int error;
    unsigned order; /* as which it ended */
    bool holds;     /* what was kept, afterwards */
    struct blobs *blobs;
};

static unsigned ended, freed;

static void on_kept(void *arg, struct blob_write *write)
{
    struct put *put = (struct put *)write;

    (void)arg;
    put->error = write->error;
    put->order = ++ended;
    memcpy(put->name, write->names[0], sizeof put->name);
    if (put->holds && write->error == 0)
        blobs_hold(put->blobs, put->name);
}

static void on_end(struct blob_write *write)
{
    (void)write; /* on the stack */
    freed++;
}

static void ask(struct blobs *blobs, struct put *put, const char *bytes, bool durable, bool holds)
{
    memset(put, 0, sizeof *put);
    put->blobs = blobs;
    put->holds = holds;
    put->write.then = on_kept;
    put->write.end = on_end;
    put->write.durable = durable;
    wire_add_copy(&put->write.message, bytes, strlen(bytes));
    blobs_write(blobs, &put->write);
}

static void turn_until_idle(struct blobs *blobs)
{
    while (!blobs_idle(blobs)) {
        struct pollfd items[BLOB_FDS];
        int fds[BLOB_FDS];

        blobs_fds(blobs, fds);
        for (int i = 0; i < BLOB_FDS; i++)
            items[i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
        assert_true(poll(items, BLOB_FDS, PATIENCE_MS) > 0);
        blobs_turn(blobs);
    }
}

/* Written and held. */
static void put_now(struct blobs *blobs, const char *bytes, char name[BLOB_NAME])
{
    struct put put;

    ask(blobs, &put, bytes, false, true);
    turn_until_idle(blobs);
    assert_int_equal(put.error, 0);
    memcpy(name, put.name, BLOB_NAME);
}

static void tidy(struct blobs *blobs, uint64_t committed, uint64_t synced)
{
    blobs_tidy(blobs, committed, synced);
    turn_until_idle(blobs);
}

/* ---- writing ---- */

static void keep_fifty(const char *folder, bool durable)
{
    struct blobs *blobs = blobs_open(folder);
    struct put puts[50];
    struct wire message = {0};
    char text[16];

    ended = freed = 0;
    ask(blobs, &puts[0], "abc", durable, true);
    for (int i = 1; i < 50; i++) {
        snprintf(text, sizeof text, "blob %d", i / 2); /* each one twice */
        ask(blobs, &puts[i], text, durable, true);
    }
    assert_true(blobs_bytes(blobs) > 0);
    turn_until_idle(blobs);
    assert_int_equal(blobs_bytes(blobs), 0);
    assert_string_equal(puts[0].name, abc);
    for (unsigned i = 0; i < 50; i++) {
        assert_int_equal(puts[i].error, 0);
        assert_int_equal(puts[i].order, i + 1);
        assert_true(blobs_has(blobs, puts[i].name));
    }
    assert_int_equal(freed, 50);
    assert_int_equal(blobs_add_frame(blobs, abc, &message), 0);
    assert_memory_equal(wire_data(&message, 0), "abc", 3);
    wire_clear(&message);
    blobs_close(&blobs);
}

static void bytes_are_kept_in_order_by_their_name(void **state)
{
    (void)state;
    keep_fifty("plain", false);
    keep_fifty("synced", true);
}

/* The same few names in both threads, held and let go all the time, and tidied: what is held is there. */
static void two_threads_and_removals_lose_nothing(void **state)
{
    enum { ROUNDS = 300, AT_ONCE = 6, NAMES = 5 };
    struct blobs *blobs = blobs_open("both");
    struct put puts[AT_ONCE];
    char text[16];

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < AT_ONCE; i++) {
            snprintf(text, sizeof text, "blob %d", (round * 7 + i * i) % NAMES);
            ask(blobs, &puts[i], text, (round + i) % 2 == 0, true);
        }
        while (!blobs_idle(blobs)) {
            blobs_turn(blobs);
            blobs_tidy(blobs, (uint64_t)round, (uint64_t)round);
        }
        for (int i = 0; i < AT_ONCE; i++) {
            assert_int_equal(puts[i].error, 0);
            assert_true(blobs_has(blobs, puts[i].name));
        }
        for (int i = 0; i < AT_ONCE; i++)
            blobs_drop(blobs, puts[i].name);
        blobs_tidy(blobs, (uint64_t)round, (uint64_t)round); /* asked for while the next ones are written */
    }
    turn_until_idle(blobs);
    for (int i = 0; i < AT_ONCE; i++)
        assert_false(blobs_has(blobs, puts[i].name));
    blobs_close(&blobs);
}

/* Where its folder should be is a file, so the second frame cannot be written. */
static void all_frames_are_kept_or_none(void **state)
{
    struct blobs *blobs = blobs_open("half");
    struct put put = {.blobs = blobs};
    char first[BLOB_NAME];
    int blocked;

    (void)state;
    assert_int_equal(rmdir("half/ba"), 0);
    blocked = open("half/ba", O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    assert_int_not_equal(blocked, -1);
    close(blocked);
    put.write.then = on_kept;
    put.write.end = on_end;
    wire_add_copy(&put.write.message, "one", 3);
    wire_add_copy(&put.write.message, "abc", 3);
    wire_add_copy(&put.write.message, "two", 3);
    blob_name("one", 3, first);
    blobs_write(blobs, &put.write);
    turn_until_idle(blobs);
    assert_int_equal(put.error, ENOTDIR);
    assert_true(blobs_has(blobs, first)); /* until it is tidied */
    tidy(blobs, 1, 1);
    assert_false(blobs_has(blobs, first));
    blobs_close(&blobs);
}

static void the_end_gives_up_what_has_not_begun(void **state)
{
    struct blobs *blobs = blobs_open("given-up");
    struct put puts[200];
    char text[16];

    (void)state;
    freed = 0;
    for (int i = 0; i < 200; i++) {
        snprintf(text, sizeof text, "blob %d", i);
        ask(blobs, &puts[i], text, true, true);
    }
    blobs_close(&blobs);
    assert_int_equal(freed, 200);
}

/* ---- holds ---- */

static void a_blob_goes_with_its_last_hold(void **state)
{
    struct blobs *blobs = blobs_open("held");
    char name[BLOB_NAME];

    (void)state;
    put_now(blobs, "abc", name);
    blobs_hold(blobs, name);
    blobs_hold(blobs, "");
    blobs_drop(blobs, name);
    tidy(blobs, 0, 0);
    assert_true(blobs_has(blobs, name));
    blobs_drop(blobs, name);
    assert_true(blobs_has(blobs, name)); /* the turn is not committed yet */
    blobs_hold(blobs, name);
    tidy(blobs, 0, 0);
    assert_true(blobs_has(blobs, name)); /* needed again in the same turn */
    blobs_drop(blobs, name);
    tidy(blobs, 0, 0);
    assert_false(blobs_has(blobs, name));
    assert_false(blobs_has(blobs, ""));
    blobs_close(&blobs);
}

static void a_blob_stays_until_what_let_it_go_is_durable(void **state)
{
    struct blobs *blobs = blobs_open("durable");
    char one[BLOB_NAME], two[BLOB_NAME];

    (void)state;
    put_now(blobs, "one", one);
    put_now(blobs, "two", two);
    blobs_drop(blobs, one);
    tidy(blobs, 5, 4);
    blobs_drop(blobs, two);
    tidy(blobs, 6, 4);
    assert_true(blobs_has(blobs, one) && blobs_has(blobs, two));
    tidy(blobs, 7, 5);
    assert_true(!blobs_has(blobs, one) && blobs_has(blobs, two));
    tidy(blobs, 7, 7);
    assert_false(blobs_has(blobs, two));
    blobs_close(&blobs);
}

/* Held again while it waited to go, and let go again by a later commit. */
static void it_waits_for_the_last_of_its_commits(void **state)
{
    struct blobs *blobs = blobs_open("again");
    char name[BLOB_NAME];

    (void)state;
    put_now(blobs, "abc", name);
    blobs_drop(blobs, name);
    tidy(blobs, 5, 4);
    blobs_hold(blobs, name);
    tidy(blobs, 6, 4);
    blobs_drop(blobs, name);
    tidy(blobs, 7, 5);
    assert_true(blobs_has(blobs, name));
    tidy(blobs, 7, 6);
    assert_true(blobs_has(blobs, name));
    tidy(blobs, 7, 7);
    assert_false(blobs_has(blobs, name));
    blobs_close(&blobs);
}

/* The bytes came again, and had been written when the removal was asked for, but the loop had not heard. */
static void a_removal_does_not_overtake_what_is_not_heard_of(void **state)
{
    struct blobs *blobs = blobs_open("race");
    char name[BLOB_NAME];
    struct put again;

    (void)state;
    put_now(blobs, "abc", name);
    ask(blobs, &again, "abc", false, true);
    blobs_wait(blobs);
    blobs_drop(blobs, name);
    blobs_tidy(blobs, 1, 1); /* nobody holds it, as far as the loop knows */
    turn_until_idle(blobs);
    assert_int_equal(again.error, 0);
    assert_true(blobs_has(blobs, name));
    blobs_drop(blobs, name);
    tidy(blobs, 2, 2);
    assert_false(blobs_has(blobs, name));
    blobs_close(&blobs);
}

static void what_comes_again_after_its_removal_is_written_again(void **state)
{
    struct blobs *blobs = blobs_open("after");
    char name[BLOB_NAME];
    struct put again;

    (void)state;
    put_now(blobs, "abc", name);
    blobs_drop(blobs, name);
    blobs_tidy(blobs, 1, 1);
    ask(blobs, &again, "abc", false, true);
    turn_until_idle(blobs);
    assert_true(blobs_has(blobs, name));
    blobs_close(&blobs);
}

static void what_nobody_keeps_goes(void **state)
{
    struct blobs *blobs = blobs_open("nobody");
    struct put put;

    (void)state;
    ask(blobs, &put, "abc", false, false); /* its job had ended */
    turn_until_idle(blobs);
    tidy(blobs, 1, 1);
    assert_false(blobs_has(blobs, abc));
    blobs_close(&blobs);
}

/* ---- what an earlier process left ---- */

static void what_nobody_holds_is_swept(void **state)
{
    struct blobs *blobs = blobs_open("swept");
    char kept[BLOB_NAME], orphan[BLOB_NAME];
    FILE *half = fopen("swept/.new-7", "we");

    (void)state;
    assert_non_null(half);
    fclose(half);
    usleep(20000); /* longer than file systems' clocks stand still: it is of an earlier life */
    put_now(blobs, "kept", kept);
    put_now(blobs, "orphan", orphan);
    blobs_drop(blobs, orphan);
    tidy(blobs, 2, 1); /* known, but nobody's: it stays for now */
    blobs_close(&blobs);
    blobs = blobs_open("swept");
    blobs_hold(blobs, kept);
    blobs_hold(blobs, abc); /* whose file is lost */
    blobs_sweep(blobs);
    turn_until_idle(blobs);
    assert_true(blobs_has(blobs, kept));
    assert_false(blobs_has(blobs, orphan));
    assert_int_equal(access("swept/.new-7", F_OK), -1);
    blobs_close(&blobs);
}

/* The store of the next life is written to at once, by the other thread, and in part with names that are old
 * and nobody's. */
static void a_sweep_leaves_what_is_written_meanwhile(void **state)
{
    struct blobs *blobs = blobs_open("meanwhile");
    struct put puts[60];
    char text[16], name[BLOB_NAME];

    (void)state;
    for (int i = 0; i < 60; i++) {
        snprintf(text, sizeof text, "blob %d", i);
        put_now(blobs, text, name);
    }
    blobs_close(&blobs);
    usleep(20000); /* longer than file systems' clocks stand still */
    blobs = blobs_open("meanwhile");
    blobs_sweep(blobs);
    for (int i = 0; i < 60; i++) {
        snprintf(text, sizeof text, "blob %d", 2 * i);
        ask(blobs, &puts[i], text, i % 3 != 0, true);
    }
    turn_until_idle(blobs);
    for (int i = 0; i < 60; i++) {
        assert_int_equal(puts[i].error, 0);
        assert_true(blobs_has(blobs, puts[i].name));
    }
    blob_name("blob 1", 6, name);
    assert_false(blobs_has(blobs, name));
    blobs_close(&blobs);
}

static unsigned checked;

static void on_checked(void *arg, const struct blob_check *check)
{
    (void)arg;
    assert_int_equal(check->job, 42);
    checked++;
}

static void stamp(const char *name, time_t seconds)
{
    const struct timespec times[2] = {{.tv_sec = seconds}, {.tv_sec = seconds}};
    char path[128];

    snprintf(path, sizeof path, "torn/%.2s/%s", name, name);
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void make_old(const char *name)
{
    stamp(name, 1000);
}

/* A power cut can leave a name without its bytes. */
static void an_old_blob_is_checked_against_its_name(void **state)
{
    struct blobs *blobs = blobs_open("torn");
    struct blob_check *check = blob_check_new(42, on_checked, NULL);
    char whole[BLOB_NAME], torn[BLOB_NAME], path[128];
    struct stat info;

    (void)state;
    put_now(blobs, "whole", whole);
    put_now(blobs, "torn", torn);
    snprintf(path, sizeof path, "torn/%.2s/%s", torn, torn);
    assert_int_equal(truncate(path, 1), 0);
    make_old(torn);
    make_old(whole);
    blob_check_add(check, whole);
    blob_check_add(check, torn);
    blob_check_add(check, "");
    blob_check_add(check, abc); /* lost */
    blobs_check(blobs, check);
    turn_until_idle(blobs);
    assert_int_equal(checked, 1);
    assert_true(blobs_has(blobs, whole));
    assert_false(blobs_has(blobs, torn));
    snprintf(path, sizeof path, "torn/%.2s/%s", whole, whole);
    assert_int_equal(stat(path, &info), 0);
    assert_true(info.st_mtim.tv_sec > 1000); /* it is not looked at again */
    blobs_close(&blobs);
}

/* Torn or not, it is not compared but written again. */
static void an_old_file_does_not_stand_for_new_bytes(void **state)
{
    struct blobs *blobs = blobs_open("torn");
    char name[BLOB_NAME], path[128];
    struct stat info;

    (void)state;
    put_now(blobs, "again", name);
    snprintf(path, sizeof path, "torn/%.2s/%s", name, name);
    assert_int_equal(truncate(path, 1), 0);
    make_old(name);
    put_now(blobs, "again", name);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_size, 5);
    assert_int_equal(truncate(path, 1), 0);
    stamp(name, time(NULL) + 3600); /* an earlier process wrote it, and the clock was set back */
    put_now(blobs, "again", name);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_size, 5);
    blobs_close(&blobs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_kept_in_order_by_their_name),
        cmocka_unit_test(two_threads_and_removals_lose_nothing),
        cmocka_unit_test(all_frames_are_kept_or_none),
        cmocka_unit_test(the_end_gives_up_what_has_not_begun),
        cmocka_unit_test(a_blob_goes_with_its_last_hold),
        cmocka_unit_test(a_blob_stays_until_what_let_it_go_is_durable),
        cmocka_unit_test(it_waits_for_the_last_of_its_commits),
        cmocka_unit_test(a_removal_does_not_overtake_what_is_not_heard_of),
        cmocka_unit_test(what_comes_again_after_its_removal_is_written_again),
        cmocka_unit_test(what_nobody_keeps_goes),
        cmocka_unit_test(what_nobody_holds_is_swept),
        cmocka_unit_test(a_sweep_leaves_what_is_written_meanwhile),
        cmocka_unit_test(an_old_blob_is_checked_against_its_name),
        cmocka_unit_test(an_old_file_does_not_stand_for_new_bytes),
    };

    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}
