/* admit - see admit.h */
#include "stages/front/admit.h"

#include <string.h>

#include "stages/front/cors.h"
#include "stages/front/path_key.h"
#include "stages/front/route.h"

static int no_route(struct http_request *request)
{
    return request_error_set(&request->error, CODE_ROUTE_NOT_FOUND, "%s", code_doc(CODE_ROUTE_NOT_FOUND));
}

/* /k/KEY/process is /process with that key: for callers that cannot send a header. Where no keys are set
 * there is no such path. */
static int take_path_key(struct http_request *request)
{
    struct path_key key;

    if (!path_key_find(&request->target, &key))
        return 0;
    if (auth_is_open(request->front->auth))
        return no_route(request);
    request->path_key = path_key_header(&key);
    explicit_bzero(request->text + (key.text - request->text), key.size);
    return 0;
}

static const char *authorization_of(struct http_request *request)
{
    return request->path_key != NULL ? request->path_key : header_of(request, "Authorization");
}

bool sees_whole(const struct http_request *request)
{
    return request->caller.admin || !auth_is_divided(request->front->auth);
}

/* Is the route for the one who asks? */
static int admit_caller(struct http_request *request)
{
    const struct route *route = route_of((enum route_id)request->route);

    if (route->posts && request->caller.admin)
        return request_error_set(&request->error, CODE_NO_TENANT, "%s", code_doc(CODE_NO_TENANT));
    if (route->whole && !sees_whole(request))
        return request_error_set(&request->error, CODE_ADMIN_ONLY, "%s", code_doc(CODE_ADMIN_ONLY));
    return 0;
}

/* Has it a key, and is that one's turn? */
static int admit_key(struct http_request *request, bool paced)
{
    struct front *front = request->front;
    const char *authorization = authorization_of(request);

    if (!auth_admit(front->auth, authorization, &request->caller)) {
        request->bad_key = authorization != NULL;
        return request_error_set(
            &request->error, CODE_UNAUTHORIZED, "%s",
            auth_shows_name(front->auth, authorization)
                ? "a name stands before the key; send the key alone (and if the colon is the key's "
                  "own, let it be written :KEY in SLIDEMILL_API_KEYS)"
                : code_doc(CODE_UNAUTHORIZED));
    }
    if (admit_caller(request) == -1)
        return -1;
    if (!paced)
        return 0;
    request->retry_after_ms = key_rate_take(front->key_rate, request->caller.number, request->since_ms);
    if (request->retry_after_ms > 0)
        return request_error_set(&request->error, CODE_RATE_LIMITED, "%s", code_doc(CODE_RATE_LIMITED));
    return 0;
}

/* It comes without a key, before the request that has one. */
static bool is_preflight(struct http_request *request)
{
    return strcmp(request->method, "OPTIONS") == 0 &&
           header_of(request, "Access-Control-Request-Method") != NULL &&
           cors_answer(request->front->conf->http_cors_origins, header_of(request, "Origin")) != NULL;
}

int admit(struct http_request *request)
{
    const struct route *route;

    if (take_path_key(request) == -1)
        return -1;
    request->route =
        route_find(request->target.path, request->target.path_size, &request->tail, &request->tail_size);
    if (request->route == -1)
        return no_route(request);
    request->preflight = is_preflight(request);
    if (request->preflight)
        return 0;
    if (!route_allows((enum route_id)request->route, request->method))
        return request_error_set(&request->error, CODE_METHOD_NOT_ALLOWED, "%s",
                                 code_doc(CODE_METHOD_NOT_ALLOWED));
    route = route_of((enum route_id)request->route);
    if (route->keyed || request->path_key != NULL || (route->whole && auth_is_divided(request->front->auth)))
        return admit_key(request, route->keyed);
    auth_admit(request->front->auth, authorization_of(request), &request->caller); /* who may pass without */
    return 0;
}
