/* admission - finds the route of a request and its caller, and decides whether the caller may use it (pure
 * but for the count of each key's requests)
 *
 * Not here: what the request carries (request_body.h), how often a refusal is answered.
 */
#ifndef FRONT_ADMISSION_H
#define FRONT_ADMISSION_H

#include <stdbool.h>
#include <stdint.h>

#include "stages/front/auth.h"
#include "stages/front/key_rate.h"
#include "stages/front/request_error.h"
#include "stages/front/request_target.h"
#include "stages/front/route.h"

/* By what is decided; all borrowed. */
struct admission_rules {
    const struct api_keys *auth;
    struct key_rate *key_rate;
    const char *origins; /* http.cors_origins */
};

/* What the head says; NULL where it has no such header. */
struct admission_head {
    const char *method;
    const char
        *path_key; /* the key of the target, as an Authorization header would have it; it goes before */
    const char *authorization;
    const char *origin;
    const char *wanted_method; /* Access-Control-Request-Method */
    int64_t now_ms;
};

struct admission {
    int route;        /* enum route_id; -1: there is none */
    const char *tail; /* of the path, within the target (route.h) */
    size_t tail_size;
    bool preflight; /* a browser asks what a page may ask (Fetch 3.2.2): it is answered without a key */
    bool bad_key;   /* refused, and a key was shown */
    int64_t retry_after_ms; /* refused, for the key's requests come too fast */
    struct caller caller;
};

/* target: without the key that its path may begin with. 0, or -1 with the error; either way admission holds
 * what was found. */
int admission_decide(struct admission *admission, const struct admission_rules *rules,
                     const struct admission_head *head, const struct target *target,
                     struct request_error *error);

/* May the caller see the state of the whole service? */
bool admission_sees_all(const struct api_keys *auth, const struct caller *caller);

#endif
