/* route - see route.h */
#include "stages/front/route.h"

#include <string.h>

static const struct route routes[ROUTES] = {
    [ROUTE_PROCESS] = {"/process", "/process", "", "POST", false, true, true, false, false},
    [ROUTE_ESTIMATE] = {"/estimate", "/estimate", "", "POST", false, true, true, false, false},
    [ROUTE_JOBS] = {"/jobs", "/jobs", "", "GET, HEAD", false, true, false, false, false},
    [ROUTE_JOB] = {"/jobs/{id}", "/jobs/", "", "GET, HEAD", true, true, false, false, false},
    [ROUTE_CALLBACK] = {"/jobs/{id}/callback", "/jobs/", "/callback", "POST", true, true, false, false,
                        false},
    [ROUTE_HEALTH] = {"/health", "/health", "", "GET, HEAD", false, false, false, false, true},
    [ROUTE_METRICS] = {"/metrics", "/metrics", "", "GET, HEAD", false, false, false, true, true},
    [ROUTE_LIVEZ] = {"/livez", "/livez", "", "GET, HEAD", false, false, false, false, true},
    [ROUTE_READYZ] = {"/readyz", "/readyz", "", "GET, HEAD", false, false, false, false, true},
    [ROUTE_FILE] = {"/files/{key}", "/files/", "", "GET, HEAD", true, false, false, false, false},
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
