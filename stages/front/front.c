/* front - see front.h */
#include "stages/front/front.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "proto/exits.h"
#include "proto/log.h"
#include "proto/panic.h"
#include "proto/timer.h"
#include "stages/front/cors.h"
#include "stages/front/http_server.h"

enum { LISTEN_FD = 3, FAREWELL_MS = 120000, STORE_MODE = 0750 };

struct front {
    struct http_service service;
    struct http_server *server;
    bool introduced; /* the supervisor has been told of the keys */
    int64_t go_at;   /* when it goes, whoever is still served */
};

/* Whoever waits for the supervisor is told that its answer does not come. */
static void answer_all(struct http_service *service, enum code code, const char *detail)
{
    struct http_request *request;

    while ((request = pending_requests_expired(service->pending, INT64_MAX)) != NULL)
        http_request_unanswered(request, code, detail);
}

static void front_close(void *state)
{
    struct front *front = state;
    struct http_service *service = &front->service;

    answer_all(service, CODE_SHUTTING_DOWN, "the service is stopping; try again");
    if (front->server != NULL)
        http_server_turn(front->server,
                         stage_now_ms()); /* the library does not stop while connections sleep */
    http_server_free(&front->server);
    api_keys_free(&service->auth);
    key_rate_free(&service->key_rate);
    pending_requests_free(&service->pending);
    free(front);
}

/* It is given its listening socket, and shows what is in the local store. */
static void front_confine(const struct conf *conf, struct stage_sandbox *confine)
{
    confine->kind = STAGE_SANDBOX_SERVER;
    if (mkdir(conf->store_dir, STORE_MODE) == -1 && errno != EEXIST)
        log_warn(store_not_created, log_str("folder", conf->store_dir), log_str("reason", strerror(errno)));
    confine->paths[confine->count++] = (struct sandbox_path){conf->store_dir, SANDBOX_READ};
}

