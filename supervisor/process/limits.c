/* limits - see limits.h */
#include "supervisor/process/limits.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "proto/panic.h"

/* FILES: the supervisor's own, and for each worker (sockets and what libzmq has for them, a pidfd), as seen
 * in /proc/PID/fd. TASKS: processes and threads, a jail included. MEMORY, FILE: what a small lecture takes.
 */
enum {
    FILES_OWN = 24,
    FILES_WORKER = 10,
    TASKS_OWN = 6,
    TASKS_WORKER = 4,
    MEMORY_MIN_MB = 400,
    FILE_MIN_MB = 16,
    STACK_BYTES = 64 * 1024
};

static const char files_remedy[] = "raise it: ulimit -n 1024, LimitNOFILE=1024 (systemd) or --ulimit "
                                   "nofile=1024 (Docker); or lower stages.*.count";
static const char tasks_remedy[] =
    "raise it: ulimit -u, TasksMax= (systemd) or --pids-limit (Docker); or lower stages.*.count";
static const char memory_remedy[] = "raise it: ulimit -v unlimited, LimitAS=infinity (systemd)";
static const char file_remedy[] = "raise it: ulimit -f unlimited, LimitFSIZE=infinity (systemd)";

static unsigned cpus(void)
{
    cpu_set_t set;

    return sched_getaffinity(0, sizeof set, &set) == 0 ? (unsigned)CPU_COUNT(&set) : 1;
}

/* Two at least: one for long work, one for the rest (schedule/dispatch.h). */
static unsigned by_cpus(void)
{
    unsigned count = cpus();

    return count < 2 ? 2 : count;
}

unsigned limits_workers(const struct conf *conf, enum stage_kind kind)
{
    const int64_t counts[STAGE_KINDS] = {
#define COUNT_NO_LEASES(name)             1
#define COUNT_IN_TURN(name)               conf->name##_count
#define COUNT_AT_ONCE(name)               conf->name##_count
#define STAGE(NAME, name, letter, leases) COUNT_##leases(name),
#include "proto/stages.def"
#undef STAGE
    };

    return counts[kind] == 0 ? by_cpus() : (unsigned)counts[kind];
}

/* One more, for the time in which a worker is relieved. */
static unsigned workers_of(const struct conf *conf)
{
    unsigned workers = 1;

    for (int kind = 0; kind < STAGE_KINDS; kind++)
        workers += limits_workers(conf, (enum stage_kind)kind);
    return workers;
}

static int check_files(unsigned workers, struct limits_fault *fault)
{
    const rlim_t min = FILES_OWN + (rlim_t)FILES_WORKER * workers;
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) == -1)
        return 0;
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_max >= min)
        return 0;
    snprintf(fault->what, sizeof fault->what,
             "only %llu files may be open at once (ulimit -n), and %u workers take %llu",
             (unsigned long long)files.rlim_max, workers, (unsigned long long)min);
    fault->remedy = files_remedy;
    return -1;
}

/* ---- processes and threads ---- */

static void *wait_at(void *gate)
{
    pthread_mutex_lock(gate);
    pthread_mutex_unlock(gate);
    return NULL;
}

/* How many threads can run at once, of that many: the kernel counts processes, too, and a container's limit
 * is not written where we may read it. */
static unsigned tasks_possible(unsigned wanted)
{
    pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    pthread_t *threads = need_zero(wanted, sizeof *threads);
    pthread_attr_t attr;
    unsigned count = 0;

    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, STACK_BYTES);
    pthread_mutex_lock(&gate);
    while (count < wanted && pthread_create(&threads[count], &attr, wait_at, &gate) == 0)
        count++;
    pthread_mutex_unlock(&gate);
    for (unsigned i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    pthread_attr_destroy(&attr);
    free(threads);
    return count;
}

static int check_tasks(unsigned workers, struct limits_fault *fault)
{
    const unsigned min = TASKS_OWN + TASKS_WORKER * workers;
    struct rlimit tasks;
    unsigned possible;

    if (geteuid() != 0 && getrlimit(RLIMIT_NPROC, &tasks) == 0 && tasks.rlim_cur < min)
        possible = (unsigned)tasks.rlim_cur; /* root is not bound by it */
    else
        possible = tasks_possible(min);
    if (possible >= min)
        return 0;
    snprintf(fault->what, sizeof fault->what,
             "only %u more processes and threads can be started (ulimit -u, or the container's), and %u "
             "workers take %u",
             possible, workers, min);
    fault->remedy = tasks_remedy;
    return -1;
}

/* ---- memory and files ---- */

static int check_size(int resource, unsigned min_mb, const char *what, const char *remedy,
                      struct limits_fault *fault)
{
    struct rlimit limit;

    if (getrlimit((__rlimit_resource_t)resource, &limit) == -1 || limit.rlim_cur >= (rlim_t)min_mb << 20)
        return 0;
    snprintf(fault->what, sizeof fault->what, "%s to %llu KiB, and at least %u MiB are needed", what,
             (unsigned long long)limit.rlim_cur >> 10, min_mb);
    fault->remedy = remedy;
    return -1;
}

int limits_check(const struct conf *conf, struct limits_fault *fault)
{
    unsigned workers = workers_of(conf);

    if (check_files(workers, fault) == -1 ||
        check_size(RLIMIT_FSIZE, FILE_MIN_MB, "a file may grow (ulimit -f)", file_remedy, fault) == -1 ||
        check_size(RLIMIT_AS, MEMORY_MIN_MB, "a process may grow (ulimit -v)", memory_remedy, fault) == -1)
        return -1;
    return check_tasks(workers, fault);
}

const char *limits_remedy(int number)
{
    static const struct {
        int number;
        const char *remedy;
    } rows[] = {{EMFILE, files_remedy},
                {ENFILE, "raise the system's limit of open files: sysctl fs.file-max"},
                {EAGAIN, tasks_remedy},
                {ENOMEM, "give the service more memory, or lower stages.*.count"},
                {EFBIG, file_remedy}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].number == number)
            return rows[i].remedy;
    return "";
}
