/* model - the model double for load: thousands of calls at once, answered after a latency, from one thread
 *
 *     load_model --latency SECONDS        prints its base URL, then serves until SIGTERM
 *
 * The strict double (tests/doubles/model.py) judges requests; this one only reads them, so that it is not
 * what a measurement measures.  GET /control/stats and /control/calls say what was asked, in the form of the
 * strict one, and again: calls about a slide that was asked about before.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sysexits.h>

#include <microhttpd.h>

#include "tests/bench/load/answer.h"
#include "tests/bench/load/body.h"
#include "tests/bench/load/tally.h"

struct call {
    struct call *next; /* of those that wait for their answer, in the order of their time */
    struct MHD_Connection *connection;
    struct body body;
    bool counted;
    double began, due;
    char *answer;
    unsigned status;
    struct tallied tallied;
};

static struct {
    double latency;
    struct call *first, **last;
    struct tally tally;
} model = {.last = &model.first};

static char *completion(const struct asked *asked, const struct tallied *tallied)
{
    char *text = answer_text(asked, tallied->again), *dump;
    unsigned used = (unsigned)strlen(text) / 4;
    json_t *whole = json_pack("{s:s, s:s, s:i, s:s, s:[{s:i, s:s, s:{s:s, s:s}}], s:{s:i, s:i, s:i}}", "id",
                              "chatcmpl-load", "object", "chat.completion", "created", 1764000000, "model",
                              "gpt-4o", "choices", "index", 0, "finish_reason", "stop", "message", "role",
                              "assistant", "content", text, "usage", "prompt_tokens", (int)tallied->tokens,
                              "completion_tokens", (int)used, "total_tokens", (int)(tallied->tokens + used));

    dump = json_dumps(whole, JSON_COMPACT);
    json_decref(whole);
    free(text);
    return dump;
}

/* A tile of a picture costs 170 tokens; a slide has six. */
static void read_call(struct call *call)
{
    json_t *request = json_loadb(call->body.text == NULL ? "" : call->body.text, call->body.size, 0, NULL);
    struct asked asked;

    if (!asked_read(&asked, request, call->body.picture)) {
        call->status = 400;
        call->answer = strdup("{\"error\":{\"message\":\"this double takes requests with a "
                              "schema\",\"type\":\"invalid_request_error\"}}");
    } else {
        call->tallied = (struct tallied){.key = asked.key,
                                         .overview = asked.overview,
                                         .slide = asked.slides[0],
                                         .tokens = (unsigned)strlen(asked.text) / 4 +
                                                   (call->body.picture > 0 ? 1105 : 0)};
        tally_asked(&model.tally, &call->tallied);
        call->status = 200;
        call->answer = completion(&asked, &call->tallied);
        call->counted = true;
    }
    asked_free(&asked);
    json_decref(request);
    body_free(&call->body);
}

static enum MHD_Result send_text(struct MHD_Connection *connection, unsigned status, char *text)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_FREE);
    enum MHD_Result queued;

    MHD_add_response_header(response, "Content-Type", "application/json");
    queued = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return queued;
}

static enum MHD_Result answered(struct call *call)
{
    char *text = call->answer;

    call->answer = NULL;
    return send_text(call->connection, call->status, text);
}

static enum MHD_Result on_request(void *unused, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *data, size_t *size,
                                  void **state)
{
    struct call *call = *state;

    (void)unused, (void)version;
    if (strncmp(url, "/control/", 9) == 0)
        return send_text(connection, 200, tally_told(&model.tally, url + 9));
    if (call == NULL) {
        *state = call = calloc(1, sizeof *call);
        if (call == NULL)
            abort();
        call->connection = connection;
        call->began = tally_now();
        return MHD_YES;
    }
    if (*size > 0) {
        body_take(&call->body, data, *size);
        *size = 0;
        return MHD_YES;
    }
    if (call->status != 0 || strcmp(method, "POST") != 0)
        return call->status == 0 ? send_text(connection, 404, strdup("{}")) : answered(call);
    read_call(call);
    call->due = tally_now() + model.latency;
    MHD_suspend_connection(connection);
    *model.last = call;
    model.last = &call->next;
    return MHD_YES;
}

static void on_end(void *unused, struct MHD_Connection *connection, void **state,
                   enum MHD_RequestTerminationCode code)
{
    struct call *call = *state;

    (void)unused, (void)connection;
    if (call == NULL)
        return;
    if (call->counted)
        tally_ended(&model.tally, &call->tallied, call->began, code == MHD_REQUEST_TERMINATED_COMPLETED_OK);
    free(call->answer);
    body_free(&call->body);
    free(call);
}

/* ---- the loop ---- */

static volatile sig_atomic_t stopped;

static void on_signal(int number)
{
    (void)number;
    stopped = 1;
}

/* Lets those go on whose answer is due. Returns milliseconds until the next one, at most most; 0 if one was
 * let go, which MHD_get_timeout() does not know of before MHD_run() has looked. */
static int let_go(int most)
{
    double now = tally_now();
    bool some = false;

    while (model.first != NULL && model.first->due <= now) {
        struct call *call = model.first;

        model.first = call->next;
        if (model.first == NULL)
            model.last = &model.first;
        MHD_resume_connection(call->connection);
        some = true;
    }
    if (some)
        return 0;
    if (model.first != NULL && model.first->due - now < 0.001 * most)
        return (int)(1000 * (model.first->due - now)) + 1;
    return most;
}

static struct MHD_Daemon *listen_on(unsigned short *port)
{
    struct rlimit files;
    struct MHD_Daemon *daemon;

    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL,
                              on_request, NULL, MHD_OPTION_CONNECTION_LIMIT, 8192U,
                              MHD_OPTION_LISTEN_BACKLOG_SIZE, 4096U, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                              (size_t)65536, MHD_OPTION_NOTIFY_COMPLETED, on_end, NULL, MHD_OPTION_END);
    if (daemon == NULL) {
        perror("load_model: cannot listen");
        exit(EX_OSERR);
    }
    *port = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
    return daemon;
}

int main(int argc, char **argv)
{
    unsigned short port;
    struct MHD_Daemon *daemon;

    if (argc != 3 || strcmp(argv[1], "--latency") != 0) {
        fprintf(stderr, "usage: load_model --latency SECONDS\n");
        return EX_USAGE;
    }
    model.latency = strtod(argv[2], NULL);
    model.tally = (struct tally){.began = tally_now(), .slides = json_object(), .log = json_array()};
    signal(SIGTERM, on_signal);
    signal(SIGINT, on_signal);
    daemon = listen_on(&port);
    printf("http://127.0.0.1:%u/v1\n", port);
    fflush(stdout);
    while (!stopped) {
        struct pollfd ready = {.fd = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd,
                               .events = POLLIN};
        MHD_UNSIGNED_LONG_LONG wanted = 0;
        int most = let_go(1000);

        if (MHD_get_timeout(daemon, &wanted) == MHD_YES && wanted < (unsigned)most)
            most = (int)wanted;
        poll(&ready, 1, most);
        MHD_run(daemon);
    }
    return 0; /* the daemon is not stopped: it would wait for those whose answer is not due */
}
