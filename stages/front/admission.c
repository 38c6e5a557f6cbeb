/* admission - see admission.h */
#include "stages/front/admission.h"

#include <string.h>

#include "stages/front/cors.h"

static int refuse(struct request_error *error, enum code code)
{
    return request_error_set(error, code, "%s", code_doc(code));
}

bool admission_sees_all(const struct api_keys *auth, const struct caller *caller)
{
    return caller->admin || !auth_is_divided(auth);
}

static const char *authorization_of(const struct admission_head *head)
{
    return head->path_key != NULL ? head->path_key : head->authorization;
}

/* Is the route for the one who asks? */
static int check_caller(const struct admission *admission, const struct api_keys *auth,
                        struct request_error *error)
{
    const struct route *route = route_of((enum route_id)admission->route);

    if (route->posts && admission->caller.admin)
        return refuse(error, CODE_NO_TENANT);
    if (route->whole && !admission_sees_all(auth, &admission->caller))
        return refuse(error, CODE_ADMIN_ONLY);
    return 0;
}

/* Has the request a key, and is it that key's turn? */
static int check_key(struct admission *admission, const struct admission_rules *rules,
                     const struct admission_head *head, bool paced, struct request_error *error)
{
    const char *authorization = authorization_of(head);

    if (!auth_admit(rules->auth, authorization, &admission->caller)) {
        admission->bad_key = authorization != NULL;
        return request_error_set(
            error, CODE_UNAUTHORIZED, "%s",
            auth_shows_name(rules->auth, authorization)
                ? "a name stands before the key; send the key alone (and if the colon is the key's "
                  "own, let it be written :KEY in SLIDEMILL_API_KEYS)"
                : code_doc(CODE_UNAUTHORIZED));
    }
    if (check_caller(admission, rules->auth, error) == -1)
        return -1;
    if (paced)
        admission->retry_after_ms = key_rate_take(rules->key_rate, admission->caller.number, head->now_ms);
    return admission->retry_after_ms > 0 ? refuse(error, CODE_RATE_LIMITED) : 0;
}

/* It comes without a key, before the request that has one. */
static bool is_preflight(const struct admission_rules *rules, const struct admission_head *head)
{
    return strcmp(head->method, "OPTIONS") == 0 && head->wanted_method != NULL &&
           cors_answer(rules->origins, head->origin) != NULL;
}

int admission_decide(struct admission *admission, const struct admission_rules *rules,
                     const struct admission_head *head, const struct target *target,
                     struct request_error *error)
{
    const struct route *route;

    *admission = (struct admission){.route = -1};
    if (head->path_key != NULL && auth_is_open(rules->auth))
        return refuse(error, CODE_ROUTE_NOT_FOUND); /* where no keys are set there is no /k/KEY/ */
    admission->route = route_find(target->path, target->path_size, &admission->tail, &admission->tail_size);
    if (admission->route == -1)
        return refuse(error, CODE_ROUTE_NOT_FOUND);
    admission->preflight = is_preflight(rules, head);
    if (admission->preflight)
        return 0;
    route = route_of((enum route_id)admission->route);
    if (!route_allows((enum route_id)admission->route, head->method))
        return refuse(error, CODE_METHOD_NOT_ALLOWED);
    if (route->keyed || head->path_key != NULL || (route->whole && auth_is_divided(rules->auth)))
        return check_key(admission, rules, head, route->keyed, error);
    auth_admit(rules->auth, authorization_of(head), &admission->caller); /* who may pass without */
    return 0;
}
