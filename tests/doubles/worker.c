/* worker - a stage program in strangers' hands, for tests/system/test_takeover.py
 *
 * It stands where slidemill-KIND would (its own name says the kind), says HELLO and beats like it, takes
 * leases and does nothing with them.  When the file "script" lies beside it, it says what stands there, a
 * line each:
 *
 *   TYPE LEASE JSON   a message of that type about lease number LEASE (0: none; own: the first one it was
 * given that such a message would answer, waited for), with the JSON, if any, as frame 0 EXIT              it
 * ends by itself
 *
 * Once that is said, in any other slot than 0, and if "done" lies there, it is the real program, in the
 * folder "real".
 */
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "proto/clock.h"
#include "proto/codes.h"
#include "proto/panic.h"
#include "proto/wire.h"

enum { BEAT_EVERY_MS = 500, LOOK_EVERY_MS = 20, LEASES_MOST = 256 };

static char folder[4096]; /* with a slash behind it */
static void *tasks, *results;
static uint64_t generation;
static struct {
    enum wire_type type;
    uint64_t lease;
} held[LEASES_MOST];
static unsigned held_count;

static char *beside(const char *name)
{
    char *path;

    must(asprintf(&path, "%s%s", folder, name) != -1);
    return path;
}

static bool is_there(const char *name)
{
    char *path = beside(name);
    bool there = access(path, F_OK) == 0;

    free(path);
    return there;
}

static enum stage_kind kind_of(const char *program)
{
    for (int kind = 0; kind < STAGE_KINDS; kind++)
        if (strstr(strrchr(program, '/'), stage_name((enum stage_kind)kind)) != NULL)
            return (enum stage_kind)kind;
    panic("the program's name says no kind");
}

/* ---- the protocol ---- */

static void *connected(void *context, int type, const char *endpoint)
{
    void *socket = zmq_socket(context, type);

    must(socket != NULL && zmq_connect(socket, endpoint) == 0);
    return socket;
}

static void say_hello(enum stage_kind kind, unsigned slot)
{
    struct wire hello;

    wire_init(&hello, WIRE_HELLO);
    hello.hello = (struct wire_hello){.stage = kind,
                                      .slot = slot,
                                      .generation = generation,
                                      .protocol = WIRE_PROTOCOL,
                                      .pid = (uint32_t)getpid(),
                                      .credit = 4,
                                      .engine = kind == STAGE_VISION ? "openai" : "",
                                      .model = kind == STAGE_VISION ? "evil" : ""};
    must(wire_send(results, &hello) == 0);
}

static void beat(void)
{
    static int64_t at;
    struct wire message;

    if (clock_monotonic_ms() < at)
        return;
    at = clock_monotonic_ms() + BEAT_EVERY_MS;
    wire_init(&message, WIRE_BEAT);
    message.beat.generation = generation;
    must(wire_send(results, &message) == 0);
}

/* Looks for leases, and does what keeps it alive. */
static void live(void)
{
    zmq_pollitem_t item = {.socket = tasks, .events = ZMQ_POLLIN};
    struct wire message;
    const char *why;

    zmq_poll(&item, 1, LOOK_EVERY_MS);
    while (wire_receive(tasks, &message, WIRE_DOWN, &why) == 1) {
        if (wire_lease(&message) != 0 && held_count < LEASES_MOST) {
            held[held_count].type = message.type;
            held[held_count++].lease = wire_lease(&message);
        }
        wire_clear(&message);
    }
    beat();
}

/* ---- the script ---- */

static enum wire_type type_of(const char *name)
{
    for (int type = 1; type < 256; type++)
        if (wire_name((enum wire_type)type) != NULL && strcmp(wire_name((enum wire_type)type), name) == 0)
            return (enum wire_type)type;
    panic("no such message");
}

