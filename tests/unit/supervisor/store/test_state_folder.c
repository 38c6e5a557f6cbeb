/* test_state_folder - where the state folder is, that one supervisor alone is in it, and what it keeps there
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/exits.h"
#include "supervisor/store/state_folder.h"
#include "tests/unit/scratch.h"

static struct conf *conf_at(const char *state_dir)
{
    struct conf *conf = conf_load(NULL, stderr);

    assert_non_null(conf);
    if (state_dir != NULL)
        conf_set(&conf->state_dir, state_dir);
    return conf;
}

/* Enters it in a child, which then checks what it finds; returns the child's exit code. */
static int enter(const char *state_dir, const char *store_dir, int (*check)(const struct conf *))
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        struct conf *conf = conf_at(state_dir);

        conf_set(&conf->store_dir, store_dir);
        if (freopen("log", "w", stderr) == NULL)
            _exit(1);
        state_folder_enter(conf);
        _exit(check == NULL ? 0 : check(conf));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void assert_logged(const char *part)
{
    char text[4096] = "";
    FILE *log = fopen("log", "re");

    assert_non_null(log);
    assert_true(fread(text, 1, sizeof text - 1, log) > 0);
    fclose(log);
    if (strstr(text, part) == NULL)
        fail_msg("no \"%s\" in: %s", part, text);
}

static void a_folder_that_is_given_stays(void **state)
{
    struct conf *conf = conf_at("here/it/is");

    (void)state;
    state_folder_find(conf);
    assert_string_equal(conf->state_dir, "here/it/is");
    conf_free(&conf);
}

static void by_default_it_is_where_the_system_keeps_state(void **state)
{
    struct conf *conf = conf_at("");

    (void)state;
    setenv("XDG_STATE_HOME", "relative", 1); /* the XDG specification: to be ignored */
    setenv("HOME", "/home/ana", 1);
    state_folder_find(conf);
    assert_string_equal(conf->state_dir,
                        geteuid() == 0 ? "/var/lib/slidemill" : "/home/ana/.local/state/slidemill");
    conf_free(&conf);
}

static int private_and_complete(const struct conf *conf)
{
    char here[4096];
    struct stat info;

    if (getcwd(here, sizeof here) == NULL || strcmp(here, conf->state_dir) != 0)
        return 2;
    if (stat(".", &info) == -1 || (info.st_mode & 077) != 0 || stat("run", &info) == -1)
        return 3;
    return strncmp(conf->store_dir, here, strlen(here)) == 0 && access("objects", W_OK) == 0 ? 0 : 4;
}

static void it_is_made_with_all_in_it(void **state)
{
    (void)state;
    assert_int_equal(enter("new/state", "", private_and_complete), 0);
    assert_int_equal(enter("new/state", "", private_and_complete), 0);
}

static int run_is_tidy(const struct conf *conf)
{
    (void)conf;
    return access("run/front-0.tasks", F_OK) == -1 && access("run/7.life", F_OK) == 0 ? 0 : 2;
}

static void sockets_of_an_earlier_process_go_and_workers_locks_stay(void **state)
{
    (void)state;
    assert_int_equal(enter("tidy", "", NULL), 0);
    close(open("tidy/run/front-0.tasks", O_WRONLY | O_CREAT, 0600));
    close(open("tidy/run/7.life", O_WRONLY | O_CREAT, 0600));
    assert_int_equal(enter("tidy", "", run_is_tidy), 0);
}

static void a_second_supervisor_gives_up(void **state)
{
    int fd;

    (void)state;
    assert_int_equal(enter("taken", "", NULL), 0);
    fd = open("taken/lock", O_RDWR | O_CLOEXEC);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    assert_int_equal(enter("taken", "", NULL), EXIT_SYSTEM);
    assert_logged("stop the other slidemill");
    close(fd);
    assert_int_equal(enter("taken", "", NULL), 0);
}

static void what_stands_in_its_way_is_told(void **state)
{
    char store[256];

    close(open("file", O_WRONLY | O_CREAT, 0600));
    assert_int_equal(enter("file", "", NULL), EXIT_SYSTEM);
    assert_logged("state_folder_unusable");
    assert_int_equal(enter("file/below", "", NULL), EXIT_SYSTEM);
    assert_logged("SLIDEMILL_STATE_DIR");
    snprintf(store, sizeof store, "%s/file/store", (char *)*state);
    assert_int_equal(enter("state-with-store", store, NULL), EXIT_SYSTEM);
    assert_logged("SLIDEMILL_STORE_DIR");
}

static void a_secret_is_made_once_and_anew_if_it_is_not_whole(void **state)
{
    char first[STATE_FOLDER_SECRET_ROOM], second[STATE_FOLDER_SECRET_ROOM];
    struct stat info;

    (void)state;
    state_folder_secret("secret", first);
    assert_int_equal(strspn(first, "0123456789abcdef"), STATE_FOLDER_SECRET_ROOM - 1);
    assert_int_equal(stat("secret", &info), 0);
    assert_int_equal(info.st_mode & 07777, 0600);
    state_folder_secret("secret", second);
    assert_string_equal(second, first);
    assert_int_equal(truncate("secret", 10), 0); /* a crash while it was written */
    state_folder_secret("secret", second);
    assert_string_not_equal(second, first);
    assert_int_equal(strlen(second), STATE_FOLDER_SECRET_ROOM - 1);
}

static void a_link_secret_that_is_given_is_used(void **state)
{
    struct conf *conf = conf_at("");

    (void)state;
    conf_set(&conf->link_secret, "given");
    state_folder_link_secret(conf);
    assert_string_equal(conf->link_secret, "given");
    assert_int_equal(access("link.secret", F_OK), -1);
    conf_set(&conf->link_secret, "");
    state_folder_link_secret(conf);
    assert_int_equal(strlen(conf->link_secret), STATE_FOLDER_SECRET_ROOM - 1);
    conf_free(&conf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_that_is_given_stays),
        cmocka_unit_test(by_default_it_is_where_the_system_keeps_state),
        cmocka_unit_test(it_is_made_with_all_in_it),
        cmocka_unit_test(sockets_of_an_earlier_process_go_and_workers_locks_stay),
        cmocka_unit_test(a_second_supervisor_gives_up),
        cmocka_unit_test(what_stands_in_its_way_is_told),
        cmocka_unit_test(a_secret_is_made_once_and_anew_if_it_is_not_whole),
        cmocka_unit_test(a_link_secret_that_is_given_is_used),
    };

    clearenv();
    return cmocka_run_group_tests(tests, scratch_enter, scratch_remove);
}
