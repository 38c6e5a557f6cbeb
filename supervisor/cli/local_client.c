/* local_client - see local_client.h */
#include "supervisor/cli/local_client.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/clock.h"
#include "proto/digest.h"
#include "proto/panic.h"
#include "proto/job_options.h"

#include "supervisor/cli/console.h"
#include "supervisor/process/program.h"
#include "supervisor/process/limits.h"

enum { END_MAX_MS = 10000, BEAT_EVERY_MS = 1000 };

struct local_client {
    const struct temp_folder *folder;
    pid_t supervisor;
    int pidfd, signals;
    void *context, *tasks, *results; /* tasks, results: NULL until connected */
    char job[32];
    uint64_t request; /* the last one made */
    int64_t beat_at;
};

/* ---- the supervisor ---- */

/* This run has its own folder, keeps its results there, calls nobody back and leaves at once when told. */
static const char *const not_passed[] = {"SLIDEMILL_STATE_DIR",
                                         "SLIDEMILL_STORE_DIR",
                                         "SLIDEMILL_DRAIN_S",
                                         "SLIDEMILL_LIMIT_OUTAGE_S",
                                         "S3_BUCKET",
                                         "WORKER_CALLBACK_URL",
                                         "AWS_ACCESS_KEY_ID",
                                         "AWS_SECRET_ACCESS_KEY",
                                         "WORKER_CALLBACK_SECRET"};

static bool is_passed(const char *entry)
{
    for (size_t i = 0; i < sizeof not_passed / sizeof not_passed[0]; i++) {
        size_t size = strlen(not_passed[i]);

        if (strncmp(entry, not_passed[i], size) == 0 && entry[size] == '=')
            return false;
    }
    return true;
}

/* The entries are borrowed but for the last: the caller frees that and the array. */
static char **environment(const struct temp_folder *folder, char **own)
{
    size_t count = 0, used = 0;
    char **env;

    while (environ[count] != NULL)
        count++;
    env = need_zero(count + 4, sizeof *env);
    for (size_t i = 0; i < count; i++)
        if (is_passed(environ[i]))
            env[used++] = environ[i];
    *own = need_format("SLIDEMILL_STATE_DIR=%s", folder->path);
    env[used++] = (char *)"SLIDEMILL_DRAIN_S=0";
    env[used++] = (char *)"SLIDEMILL_LIMIT_OUTAGE_S=0"; /* a person waits */
    env[used] = *own;
    return env;
}

static int start_supervisor(struct local_client *client)
{
    const char *const argv[] = {"slidemill-supervisor", "--local", NULL};
    char *path = program_find(argv[0]), *own;
    char **env = environment(client->folder, &own);

    if (path == NULL)
        console_error("%s is not where slidemill is; install them together", argv[0]);
    else {
        client->supervisor = program_start(path, argv, env, client->folder->log, -1);
        if (client->supervisor == -1)
            console_error("cannot start %s: %s; %s", path, strerror(errno), limits_remedy(errno));
    }
    free(own);
    free(env);
    free(path);
    if (client->supervisor == -1)
        return -1;
    client->pidfd = pidfd_open(client->supervisor, 0);
    if (client->pidfd != -1)
        return 0;
    console_error("cannot watch the supervisor: %s; %s", strerror(errno), limits_remedy(errno));
    kill(client->supervisor, SIGKILL); /* it was just started, and has started nobody */
    while (waitpid(client->supervisor, NULL, 0) == -1 && errno == EINTR)
        ;
    return -1;
}

static int watch_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    if (sigprocmask(SIG_BLOCK, &set, NULL) == -1)
        return -1;
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

struct local_client *local_client_new(const struct temp_folder *folder)
{
    struct local_client *client = need_zero(1, sizeof *client);
    uint64_t random;

    *client =
        (struct local_client){.folder = folder, .supervisor = -1, .pidfd = -1, .signals = watch_signals()};
    if (getrandom(&random, sizeof random, 0) != sizeof random || client->signals == -1)
        panic("the system gives no random bytes or no signalfd");
    snprintf(client->job, sizeof client->job, "run-%016llx", (unsigned long long)random);
    if (start_supervisor(client) == -1)
        local_client_free(&client);
    return client;
}

static bool ended_within(const struct local_client *client, int max_ms)
{
    zmq_pollitem_t item = {.fd = client->pidfd, .events = ZMQ_POLLIN};
    int64_t until = clock_monotonic_ms() + max_ms;
    int64_t left;

    while (item.revents == 0 && (left = until - clock_monotonic_ms()) > 0)
        zmq_poll(&item, 1, (long)left);
    return item.revents != 0;
}

/* Its workers are in its group: what is left of them goes before it is reaped, while its number is still its
 * own. */
