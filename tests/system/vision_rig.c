/* vision_rig - see vision_rig.h */
#include "tests/system/vision_rig.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/panic.h"
#include "tests/system/doubles.h"
#include "tests/system/patient.h"

/* ---- the double ---- */

struct model model;

/* GET, or POST if there is a body. The answer's JSON. */
json_t *control(const char *path, const char *body)
{
    char url[128], *text;
    json_t *answer;
    size_t size;
    long status;

    snprintf(url, sizeof url, "%s/control/%s", model.control, path);
    text = plain_http(url, body, &status, &size);
    assert_true(status < 400);
    answer = json_loads(text, 0, NULL);
    assert_non_null(answer);
    free(text);
    return answer;
}

int model_start(void **state)
{
    char *argv[] = {"python3", "tests/doubles/model.py", "--key", "right", NULL};
    size_t size;

    (void)state;
    unsetenv("OPENAI_API_KEY");
    unsetenv("OPENAI_BASE_URL");
    setenv("LOG_LEVEL", "off", 1);
    if (system("python3 -c 'import jsonschema' 2>/dev/null") != 0) {
        print_message("python3 with jsonschema is missing\n");
        return -1;
    }
    model.pid = double_start(argv, model.url);
    size = strlen(model.url);
    assert_true(size > 3);
    snprintf(model.control, sizeof model.control, "%.*s", (int)(size - 3), model.url); /* without /v1 */
    return 0;
}

int model_stop(void **state)
{
    (void)state;
    double_stop(&model.pid);
    return 0;
}

/* ---- the worker ---- */

int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void send_down(struct worker *worker, struct wire *message)
{
    patient_send(worker->tasks, message);
}

static void grant(struct worker *worker, const struct wire_call *call)
{
    struct wire go;

    wire_init(&go, WIRE_GO);
    go.go = (struct wire_go){.lease = call->lease,
                             .call = call->call,
                             .max_tokens = worker->grants != 0 ? worker->grants : call->max_tokens};
    send_down(worker, &go);
}

static void deny(struct worker *worker, const struct wire_call *call)
{
    struct wire denied;

    wire_init(&denied, WIRE_DENIED);
    denied.denied = (struct wire_denied){
        .lease = call->lease, .call = call->call, .code = "BUDGET_JOB", .detail = "the budget is spent"};
    send_down(worker, &denied);
}

/* Permits are given in the order they were asked for, not before a wait that the API told is over. */
static void grant_waiting(struct worker *worker)
{
    if (now_ms() < worker->paused_until_ms)
        return;
    for (unsigned i = 0; i < worker->waiting; i++)
        grant(worker, &worker->queue[i]);
    worker->waiting = 0;
}

static void on_call(struct worker *worker, const struct wire_call *call)
{
    worker->asked++;
    worker->wanted = call->max_tokens;
    if (worker->permits == PERMITS_DENIED) {
        deny(worker, call);
        return;
    }
    assert_true(worker->waiting < QUEUE);
    worker->queue[worker->waiting++] = *call;
}

static void on_called(struct worker *worker, const struct wire_called *called)
{
    int64_t until = now_ms() + (int64_t)called->retry_after_ms;

    worker->called++;
    worker->verdicts[called->verdict]++;
    worker->input_tokens += called->input_tokens;
    worker->output_tokens += called->output_tokens;
    worker->last = *called;
    worker->last.model = "";
    if (called->verdict == VERDICT_REFUSED && until > worker->paused_until_ms)
        worker->paused_until_ms = until;
}

/* Does what a supervisor does by itself. False: the message is for the test. */
static int handled(struct worker *worker, struct wire *message)
{
    switch (message->type) {
    case WIRE_BEAT:
        break;
    case WIRE_LEARNED:
        snprintf(worker->learned, sizeof worker->learned, "%s", message->learned.dialects);
        break;
    case WIRE_CALLED:
        on_called(worker, &message->called);
        break;
    case WIRE_CALL:
        if (worker->permits == PERMITS_BY_TEST)
            return 0;
        on_call(worker, &message->call);
        break;
    default:
        return 0;
    }
    wire_clear(message);
    return 1;
}

void receive(struct worker *worker, struct wire *message)
{
    int64_t until = now_ms() + PATIENCE_MS;
    zmq_pollitem_t item = {.socket = worker->results, .events = ZMQ_POLLIN};
    const char *why;
    int rc;

    for (;;) {
        grant_waiting(worker);
        rc = wire_receive(worker->results, message, WIRE_UP, &why);
        if (rc == 1 && !handled(worker, message))
            return;
        if (rc == -1)
            fail_msg("the worker said what nobody understands: %s", why);
        else if (now_ms() > until)
            fail_msg("the worker says nothing");
        else if (rc == 0)
            zmq_poll(&item, 1, worker->waiting > 0 ? 5 : 100);
    }
}

static void *bound(struct worker *worker, int type, char *endpoint, size_t room, const char *name)
{
    void *socket = zmq_socket(worker->context, type);
    int zero = 0;

    snprintf(endpoint, room, "ipc://%s/%s", worker->folder, name);
    zmq_setsockopt(socket, ZMQ_LINGER, &zero, sizeof zero);
    zmq_setsockopt(socket, ZMQ_SNDHWM, &zero, sizeof zero);
    assert_int_equal(zmq_bind(socket, endpoint), 0);
    return socket;
}

