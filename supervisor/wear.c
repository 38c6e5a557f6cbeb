/* wear - see wear.h */
#include "supervisor/wear.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

static bool beyond(int64_t value, int64_t most)
{
    return most > 0 && value >= most;
}

const char *wear_of(const struct worker *worker, const struct conf *conf, int64_t now_ms)
{
    if (beyond((int64_t)worker->settled, conf->recycle_leases))
        return "leases";
    if (beyond((now_ms - worker->born_ms) / 1000, conf->recycle_age_s))
        return "age";
    return beyond(resident_mb(worker->child.pid), conf->recycle_memory_mb) ? "memory" : NULL;
}
