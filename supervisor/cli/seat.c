/* seat - see seat.h */
#include "supervisor/cli/seat.h"

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
#include "proto/wished.h"

#include "supervisor/cli/say.h"
#include "supervisor/process/program.h"
#include "supervisor/process/limits.h"

enum { END_MAX_MS = 10000, BEAT_EVERY_MS = 1000 };

struct seat {
    const struct nest *nest;
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
static char **environment(const struct nest *nest, char **own)
{
    size_t count = 0, used = 0;
    char **env;

    while (environ[count] != NULL)
        count++;
    env = need_zero(count + 4, sizeof *env);
    for (size_t i = 0; i < count; i++)
        if (is_passed(environ[i]))
            env[used++] = environ[i];
    if (asprintf(own, "SLIDEMILL_STATE_DIR=%s", nest->path) == -1)
        panic("out of memory");
    env[used++] = (char *)"SLIDEMILL_DRAIN_S=0";
    env[used++] = (char *)"SLIDEMILL_LIMIT_OUTAGE_S=0"; /* a person waits */
    env[used] = *own;
    return env;
}

static int start(struct seat *seat)
{
    const char *const argv[] = {"slidemill-supervisor", "--seat", NULL};
    char *path = program_find(argv[0]), *own;
    char **env = environment(seat->nest, &own);

    if (path == NULL)
        say_error("%s is not where slidemill is; install them together", argv[0]);
    else {
        seat->supervisor = program_start(path, argv, env, seat->nest->log);
        if (seat->supervisor == -1)
            say_error("cannot start %s: %s; %s", path, strerror(errno), limits_remedy(errno));
    }
    free(own);
    free(env);
    free(path);
    if (seat->supervisor == -1)
        return -1;
    seat->pidfd = pidfd_open(seat->supervisor, 0);
    if (seat->pidfd != -1)
        return 0;
    say_error("cannot watch the supervisor: %s; %s", strerror(errno), limits_remedy(errno));
    kill(seat->supervisor, SIGKILL); /* it was just started, and has started nobody */
    while (waitpid(seat->supervisor, NULL, 0) == -1 && errno == EINTR)
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

struct seat *seat_new(const struct nest *nest)
{
    struct seat *seat = need_zero(1, sizeof *seat);
    uint64_t random;

    *seat = (struct seat){.nest = nest, .supervisor = -1, .pidfd = -1, .signals = watch_signals()};
    if (getrandom(&random, sizeof random, 0) != sizeof random || seat->signals == -1)
        panic("the system gives no random bytes or no signalfd");
    snprintf(seat->job, sizeof seat->job, "run-%016llx", (unsigned long long)random);
    if (start(seat) == -1)
        seat_free(&seat);
    return seat;
}

static bool ended_within(const struct seat *seat, int max_ms)
{
    zmq_pollitem_t item = {.fd = seat->pidfd, .events = ZMQ_POLLIN};
    int64_t until = clock_monotonic_ms() + max_ms;
    int64_t left;

    while (item.revents == 0 && (left = until - clock_monotonic_ms()) > 0)
        zmq_poll(&item, 1, (long)left);
    return item.revents != 0;
}

/* Its workers are in its group: what is left of them goes before it is reaped, while its number is still its
 * own. */
static int end(const struct seat *seat)
{
    siginfo_t info;
    int status;

    kill(seat->supervisor, SIGTERM);
    if (!ended_within(seat, END_MAX_MS))
        kill(seat->supervisor, SIGKILL);
    while (waitid(P_PID, (id_t)seat->supervisor, &info, WEXITED | WNOWAIT) == -1 && errno == EINTR)
        ;
    kill(-seat->supervisor, SIGKILL);
    while (waitpid(seat->supervisor, &status, 0) == -1 && errno == EINTR)
        ;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int seat_free(struct seat **seat)
{
    struct seat *s = *seat;
    int code = 0;

    if (s->pidfd != -1) {
        code = end(s);
        close(s->pidfd);
    }
    if (s->tasks != NULL) {
        zmq_close(s->tasks);
        zmq_close(s->results);
        zmq_ctx_term(s->context);
    }
    close(s->signals);
    free(s);
    *seat = NULL;
    return code;
}

/* ---- the protocol ---- */

static void *socket_open(struct seat *seat, int type, const char *inner)
{
    void *socket = zmq_socket(seat->context, type);
    int zero = 0;
    char *endpoint;

    if (socket == NULL)
        panic("zmq_socket");
    zmq_setsockopt(socket, ZMQ_SNDHWM, &zero, sizeof zero);
    zmq_setsockopt(socket, ZMQ_RCVHWM, &zero, sizeof zero);
    zmq_setsockopt(socket, ZMQ_LINGER, &zero, sizeof zero);
    /* A socket's path has at most 107 bytes (unix(7)), and TMPDIR may be longer. */
    if (asprintf(&endpoint, "ipc:///proc/self/fd/%d/%s", seat->nest->folder, inner) == -1)
        panic("out of memory");
    if (zmq_connect(socket, endpoint) == -1)
        panic("zmq_connect");
    free(endpoint);
    return socket;
}

static void send_up(struct seat *seat, struct wire *message)
{
    if (wire_send(seat->results, message) == -1)
        panic("the result socket takes nothing"); /* no high-water mark: cannot happen */
}

static bool is_there(const struct seat *seat, const char *inner)
{
    char *path = nest_path(seat->nest, inner);
    bool there = access(path, F_OK) == 0;

    free(path);
    return there;
}

bool seat_connect(struct seat *seat)
{
    static const char tasks[] = "run/seat.tasks", results[] = "run/seat.results";
    struct wire hello;

    if (!is_there(seat, tasks) || !is_there(seat, results))
        return false;
    seat->context = zmq_ctx_new();
    seat->tasks = socket_open(seat, ZMQ_PULL, tasks);
    seat->results = socket_open(seat, ZMQ_PUSH, results);
    wire_init(&hello, WIRE_HELLO);
    hello.hello.stage = STAGE_FRONT;
    hello.hello.generation = 1;
    hello.hello.protocol = WIRE_PROTOCOL;
    hello.hello.pid = (uint32_t)getpid();
    send_up(seat, &hello);
    return true;
}

int seat_submit(struct seat *seat, const struct lecture *lecture, const struct order *order)
{
    struct wire submit;
    const char *misfit;
    char digest[65];

    wire_init(&submit, WIRE_SUBMIT);
    if (wire_add_mapped(&submit, lecture->fd, lecture->size) == -1 ||
        (order->previous != -1 && wire_add_mapped(&submit, order->previous, order->previous_size) == -1)) {
        say_error("cannot read %s: %s", submit.frames == 0 ? lecture->name : "the earlier summary",
                  strerror(errno));
        wire_clear(&submit);
        return -1;
    }
    digest_text_of(wire_data(&submit, 0), lecture->size, digest);
    submit.submit.request = ++seat->request;
    submit.submit.job = seat->job;
    submit.submit.language = order->language;
    submit.submit.estimate = order->estimate;
    submit.text = wished_text(&(struct wished){.outputs = order->outputs,
                                               .metadata = order->metadata,
                                               .previous = (char *)"",
                                               .password = order->password});
    submit.submit.wishes = submit.text;
    submit.submit.filename = lecture->name;
    submit.submit.digest = digest;
    misfit = wire_fit(&submit);
    if (misfit != NULL) {
        say_error("the %s is too long, or not UTF-8; give another one", misfit);
        wire_clear(&submit);
        return -1;
    }
    send_up(seat, &submit);
    return 0;
}

const char *seat_job(const struct seat *seat)
{
    return seat->job;
}

void seat_ask(struct seat *seat)
{
    struct wire ask;

    wire_init(&ask, WIRE_ASK);
    ask.ask.request = ++seat->request;
    ask.ask.about = ASK_JOB;
    ask.ask.job = seat->job;
    send_up(seat, &ask);
}

static void beat(struct seat *seat)
{
    struct wire message;

    if (seat->results == NULL || clock_monotonic_ms() < seat->beat_at)
        return;
    wire_init(&message, WIRE_BEAT);
    message.beat.generation = 1;
    send_up(seat, &message);
    seat->beat_at = clock_monotonic_ms() + BEAT_EVERY_MS;
}

/* What is not the answer to the open question (RETIRE, an old answer) is dropped. */
static bool take_answer(struct seat *seat, struct wire *answer)
{
    const char *why;
    int rc;

    while ((rc = wire_receive(seat->tasks, answer, WIRE_DOWN, &why)) != 0) {
        if (rc == -1)
            say_error("a message of the supervisor was refused: %s", why);
        else if (answer->type == WIRE_ANSWER && answer->answer.request == seat->request)
            return true;
        else
            wire_clear(answer);
    }
    return false;
}

enum seat_event seat_wait(struct seat *seat, int max_ms, struct wire *answer)
{
    zmq_pollitem_t items[] = {{.fd = seat->signals, .events = ZMQ_POLLIN},
                              {.fd = seat->pidfd, .events = ZMQ_POLLIN},
                              {.socket = seat->tasks, .events = ZMQ_POLLIN}};
    int count = seat->tasks == NULL ? 2 : 3;

    beat(seat);
    if (zmq_poll(items, count, max_ms) == -1 && errno != EINTR)
        panic("zmq_poll");
    if (items[0].revents != 0)
        return SEAT_STOP;
    if (count == 3 && items[2].revents != 0 && take_answer(seat, answer))
        return SEAT_ANSWER;
    return items[1].revents != 0 ? SEAT_ENDED : SEAT_QUIET;
}