static void worker_begin(struct worker *worker, const char *const *env)
{
    char tasks[64], results[64], parent[24];
    char *argv[] = {
        VISION_PROGRAM, "--slot", "0",         "--generation", "7",
        "--tasks",      tasks,    "--results", results,        worker->outlives ? "--supervisor" : NULL,
        parent,         NULL};

    snprintf(parent, sizeof parent, "%d", (int)getpid());
    strcpy(worker->folder, "/tmp/vision-XXXXXX");
    assert_non_null(mkdtemp(worker->folder));
    worker->context = zmq_ctx_new();
    worker->tasks = bound(worker, ZMQ_PUSH, tasks, sizeof tasks, "t");
    worker->results = bound(worker, ZMQ_PULL, results, sizeof results, "r");
    worker->pid = program_start(argv, env, NULL);
}

static void hear_hello(struct worker *worker)
{
    receive(worker, &worker->hello);
    assert_int_equal(worker->hello.type, WIRE_HELLO);
}

void worker_start(struct worker *worker, const char *const *env)
{
    worker_begin(worker, env);
    hear_hello(worker);
}

void worker_begin_with(struct worker *worker, const char *one)
{
    char url[96];
    const char *const env[] = {
        url, "OPENAI_API_KEY=right", "SLIDEMILL_VISION_TRIES=3", "SLIDEMILL_VISION_IN_FLIGHT=16", one, NULL};

    snprintf(url, sizeof url, "OPENAI_BASE_URL=%s", model.url);
    worker_begin(worker, env);
}

static void scenario_play(const char *scenario)
{
    static const char usual[] =
        "{\"rules\":[],\"latency\":0,\"concurrency\":0,\"key\":\"right\",\"no_json_schema\":false,"
        "\"no_json_object\":false,\"no_max_completion_tokens\":false,\"max_image_side\":16384}";

    json_decref(control("reset", ""));
    json_decref(control("scenario", usual));
    json_decref(control("scenario", scenario));
}

void worker_play(struct worker *worker, const char *scenario, const char *one)
{
    scenario_play(scenario);
    worker_begin_with(worker, one);
    hear_hello(worker);
}

void worker_play_with(struct worker *worker, const char *scenario, const char *const *env)
{
    char url[96];

    scenario_play(scenario);
    snprintf(url, sizeof url, "OPENAI_BASE_URL=%s", model.url);
    putenv(url);
    worker_begin(worker, env);
    unsetenv("OPENAI_BASE_URL");
    hear_hello(worker);
}

void worker_stop(struct worker *worker)
{
    char path[64];

    wire_clear(&worker->hello);
    double_stop(&worker->pid);
    zmq_close(worker->tasks);
    zmq_close(worker->results);
    zmq_ctx_term(worker->context);
    for (const char *name = "tr"; *name != '\0'; name++) {
        snprintf(path, sizeof path, "%s/%c", worker->folder, *name);
        unlink(path);
    }
    rmdir(worker->folder);
}

/* The smallest thing that passes for a JPEG: start, a comment that makes it unlike the others, a frame
 * header, end. */
void add_picture(struct wire *message, uint32_t slide)
{
    unsigned char jpeg[] = {0xff, 0xd8, 0xff, 0xfe, 0,    6,    0, 0, 0,    0, 0xff, 0xc0, 0,
                            11,   8,    0x03, 0x00, 0x05, 0x55, 1, 1, 0x11, 0, 0xff, 0xd9};

    memcpy(jpeg + 6, &slide, sizeof slide);
    wire_add_copy(message, jpeg, sizeof jpeg);
}

struct wire_explain lease_of(uint32_t slide)
{
    return (struct wire_explain){.lease = 1000 + slide,
                                 .job = "job-1",
                                 .slide = slide,
                                 .attempt = 1,
                                 .slides = 1000,
                                 .language = "Spanish",
                                 .title = "A lecture",
                                 .outline = "",
                                 .before = "",
                                 .after = "",
                                 .instructions = "",
                                 .cards = 6,
                                 .max_tokens = 4096};
}

void send_lease(struct worker *worker, const struct wire_explain *lease, const char *text, int with_picture)
{
    struct wire message;

    wire_init(&message, WIRE_EXPLAIN);
    message.explain = *lease;
    wire_add_copy(&message, text, strlen(text));
    if (with_picture)
        add_picture(&message, lease->slide);
    send_down(worker, &message);
}

void send_slide(struct worker *worker, uint32_t slide, const char *text, int with_picture)
{
    const struct wire_explain lease = lease_of(slide);

    send_lease(worker, &lease, text, with_picture);
}

unsigned number(const json_t *stats, const char *name)
{
    return (unsigned)json_integer_value(json_object_get(stats, name));
}

unsigned calls_made(void)
{
    json_t *stats = control("stats", NULL);
    unsigned calls = number(stats, "calls") + number(stats, "overviews");

    json_decref(stats);
    return calls;
}
