/* test_call_room - how many calls at once a machine or a container has room for */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "supervisor/process/call_room.h"

static const uint64_t mib = 1 << 20;

static void memory_and_files_bound_it(void **state)
{
    static const struct {
        const char *sentence;
        uint64_t memory_mib, files;
        int64_t processes, hedge;
        unsigned calls;
    } rows[] = {
        {"a large machine", 64 << 10, 1 << 20, 1, 0, 4096},
        {"nothing is told", UINT64_MAX >> 20, UINT64_MAX, 1, 0, 4096},
        {"4 GiB", 4 << 10, 1 << 20, 1, 0, 4096},
        {"2 GiB", 2 << 10, 1 << 20, 1, 0, 2048},
        {"a small container", 256, 1 << 20, 1, 0, 256},
        {"shared by four processes", 256, 1 << 20, 4, 0, 64},
        {"4096 in all", 64 << 10, 1 << 20, 3, 0, 1365},
        {"few files", 64 << 10, 1024, 1, 0, 960},
        {"files are of each process, not shared", 64 << 10, 1024, 2, 0, 960},
        {"a hedge has a connection of its own", 64 << 10, 1024, 1, 1, 480},
        {"next to nothing", 1, 20, 1, 0, 8},
    };
    struct conf *conf = conf_load(NULL, stderr);

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct call_room room = {.memory = rows[i].memory_mib * mib, .files = rows[i].files};

        conf->vision_count = rows[i].processes;
        conf->vision_hedge = rows[i].hedge;
        if (call_room_for(&room, conf) != rows[i].calls)
            fail_msg("%s: %u", rows[i].sentence, call_room_for(&room, conf));
    }
    conf_free(&conf);
}

static void a_number_of_the_operator_counts_as_it_is(void **state)
{
    struct conf *conf = conf_load(NULL, stderr);

    (void)state;
    conf->vision_in_flight = 3;
    assert_int_equal(call_room_calls(conf), 3);
    conf->vision_in_flight = 0;
    assert_in_range(call_room_calls(conf), 8, CALLS_MAX);
    conf_free(&conf);
}

/* A folder that stands for "/". */
static char root[] = "/tmp/slidemill-room-XXXXXX";

static void write_file(const char *path, const char *text)
{
    char command[512];
    FILE *out;

    snprintf(command, sizeof command, "mkdir -p $(dirname %s%s) && cat >%s%s", root, path, root, path);
    out = popen(command, "w");
    assert_non_null(out);
    fputs(text, out);
    assert_int_equal(pclose(out), 0);
}

static void empty_root(void)
{
    char command[128];

    snprintf(command, sizeof command, "rm -rf %s/*", root);
    assert_int_equal(system(command), 0);
}

static void the_nearest_limit_of_memory_counts(void **state)
{
    static const struct {
        const char *sentence;
        const char *files[16]; /* path, text, ... */
        uint64_t memory_mib;
    } rows[] = {
        {"no container", {"/proc/meminfo", "MemTotal: 9 kB\nMemAvailable:  3145728 kB\n"}, 3072},
        {"a container of version 2: caches give way",
         {"/proc/meminfo", "MemAvailable: 3145728 kB\n", "/proc/self/cgroup", "0::/\n",
          "/sys/fs/cgroup/memory.max", "536870912\n", "/sys/fs/cgroup/memory.current", "209715200\n",
          "/sys/fs/cgroup/memory.stat", "anon 1\ninactive_file 104857600\n"},
         512 - 200 + 100},
        {"without a limit",
         {"/proc/meminfo", "MemAvailable: 3145728 kB\n", "/proc/self/cgroup", "0::/\n",
          "/sys/fs/cgroup/memory.max", "max\n"},
         3072},
        {"a service of systemd: the limit stands above it",
         {"/proc/meminfo", "MemAvailable: 3145728 kB\n", "/proc/self/cgroup",
          "0::/system.slice/mill.service\n", "/sys/fs/cgroup/system.slice/mill.service/memory.max", "max\n",
          "/sys/fs/cgroup/system.slice/memory.max", "1073741824\n",
          "/sys/fs/cgroup/system.slice/memory.current", "1048576\n"},
         1023},
        {"version 1",
         {"/proc/meminfo", "MemAvailable: 3145728 kB\n", "/proc/self/cgroup", "5:cpu:/a\n4:memory:/a\n0::/\n",
          "/sys/fs/cgroup/memory/a/memory.limit_in_bytes", "134217728\n",
          "/sys/fs/cgroup/memory/a/memory.usage_in_bytes", "33554432\n"},
         96},
        {"it is used up",
         {"/proc/meminfo", "MemAvailable: 3145728 kB\n", "/proc/self/cgroup", "0::/\n",
          "/sys/fs/cgroup/memory.max", "1048576\n", "/sys/fs/cgroup/memory.current", "2097152\n"},
         0},
        {"nonsense",
         {"/proc/meminfo", "MemAvailable: 3145728 kB\n", "/proc/self/cgroup", "memory\n:::\n0::\n"},
         3072},
    };

    (void)state;
    assert_non_null(mkdtemp(root));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct call_room room;

        for (int at = 0; rows[i].files[at] != NULL; at += 2)
            write_file(rows[i].files[at], rows[i].files[at + 1]);
        room = call_room_now(root);
        if (room.memory / mib != rows[i].memory_mib)
            fail_msg("%s: %llu MiB", rows[i].sentence, (unsigned long long)(room.memory / mib));
        assert_true(room.files > 0);
        empty_root();
    }
    assert_int_equal(remove(root), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_and_files_bound_it),
        cmocka_unit_test(a_number_of_the_operator_counts_as_it_is),
        cmocka_unit_test(the_nearest_limit_of_memory_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
