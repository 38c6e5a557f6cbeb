/* supervisor - a stand-in for slidemill-supervisor, for the tests of the slidemill command
 *
 * DOUBLE_PLAN says what it does, DOUBLE_TRACE names a file to which it adds a line for everything that
 * happens to it.
 *
 *   wait      until SIGTERM or SIGINT, then exit 0; SIGHUP is written down
 *   stubborn  the same, but SIGTERM and SIGINT are only written down
 *   slow      like wait, but it takes no signal before a while has passed
 *   exit-N    exit with that code at once
 *   killed-N  be killed by signal 9 for the first N starts, then wait
 *   orphan    leave a grandchild behind that exits at once, then wait
 *   and with --local: complete, fail, refuse, die, mute, endless
 */
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "proto/panic.h"
#include "proto/wire.h"

enum { SLOW_US = 300000 };

static const char *plan, *trace;

__attribute__((format(printf, 1, 2))) static void note(const char *format, ...)
{
    int fd = open(trace, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    va_list arguments;

    va_start(arguments, format);
    must(vdprintf(fd, format, arguments) > 0);
    va_end(arguments);
    must(close(fd) == 0);
}

static unsigned starts_so_far(void)
{
    char line[4096];
    unsigned count = 0;
    FILE *file = fopen(trace, "re");

    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        count += strncmp(line, "start", 5) == 0;
    if (file != NULL)
        fclose(file);
    return count;
}

/* From here on they wait for wait_for_signals: the last answer may bring one at once. */
static sigset_t hold_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_BLOCK, &set, NULL);
    return set;
}

/* They may come blocked from whoever started us. */
static void let_signals_end_us(void)
{
    sigset_t none;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGTERM, SIG_DFL);
}

static int wait_for_signals(bool stubborn)
{
    sigset_t set = hold_signals();
    int number;

    note("ready %d\n", (int)getpid());
    for (;;) {
        must(sigwait(&set, &number) == 0);
        note("%s\n", number == SIGHUP ? "HUP" : number == SIGTERM ? "TERM" : "INT");
        if (number != SIGHUP && !stubborn)
            return 0;
    }
}

static int leave_orphan(void)
{
    if (fork() == 0) {
        if (fork() == 0) {
            while (getppid() != 1 && getppid() != (pid_t)atoi(getenv("DOUBLE_PARENT")))
                usleep(1000);
            note("orphan %d\n", (int)getpid());
            _exit(0);
        }
        _exit(0);
    }
    return wait_for_signals(false);
}

static int serve(void)
{
    if (strncmp(plan, "exit-", 5) == 0)
        return atoi(plan + 5);
    if (strncmp(plan, "killed-", 7) == 0 && starts_so_far() <= (unsigned)atoi(plan + 7))
        raise(SIGKILL);
    if (strcmp(plan, "orphan") == 0)
        return leave_orphan();
    if (strcmp(plan, "slow") == 0)
        usleep(SLOW_US);
    return wait_for_signals(strcmp(plan, "stubborn") == 0);
}

/* ---- the local client ---- */

static void *socket_open(void *context, int type, const char *endpoint)
{
    void *socket = zmq_socket(context, type);
    int patience = 10000;

    zmq_setsockopt(socket, ZMQ_RCVTIMEO, &patience, sizeof patience);
    must(zmq_bind(socket, endpoint) == 0);
    return socket;
}

static void take(void *results, struct wire *message, enum wire_type type)
{
    zmq_pollitem_t item = {.socket = results, .events = ZMQ_POLLIN};
    const char *why;

    do {
        must(zmq_poll(&item, 1, 10000) == 1);
        must(wire_receive(results, message, WIRE_UP, &why) == 1);
    } while (message->type == WIRE_BEAT);
    must(message->type == type);
}

static void answer(void *tasks, uint64_t request, unsigned status, const char *code, const char *json)
{
    struct wire message;

    wire_init(&message, WIRE_ANSWER);
    message.answer.request = request;
    message.answer.status = status;
    message.answer.code = code;
    message.answer.detail = *code == '\0' ? "" : "the detail";
    if (*json != '\0')
        wire_add_copy(&message, json, strlen(json));
    must(wire_send(tasks, &message) == 0);
}

static bool digest_fits(struct wire *submit)
{
    unsigned char bytes[32];
    char hex[65];

    EVP_Digest(wire_data(submit, 0), wire_size(submit, 0), bytes, NULL, EVP_sha256(), NULL);
    for (int i = 0; i < 32; i++)
        snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
    return strcmp(hex, submit->submit.digest) == 0;
}

static void write_file(const char *folder, const char *name, const char *text)
{
    char path[512];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "we");
    must(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
}

