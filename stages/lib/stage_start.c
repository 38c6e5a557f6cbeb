/* stage_start - see stage_inside.h */
#include "stages/lib/stage_inside.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "proto/exits.h"
#include "proto/log.h"
#include "proto/panic.h"

enum { LINGER_MS = 2000, MAX_FRAME = 1 << 30, ORPHAN_MAX_MS = 3600 * 1000, CONNECT_MAX_MS = 30000 };

int stage_parse(struct stage *stage, int argc, char **argv)
{
    static const struct option options[] = {
        {"slot", required_argument, NULL, 's'},       {"generation", required_argument, NULL, 'g'},
        {"tasks", required_argument, NULL, 't'},      {"results", required_argument, NULL, 'r'},
        {"supervisor", required_argument, NULL, 'p'}, {NULL, 0, NULL, 0}};
    int option;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {
        case 's':
            stage->slot = (unsigned)strtoul(optarg, NULL, 10);
            break;
        case 'g':
            stage->generation = strtoull(optarg, NULL, 10);
            break;
        case 't':
            stage->task_endpoint = optarg;
            break;
        case 'r':
            stage->result_endpoint = optarg;
            break;
        case 'p':
            stage->supervisor = (pid_t)strtol(optarg, NULL, 10);
            break;
        default:
            return -1;
        }
    }
    return stage->generation > 0 && stage->task_endpoint != NULL && stage->result_endpoint != NULL ? 0 : -1;
}

int64_t stage_orphan_until(void)
{
    return stage_now_ms() + ORPHAN_MAX_MS;
}

void stage_follow(struct stage *stage, pid_t supervisor)
{
    if (stage->supervisor_fd != -1)
        close(stage->supervisor_fd);
    stage->supervisor_fd = pidfd_open(supervisor, 0);
    stage->orphan_until = stage->supervisor_fd == -1 ? stage_orphan_until() : 0;
}

/* Gone when the parent goes, or kept for its successor. -1: it is gone already. */
static int tie(struct stage *stage)
{
    pid_t parent = getppid();

    if (stage->supervisor == 0)
        return prctl(PR_SET_PDEATHSIG, SIGKILL) == -1 || getppid() != parent ? -1 : 0;
    stage_follow(stage, stage->supervisor);
    if (getppid() != stage->supervisor)
        return -1;
    stage->kept = unacknowledged_new();
    return 0;
}

/* No core dumps and no peeking by siblings (secrets in memory); the terminal's Ctrl-C and a stray SIGTERM are
 * the supervisor's business: it retires or kills us. */
int stage_settle_in(struct stage *stage)
{
    struct rlimit none = {0, 0};

    if (setrlimit(RLIMIT_CORE, &none) == -1 || prctl(PR_SET_DUMPABLE, 0) == -1)
        return -1;
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* then the write fails, and says so */
    return tie(stage);
}

void *stage_socket_open(struct stage *stage, int type, const char *endpoint, int immediate)
{
    void *socket = zmq_socket(stage->context, type);
    int zero = 0, linger = LINGER_MS;
    int64_t max = MAX_FRAME;

    if (socket == NULL)
        panic("zmq_socket");
    zmq_setsockopt(socket, ZMQ_SNDHWM, &zero, sizeof zero);
    zmq_setsockopt(socket, ZMQ_RCVHWM, &zero, sizeof zero);
    zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger);
    zmq_setsockopt(socket, ZMQ_IMMEDIATE, &immediate, sizeof immediate);
    zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &max, sizeof max);
    if (zmq_connect(socket, endpoint) == -1) {
        log_error(connect_failed, log_str("endpoint", endpoint), log_str("reason", zmq_strerror(errno)));
        exit(EXIT_SYSTEM);
    }
    return socket;
}

void stage_await_connection(const struct stage *stage, void *socket)
{
    zmq_pollitem_t item = {.socket = socket, .events = ZMQ_POLLOUT};

    if (zmq_poll(&item, 1, CONNECT_MAX_MS) == 1)
        return;
    log_error(connect_failed, log_str("endpoint", stage->result_endpoint),
              log_str("reason", "nobody answers"));
    exit(EXIT_SYSTEM);
}
