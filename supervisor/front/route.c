/* route - see route.h */
#include "supervisor/front/route.h"

#include <string.h>

static const struct route routes[ROUTES] = {
    [ROUTE_PROCESS] = {"/process", "/process", false, true, false, "POST"},
    [ROUTE_JOBS] = {"/jobs", "/jobs", false, true, false, "GET, HEAD"},
    [ROUTE_JOB] = {"/jobs/{id}", "/jobs/", true, true, false, "GET, HEAD"},
    [ROUTE_HEALTH] = {"/health", "/health", false, false, true, "GET, HEAD"},
    [ROUTE_LIVEZ] = {"/livez", "/livez", false, false, true, "GET, HEAD"},
    [ROUTE_READYZ] = {"/readyz", "/readyz", false, false, true, "GET, HEAD"},
    [ROUTE_FILE] = {"/files/{key}", "/files/", true, false, false, "GET, HEAD"},
};

const struct route *route_of(enum route_id id)
{
    return &routes[id];
}

int route_find(const char *path, size_t size, const char **tail, size_t *tail_size)
{
    for (int id = 0; id < ROUTES; id++) {
        size_t length = strlen(routes[id].path);

        if (size < length || memcmp(path, routes[id].path, length) != 0 || (size > length) != routes[id].tail)
            continue;
        *tail = path + length;
        *tail_size = size - length;
        if (id != ROUTE_JOB || memchr(*tail, '/', *tail_size) == NULL)
            return id;
    }
    return -1;
}

bool route_allows(enum route_id id, const char *method)
{
    const char *allow = routes[id].allow;
    size_t size = strlen(method);

    while (size > 0 && (allow = strstr(allow, method)) != NULL) {
        bool begins = allow == routes[id].allow || allow[-1] == ' ';

        if (begins && (allow[size] == '\0' || allow[size] == ','))
            return true;
        allow += size;
    }
    return false;
}