/* BATCHED answers BATCH, EXPLAINED answers EXPLAIN; FAILED anything. */
static bool answers(const char *name, enum wire_type lease)
{
    const char *asked = wire_name(lease);

    return strcmp(name, "FAILED") == 0 || strncmp(name, asked, strlen(asked)) == 0;
}

static uint64_t lease_of(const char *name, const char *which)
{
    if (strcmp(which, "own") != 0)
        return strtoull(which, NULL, 10);
    for (;;) {
        for (unsigned i = 0; i < held_count; i++)
            if (answers(name, held[i].type)) {
                held[i].type = WIRE_RETIRE; /* it is used up */
                return held[i].lease;
            }
        live();
    }
}

static void fill(struct wire *message, uint64_t lease)
{
    if (message->type == WIRE_CALLED)
        message->called =
            (struct wire_called){.call = 1, .status = 200, .input_tokens = 1, .output_tokens = 1};
    if (message->type == WIRE_EXPLAINED)
        message->explained = (struct wire_explained){
            .outcome = OUTCOME_EXPLAINED, .engine = "openai", .model = "evil", .calls = 1};
    if (message->type == WIRE_BATCHED)
        message->batched.batch = "evil-batch";
    if (message->type == WIRE_POLLED)
        message->polled.ended = 1;
    if (message->type == WIRE_LEARNED)
        message->learned.dialects = "evil";
    if (message->type == WIRE_STATE)
        message->state = (struct wire_state){.generation = generation, .supervisor = (uint32_t)getppid()};
    if (message->type == WIRE_FAILED)
        message->failed.code = code_name(CODE_INTERNAL);
    if (lease != 0)
        message->failed.lease = lease; /* it stands first in all that have one */
}

static void say(const char *name, const char *which, const char *json)
{
    uint64_t lease = lease_of(name, which);
    struct wire message;

    wire_init(&message, type_of(name));
    fill(&message, lease);
    if (*json != '\0')
        wire_add_copy(&message, json, strlen(json));
    if (wire_send(results, &message) == -1)
        fprintf(stderr, "not sent: %s\n", name);
}

static void play(const char *path)
{
    FILE *script = fopen(path, "re");
    char line[65536];

    must(script != NULL);
    while (fgets(line, sizeof line, script) != NULL) {
        char name[32] = "", which[32] = "0", json[60000] = "";

        if (sscanf(line, "%31s %31s %59999[^\n]", name, which, json) < 1)
            continue;
        if (strcmp(name, "EXIT") == 0)
            exit(1);
        say(name, which, json);
    }
    fclose(script);
}

static void be_evil(void)
{
    char *script = beside("script"), *taken = beside("done");

    while (access(script, F_OK) != 0)
        live();
    must(rename(script, taken) == 0);
    play(taken);
    for (;;)
        live();
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"slot", required_argument, NULL, 's'},       {"generation", required_argument, NULL, 'g'},
        {"tasks", required_argument, NULL, 't'},      {"results", required_argument, NULL, 'r'},
        {"supervisor", required_argument, NULL, 'p'}, {NULL, 0, NULL, 0}};
    const char *task_endpoint = "", *result_endpoint = "";
    char *real;
    unsigned slot = 0;
    int option;

    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(argv[0], '/') - argv[0]) + 1, argv[0]);
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 's')
            slot = (unsigned)strtoul(optarg, NULL, 10);
        else if (option == 'g')
            generation = strtoull(optarg, NULL, 10);
        else if (option == 't')
            task_endpoint = optarg;
        else if (option == 'r')
            result_endpoint = optarg;
    }
    if (slot != 0 || is_there("done")) {
        must(asprintf(&real, "%sreal%s", folder, strrchr(argv[0], '/')) != -1);
        argv[0] = real;
        execv(real, argv);
        panic("execv");
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    void *context = zmq_ctx_new();
    tasks = connected(context, ZMQ_PULL, task_endpoint);
    results = connected(context, ZMQ_PUSH, result_endpoint);
    say_hello(kind_of(argv[0]), slot);
    be_evil();
}