static void write_artifacts(const char *job)
{
    char folder[256];

    must(mkdir("objects", 0700) == 0 && mkdir("objects/outputs", 0700) == 0);
    snprintf(folder, sizeof folder, "objects/outputs/%s", job);
    must(mkdir(folder, 0700) == 0);
    write_file(folder, "summary.json",
               "{\"engine\":\"offline\",\"total_slides\":3,\"outcomes\":{\"explained\":1,\"cached\":0,\"text_"
               "only\":1,"
               "\"blank\":0,\"skipped\":0,\"failed\":1},\"anki_cards\":[{},{}],\"slides\":["
               "{\"slide_number\":2,\"outcome\":\"failed\",\"reason\":{\"code\":\"RENDER_ERROR\","
               "\"message\":\"evil \\u001b[31m words\"}}]}");
    write_file(folder, "lecture.docx", "docx");
    write_file(folder, "lecture.apkg", "apkg");
}

/* Each state once, then the end. */
static void answer_asks(void *tasks, void *results, const char *job)
{
    static const char *const states[] = {"accepted",   "fetching", "inspecting", "working",
                                         "assembling", "storing",  "completed"};
    struct wire ask;
    char json[512];
    bool last;

    for (size_t i = 0;; i++) {
        const char *state = states[i];

        take(results, &ask, WIRE_ASK);
        must(ask.ask.about == ASK_JOB && strcmp(ask.ask.job, job) == 0);
        if (strcmp(plan, "endless") == 0)
            state = "working";
        if (strcmp(plan, "fail") == 0 && i == 3)
            state = "failed";
        last = strcmp(state, "completed") == 0 || strcmp(state, "failed") == 0;
        if (strcmp(state, "completed") == 0)
            write_artifacts(job);
        if (last)
            hold_signals();
        snprintf(
            json, sizeof json,
            "{\"jobId\":\"%s\",\"status\":\"%s\",\"total_slides\":%s,\"slides\":{\"done\":%d,\"failed\":0},"
            "\"error\":{\"code\":\"PDF_ENCRYPTED\",\"message\":\"the PDF needs a password\"}}",
            job, state, i < 3 ? "null" : "3", i < 3 ? 0 : 2);
        answer(tasks, ask.ask.request, 200, "", json);
        wire_clear(&ask);
        if (strcmp(plan, "endless") == 0)
            note("asked\n");
        if (last)
            return;
        i -= strcmp(plan, "endless") == 0;
    }
}

static int serve_local_client(void)
{
    void *context = zmq_ctx_new(), *tasks, *results;
    struct wire message;

    let_signals_end_us();
    must(mkdir("run", 0700) == 0);
    tasks = socket_open(context, ZMQ_PUSH, "ipc://run/local.tasks");
    results = socket_open(context, ZMQ_PULL, "ipc://run/local.results");
    take(results, &message, WIRE_HELLO);
    note("hello stage %u slot %u generation %llu credit %u\n", message.hello.stage, message.hello.slot,
         (unsigned long long)message.hello.generation, message.hello.credit);
    wire_clear(&message);
    take(results, &message, WIRE_SUBMIT);
    note("submit %s in %s, key [%s] e-mail [%s], %zu bytes, digest %s\n", message.submit.filename,
         message.submit.language, message.submit.key, message.submit.email, wire_size(&message, 0),
         digest_fits(&message) ? "fits" : "wrong");
    if (strcmp(plan, "die") == 0)
        abort();
    if (strcmp(plan, "refuse") == 0) {
        hold_signals();
        answer(tasks, message.submit.request, 507, "STORAGE_FULL", "");
    } else if (strcmp(plan, "mute") != 0) {
        answer(tasks, message.submit.request, 202, "", "{}");
        answer_asks(tasks, results, message.submit.job);
    }
    return wait_for_signals(false);
}

int main(int argc, char **argv)
{
    static const char *const watched[] = {"S3_BUCKET", "WORKER_CALLBACK_URL", "SLIDEMILL_STORE_DIR",
                                          "SLIDEMILL_DRAIN_S", "OPENAI_API_KEY"};

    plan = getenv("DOUBLE_PLAN");
    trace = getenv("DOUBLE_TRACE");
    must(plan != NULL && trace != NULL);
    note("start %s %s %s\n", argc > 1 ? argv[1] : "", argc > 2 ? argv[2] : "", argc > 3 ? argv[3] : "");
    for (size_t i = 0; i < sizeof watched / sizeof watched[0]; i++)
        if (getenv(watched[i]) != NULL)
            note("env %s=%s\n", watched[i], getenv(watched[i]));
    if (argc < 2 || strcmp(argv[1], "--local") != 0 || strncmp(plan, "exit-", 5) == 0)
        return serve();
    must(chdir(getenv("SLIDEMILL_STATE_DIR")) == 0);
    fputs("a line for the log\n", stderr);
    return serve_local_client();
}
