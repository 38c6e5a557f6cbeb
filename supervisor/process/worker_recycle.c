/* worker_recycle - see worker_recycle.h */
#include "supervisor/process/worker_recycle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "proto/log.h"

/* Resident memory in MiB (proc(5), statm); 0: not to be had. */
static int64_t resident_mb(pid_t pid)
{
    char path[32], text[128];
    long pages = 0;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%ld/statm", (long)pid);
    file = fopen(path, "re");
    if (file == NULL)
        return 0;
    if (fgets(text, sizeof text, file) != NULL)
        pages = strtol(text + strcspn(text, " "), NULL, 10);
    fclose(file);
    return (int64_t)pages * sysconf(_SC_PAGESIZE) >> 20;
}

static bool beyond(int64_t value, int64_t max)
{
    return max > 0 && value >= max;
}

/* By its status's time: a file that is moved into place is as young as the move. */
bool recycle_files_changed(const char *file, int64_t age_s, int64_t now_s)
{
    struct stat status;
    int64_t file_age_s = stat(file, &status) == -1 ? -1 : now_s - (int64_t)status.st_ctime;

    return file_age_s >= 0 && file_age_s < age_s;
}

static bool has_old_resolver(const struct worker *worker, int64_t age_s)
{
    static const char *const files[] = {"/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf"};

    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if ((worker_kind(worker) == STAGE_COURIER || worker_kind(worker) == STAGE_VISION) &&
            recycle_files_changed(files[i], age_s, (int64_t)time(NULL)))
            return true;
    return false;
}

static const char *reason_of(const struct worker *worker, const struct conf *conf, int64_t now_ms)
{
    int64_t age_s = (now_ms - worker_born_ms(worker)) / 1000;

    if (beyond((int64_t)worker_settled(worker), conf->recycle_leases))
        return "leases";
    if (beyond(age_s, conf->recycle_age_s))
        return "age";
    if (has_old_resolver(worker, age_s))
        return "resolver";
    return beyond(resident_mb(worker_process(worker)->pid), conf->recycle_memory_mb) ? "memory" : NULL;
}

void recycle_if_worn(struct worker *worker, const struct conf *conf, int64_t now_ms)
{
    const char *reason = reason_of(worker, conf, now_ms);

    if (reason == NULL)
        return;
    worker_recycle(worker);
    log_info(worker_recycled, log_worker(worker), log_str("reason", reason),
             log_int("leases", worker_settled(worker)), log_int("lived_ms", now_ms - worker_born_ms(worker)));
}
