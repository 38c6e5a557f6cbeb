/* call_room - see call_room.h */
#include "supervisor/process/call_room.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

/* BYTES: a call, in vision and on its way there. SHARE: of the memory, for calls. FILES: what a vision
 * process has open besides. LEAST: that many fit wherever the service starts at all. */
enum { CALL_BYTES = 256 << 10, MEMORY_SHARE = 4, FILES_OWN = 64, LEAST = 8, PATH_ROOM = 4096 };

/* The number behind the name at the beginning of a line; the first number of the file if name is "".
 * UINT64_MAX: there is none ("max" of cgroups, no such file). */
static uint64_t number_in(const char *root, const char *path, const char *name)
{
    char line[256], whole[PATH_ROOM + 64];
    uint64_t number = UINT64_MAX, found;
    size_t length = strlen(name);
    FILE *in;

    snprintf(whole, sizeof whole, "%s%s", root, path);
    in = fopen(whole, "re");
    while (in != NULL && number == UINT64_MAX && fgets(line, sizeof line, in) != NULL)
        if (strncmp(line, name, length) == 0 && sscanf(line + length, "%" SCNu64, &found) == 1)
            number = found;
    if (in != NULL)
        fclose(in);
    return number;
}

static uint64_t less(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* ---- a container's memory ---- */

static const struct cgroup_version {
    const char *mount, *limit, *used, *cache;
} versions[] = {
    {"/sys/fs/cgroup", "memory.max", "memory.current", "inactive_file "},
    {"/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file "},
};

/* What one group leaves; its cache gives way. */
static uint64_t left_in_group(const char *root, const struct cgroup_version *version, const char *group)
{
    char path[PATH_ROOM];
    uint64_t limit, used, cache;

    snprintf(path, sizeof path, "%s%s/%s", version->mount, group, version->limit);
    limit = number_in(root, path, "");
    if (limit == UINT64_MAX)
        return UINT64_MAX;
    snprintf(path, sizeof path, "%s%s/%s", version->mount, group, version->used);
    used = number_in(root, path, "");
    snprintf(path, sizeof path, "%s%s/memory.stat", version->mount, group);
    cache = number_in(root, path, version->cache);
    if (used == UINT64_MAX)
        return limit;
    used -= cache == UINT64_MAX ? 0 : less(cache, used);
    return used < limit ? limit - used : 0;
}

/* Our group and all above it; inside a container its own is the topmost. */
static uint64_t left_in_groups(const char *root, const struct cgroup_version *version, const char *own)
{
    char group[PATH_ROOM / 2];
    uint64_t left = left_in_group(root, version, "");

    snprintf(group, sizeof group, "%s", own);
    for (char *end; *group != '\0'; *end = '\0') {
        left = less(left, left_in_group(root, version, group));
        end = strrchr(group, '/');
        if (end == NULL)
            break;
    }
    return left;
}

/* Version 2 has one line "0::/path" in /proc/self/cgroup, version 1 one for each controller,
 * "4:memory:/path". */
static uint64_t left_in_container(const char *root)
{
    char line[PATH_ROOM / 2], whole[PATH_ROOM];
    uint64_t left = UINT64_MAX;
    FILE *in;

    snprintf(whole, sizeof whole, "%s/proc/self/cgroup", root);
    in = fopen(whole, "re");
    while (in != NULL && fgets(line, sizeof line, in) != NULL) {
        bool second = strncmp(line, "0::", 3) == 0;
        char *path = second ? line + 3 : strstr(line, ":memory:");

        if (path == NULL)
            continue;
        path = strchr(path, '/');
        line[strcspn(line, "\n")] = '\0';
        if (path != NULL)
            left = less(left, left_in_groups(root, &versions[second ? 0 : 1], path));
    }
    if (in != NULL)
        fclose(in);
    return left;
}

/* ---- all of it ---- */

struct call_room call_room_now(const char *root)
{
    struct call_room room = {.memory = number_in(root, "/proc/meminfo", "MemAvailable:"),
                             .files = UINT64_MAX};
    struct rlimit limit;

    room.memory = room.memory == UINT64_MAX ? UINT64_MAX : room.memory << 10;
    room.memory = less(room.memory, left_in_container(root));
    if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
        room.memory = less(room.memory, limit.rlim_cur);
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
        room.files = limit.rlim_cur;
    return room;
}

unsigned call_room_for(const struct call_room *room, const struct conf *conf)
{
    const uint64_t processes = (uint64_t)conf->vision_count;
    uint64_t files = room->files > FILES_OWN ? room->files - FILES_OWN : 0, calls;

    if (conf->vision_hedge)
        files /= 2; /* a call may have a second one beside it */
    calls = less(less(room->memory / MEMORY_SHARE / CALL_BYTES, CALLS_MAX) / processes, files);
    return calls < LEAST ? LEAST : (unsigned)calls;
}

unsigned call_room_calls(const struct conf *conf)
{
    struct call_room room;

    if (conf->vision_in_flight != 0)
        return (unsigned)conf->vision_in_flight;
    room = call_room_now("");
    return call_room_for(&room, conf);
}