static int end_supervisor(const struct local_client *client)
{
    siginfo_t info;
    int status;

    kill(client->supervisor, SIGTERM);
    if (!ended_within(client, END_MAX_MS))
        kill(client->supervisor, SIGKILL);
    while (waitid(P_PID, (id_t)client->supervisor, &info, WEXITED | WNOWAIT) == -1 && errno == EINTR)
        ;
    kill(-client->supervisor, SIGKILL);
    while (waitpid(client->supervisor, &status, 0) == -1 && errno == EINTR)
        ;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int local_client_free(struct local_client **client)
{
    struct local_client *s = *client;
    int code = 0;

    if (s->pidfd != -1) {
        code = end_supervisor(s);
        close(s->pidfd);
    }
    if (s->tasks != NULL) {
        zmq_close(s->tasks);
        zmq_close(s->results);
        zmq_ctx_term(s->context);
    }
    close(s->signals);
    free(s);
    *client = NULL;
    return code;
}

/* ---- the protocol ---- */

static void *socket_open(struct local_client *client, int type, const char *inner)
{
    void *socket = zmq_socket(client->context, type);
    int zero = 0;
    char *endpoint;

    if (socket == NULL)
        panic("zmq_socket");
    zmq_setsockopt(socket, ZMQ_SNDHWM, &zero, sizeof zero);
    zmq_setsockopt(socket, ZMQ_RCVHWM, &zero, sizeof zero);
    zmq_setsockopt(socket, ZMQ_LINGER, &zero, sizeof zero);
    /* A socket's path has at most 107 bytes (unix(7)), and TMPDIR may be longer. */
    endpoint = need_format("ipc:///proc/self/fd/%d/%s", client->folder->fd, inner);
    if (zmq_connect(socket, endpoint) == -1)
        panic("zmq_connect");
    free(endpoint);
    return socket;
}

static void send_up(struct local_client *client, struct wire *message)
{
    if (wire_send(client->results, message) == -1)
        panic("the result socket takes nothing"); /* no high-water mark: cannot happen */
}

static bool socket_exists(const struct local_client *client, const char *inner)
{
    char *path = temp_folder_path(client->folder, inner);
    bool there = access(path, F_OK) == 0;

    free(path);
    return there;
}

bool local_client_connect(struct local_client *client)
{
    static const char tasks[] = "run/local.tasks", results[] = "run/local.results";
    struct wire hello;

    if (!socket_exists(client, tasks) || !socket_exists(client, results))
        return false;
    client->context = zmq_ctx_new();
    client->tasks = socket_open(client, ZMQ_PULL, tasks);
    client->results = socket_open(client, ZMQ_PUSH, results);
    wire_init(&hello, WIRE_HELLO);
    hello.hello.stage = STAGE_FRONT;
    hello.hello.generation = 1;
    hello.hello.protocol = WIRE_PROTOCOL;
    hello.hello.pid = (uint32_t)getpid();
    send_up(client, &hello);
    return true;
}

int local_client_submit(struct local_client *client, const struct pdf_file *pdf,
                        const struct run_options *options)
{
    struct wire submit;
    const char *misfit;
    char digest[65];

    wire_init(&submit, WIRE_SUBMIT);
    if (wire_add_mapped(&submit, pdf->fd, pdf->size) == -1 ||
        (options->previous != -1 &&
         wire_add_mapped(&submit, options->previous, options->previous_size) == -1)) {
        console_error("cannot read %s: %s", submit.frames == 0 ? pdf->name : "the earlier summary",
                      strerror(errno));
        wire_clear(&submit);
        return -1;
    }
    digest_text_of(wire_data(&submit, 0), pdf->size, digest);
    submit.submit.request = ++client->request;
    submit.submit.job = client->job;
    submit.submit.language = options->language;
    submit.submit.estimate = options->estimate;
    submit.text = job_options_text(&(struct job_options){.outputs = options->outputs,
                                                         .metadata = options->metadata,
                                                         .previous = (char *)"",
                                                         .password = options->password});
    submit.submit.options = submit.text;
    submit.submit.filename = pdf->name;
    submit.submit.digest = digest;
    misfit = wire_fit(&submit);
    if (misfit != NULL) {
        console_error("the %s is too long, or not UTF-8; give another one", misfit);
        wire_clear(&submit);
        return -1;
    }
    send_up(client, &submit);
    return 0;
}

const char *local_client_job(const struct local_client *client)
{
    return client->job;
}

void local_client_ask(struct local_client *client)
{
    struct wire ask;

    wire_init(&ask, WIRE_ASK);
    ask.ask.request = ++client->request;
    ask.ask.about = ASK_JOB;
    ask.ask.job = client->job;
    send_up(client, &ask);
}

static void send_beat(struct local_client *client)
{
    struct wire message;

    if (client->results == NULL || clock_monotonic_ms() < client->beat_at)
        return;
    wire_init(&message, WIRE_BEAT);
    message.beat.generation = 1;
    send_up(client, &message);
    client->beat_at = clock_monotonic_ms() + BEAT_EVERY_MS;
}

/* What is not the answer to the open question (RETIRE, an old answer) is dropped. */
static bool receive_answer(struct local_client *client, struct wire *answer)
{
    const char *why;
    int rc;

    while ((rc = wire_receive(client->tasks, answer, WIRE_DOWN, &why)) != 0) {
        if (rc == -1)
            console_error("a message of the supervisor was refused: %s", why);
        else if (answer->type == WIRE_ANSWER && answer->answer.request == client->request)
            return true;
        else
            wire_clear(answer);
    }
    return false;
}

enum local_client_event local_client_wait(struct local_client *client, int max_ms, struct wire *answer)
{
    zmq_pollitem_t items[] = {{.fd = client->signals, .events = ZMQ_POLLIN},
                              {.fd = client->pidfd, .events = ZMQ_POLLIN},
                              {.socket = client->tasks, .events = ZMQ_POLLIN}};
    int count = client->tasks == NULL ? 2 : 3;

    send_beat(client);
    if (zmq_poll(items, count, max_ms) == -1 && errno != EINTR)
        panic("zmq_poll");
    if (items[0].revents != 0)
        return LOCAL_CLIENT_STOP;
    if (count == 3 && items[2].revents != 0 && receive_answer(client, answer))
        return LOCAL_CLIENT_ANSWER;
    return items[1].revents != 0 ? LOCAL_CLIENT_ENDED : LOCAL_CLIENT_QUIET;
}
