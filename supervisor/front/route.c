/* route - see route.h */
#include "supervisor/front/route.h"

#include <string.h>

static const struct route routes[ROUTES] = {
    [ROUTE_PROCESS] = {"/process", "/process", false, "", true, false, "POST"},
    [ROUTE_JOBS] = {"/jobs", "/jobs", false, "", true, false, "GET, HEAD"},
    [ROUTE_JOB] = {"/jobs/{id}", "/jobs/", true, "", true, false, "GET, HEAD"},
    [ROUTE_CALLBACK] = {"/jobs/{id}/callback", "/jobs/", true, "/callback", true, false, "POST"},
    [ROUTE_HEALTH] = {"/health", "/health", false, "", false, true, "GET, HEAD"},
    [ROUTE_METRICS] = {"/metrics", "/metrics", false, "", false, true, "GET, HEAD"},
    [ROUTE_LIVEZ] = {"/livez", "/livez", false, "", false, true, "GET, HEAD"},
    [ROUTE_READYZ] = {"/readyz", "/readyz", false, "", false, true, "GET, HEAD"},
    [ROUTE_FILE] = {"/files/{key}", "/files/", true, "", false, false, "GET, HEAD"},
};

const struct route *route_of(enum route_id id)
{
    return &routes[id];
}

/* What stands between the route's path and its end; false: the path is not of that form. */
static bool fits(const struct route *route, const char *path, size_t size, const char **tail,
                 size_t *tail_size)
{
    size_t length = strlen(route->path), end = strlen(route->end);

    if (size < length + end || memcmp(path, route->path, length) != 0 ||
        memcmp(path + size - end, route->end, end) != 0)
        return false;
    *tail = path + length;
    *tail_size = size - length - end;
    return (*tail_size > 0) == route->tail;
}

int route_find(const char *path, size_t size, const char **tail, size_t *tail_size)
{
    for (int id = 0; id < ROUTES; id++) {
        if (!fits(&routes[id], path, size, tail, tail_size))
            continue;
        if (id == ROUTE_FILE || memchr(*tail, '/', *tail_size) == NULL)
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
