/* route - the table of what this server answers (pure) */
#ifndef FRONT_ROUTE_H
#define FRONT_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

enum route_id {
    ROUTE_PROCESS,
    ROUTE_ESTIMATE,
    ROUTE_JOBS,
    ROUTE_JOB,
    ROUTE_CALLBACK,
    ROUTE_HEALTH,
    ROUTE_METRICS,
    ROUTE_LIVEZ,
    ROUTE_READYZ,
    ROUTE_FILE,
    ROUTES
};

struct route {
    const char *shown; /* for logs: never carries an id, a key or a signature */
    const char *path;
    const char *end;   /* behind the tail; "": nothing */
    const char *allow; /* methods, as the Allow header shows them */
    bool tail;         /* something follows path: an id or a key */
    bool keyed;        /* needs an API key, if there are any */
    bool posts;        /* makes a job: needs the key of a tenant */
    bool whole;        /* shows the whole service: needs an admin key, if there are tenants */
    bool probe;        /* asked for every few seconds: not worth a line while it succeeds */
};

/* The route of a raw path; -1: none. tail (if the route has one) is what stands between path and end. */
int route_find(const char *path, size_t size, const char **tail, size_t *tail_size);
const struct route *route_of(enum route_id id);
bool route_allows(enum route_id id, const char *method);

#endif