static int check_socket(void)
{
    int listening = 0;
    socklen_t size = sizeof listening;

    if (getsockopt(LISTEN_FD, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == -1 || !listening) {
        log_error(no_listening_socket, log_int("fd", LISTEN_FD));
        return -1;
    }
    if (fcntl(LISTEN_FD, F_SETFD, FD_CLOEXEC) == -1 ||
        fcntl(LISTEN_FD, F_SETFL, fcntl(LISTEN_FD, F_GETFL) | O_NONBLOCK) == -1)
        return -1;
    return 0;
}

static int read_keys(struct http_service *service)
{
    bool set = service->conf->api_keys[0] != '\0';
    char why[API_KEYS_ERROR_ROOM];

    service->auth = api_keys_new(service->conf->api_keys, service->conf->admin_keys, why);
    if (service->auth == NULL) {
        log_error(api_keys_refused, log_str("reason", why));
        return -1;
    }
    service->key_rate = key_rate_new(auth_count(service->auth), service->conf->http_key_rate);
    if (!auth_is_open(service->auth))
        return 0;
    if (set) {
        log_error(no_api_key, log_str("reason", "SLIDEMILL_API_KEYS is set, but holds no key"));
        return -1;
    }
    log_warn(unauthenticated,
             log_str("reason", "SLIDEMILL_API_KEYS is not set: whoever reaches the port can post "
                               "jobs and read them"));
    return 0;
}

static bool origins_fit(const struct conf *conf)
{
    const char *why = cors_error(conf->http_cors_origins);

    if (why != NULL)
        log_error(cors_origins_refused, log_str("reason", why));
    return why == NULL;
}

static int front_open(const struct conf *conf, void **state, struct stage_hello *hello)
{
    struct front *front = need_zero(1, sizeof *front);
    struct http_service *service = &front->service;

    *state = front;
    service->conf = conf;
    supervisor_state_begin(&service->supervisor_state, stage_now_ms());
    service->pending = pending_requests_new((unsigned)conf->http_connections);
    hello->credit = 0; /* it takes no leases */
    if (read_keys(service) == -1 || !origins_fit(conf))
        return EXIT_CONFIG;
    if (check_socket() == -1)
        return EXIT_SYSTEM;
    front->server = http_server_new(LISTEN_FD, service);
    return front->server == NULL ? EXIT_SYSTEM : 0;
}

static void front_on_answer(struct stage *stage, void *state, struct wire *answer)
{
    struct front *front = state;
    struct http_request *request;

    front->service.stage = stage;
    if (answer->type != WIRE_ANSWER) {
        log_error(message_refused, log_str("reason", "front takes no leases"));
        return;
    }
    if (answer->answer.request == PROBE_REQUEST) {
        supervisor_state_heard(&front->service.supervisor_state, &answer->answer, stage_now_ms());
        return;
    }
    request = pending_requests_take(front->service.pending, answer->answer.request);
    if (request == NULL)
        log_warn(answer_late, log_int("status", answer->answer.status));
    else
        http_request_answered(request, answer);
}

/* Asks the supervisor how it is. */
static void probe(struct stage *stage, struct front *front, int64_t now_ms)
{
    struct wire ask;

    if (front->service.orphaned || !supervisor_state_due(&front->service.supervisor_state, now_ms))
        return;
    wire_init(&ask, WIRE_ASK);
    ask.ask = (struct wire_ask){
        .request = PROBE_REQUEST, .about = ASK_PROBE, .tenant = "", .job = "", .cursor = ""};
    stage_settle(stage, &ask);
}

/* Before its first question, the supervisor learns whose each key is today. */
static void introduce(struct stage *stage, struct front *front)
{
    struct caller caller;
    struct wire named;

    if (front->introduced)
        return;
    front->introduced = true;
    for (size_t i = 0; i < auth_count(front->service.auth); i++) {
        if (!auth_owner(front->service.auth, i, &caller))
            continue;
        wire_init(&named, WIRE_NAMED);
        named.named = (struct wire_named){.client = caller.client, .tenant = caller.tenant};
        stage_say(stage, &named);
    }
}

static int front_on_turn(struct stage *stage, void *state, int64_t now_ms)
{
    struct front *front = state;
    struct http_service *service = &front->service;
    struct http_request *late;
    int64_t wait;

    service->stage = stage;
    introduce(stage, front);
    while ((late = pending_requests_expired(service->pending, now_ms)) != NULL)
        http_request_unanswered(
            late, CODE_COMMIT_UNKNOWN,
            "the supervisor did not answer in time; send the same request again, it is safe");
    probe(stage, front, now_ms);
    wait = http_server_turn(front->server, now_ms);
    if (!service->orphaned)
        wait =
            timer_sooner(wait, timer_left(supervisor_state_next(&service->supervisor_state, now_ms), now_ms));
    return (int)timer_sooner(wait, timer_left(pending_requests_next(service->pending), now_ms));
}

/* Accepts nobody any more: a successor has the listening socket, or will have it. */
static void retire(struct front *front, int64_t now_ms)
{
    if (!front->service.retiring)
        front->go_at = now_ms + FAREWELL_MS;
    front->service.retiring = true;
    http_server_retire(front->server);
}

/* Our sandbox lets us connect to nobody, so the next supervisor is out of reach: it starts a front of its
 * own. */
static void front_on_orphaned(struct stage *stage, void *state)
{
    struct front *front = state;

    (void)stage;
    front->service.orphaned = true;
    retire(front, stage_now_ms());
    answer_all(&front->service, CODE_COMMIT_UNKNOWN,
               "the service was restarted before it answered; send the same request again, it is safe");
}

/* Requests at work get their answers first. */
static bool front_may_go(void *state, int64_t now_ms)
{
    struct front *front = state;

    retire(front, now_ms);
    return http_server_is_idle(front->server) || now_ms >= front->go_at;
}

static int front_fd(void *state)
{
    return http_server_fd(((struct front *)state)->server);
}

const struct stage_ops front_ops = {
    .kind = STAGE_FRONT,
    .program = "front",
    .bulk = true,
    .confine = front_confine,
    .open = front_open,
    .on_lease = front_on_answer,
    .on_orphaned = front_on_orphaned,
    .on_turn = front_on_turn,
    .fd = front_fd,
    .may_go = front_may_go,
    .close = front_close,
};
