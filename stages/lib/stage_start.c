/* stage_start - see stage_start.h */
#include "stages/lib/stage_start.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <zmq.h>

#include "proto/exits.h"
#include "proto/log.h"
#include "proto/panic.h"

enum { LINGER_MS = 2000, MAX_FRAME = 1 << 30, CONNECT_MAX_MS = 30000 };

int stage_start_parse(struct stage_start *start, int argc, char **argv)
{
    static const struct option options[] = {
        {"slot", required_argument, NULL, 's'},       {"generation", required_argument, NULL, 'g'},
        {"tasks", required_argument, NULL, 't'},      {"results", required_argument, NULL, 'r'},
        {"supervisor", required_argument, NULL, 'p'}, {NULL, 0, NULL, 0}};
    int option;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {
        case 's':
            start->slot = (unsigned)strtoul(optarg, NULL, 10);
            break;
        case 'g':
            start->generation = strtoull(optarg, NULL, 10);
            break;
        case 't':
            start->task_endpoint = optarg;
            break;
        case 'r':
            start->result_endpoint = optarg;
            break;
        case 'p':
            start->supervisor = (pid_t)strtol(optarg, NULL, 10);
            break;
        default:
            return -1;
        }
    }
    return start->generation > 0 && start->task_endpoint != NULL && start->result_endpoint != NULL ? 0 : -1;
}

/* No core dumps and no peeking by siblings (secrets in memory); the terminal's Ctrl-C and a stray SIGTERM are
 * the supervisor's business: it retires or kills us. */
int stage_start_settle(const struct stage_start *start)
{
    struct rlimit none = {0, 0};
    pid_t parent = getppid();

    if (setrlimit(RLIMIT_CORE, &none) == -1 || prctl(PR_SET_DUMPABLE, 0) == -1)
        return -1;
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* then the write fails, and says so */
    if (start->supervisor != 0)
        return parent == start->supervisor ? 0 : -1;
    return prctl(PR_SET_PDEATHSIG, SIGKILL) == -1 || getppid() != parent ? -1 : 0;
}

void *stage_start_socket(void *context, int type, const char *endpoint, int immediate)
{
    void *socket = zmq_socket(context, type);
    int zero = 0, linger = LINGER_MS, never = -1;
    int64_t max = MAX_FRAME;

    if (socket == NULL)
        panic("zmq_socket");
    zmq_setsockopt(socket, ZMQ_SNDHWM, &zero, sizeof zero);
    zmq_setsockopt(socket, ZMQ_RCVHWM, &zero, sizeof zero);
    zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger);
    zmq_setsockopt(socket, ZMQ_IMMEDIATE, &immediate, sizeof immediate);
    if (immediate) /* its sandbox lets it connect no more */
        zmq_setsockopt(socket, ZMQ_RECONNECT_IVL, &never, sizeof never);
    zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &max, sizeof max);
    if (zmq_connect(socket, endpoint) == -1) {
        log_error(connect_failed, log_str("endpoint", endpoint), log_str("reason", zmq_strerror(errno)));
        exit(EXIT_SYSTEM);
    }
    return socket;
}

void stage_start_await(void *socket, const char *endpoint, int supervisor)
{
    zmq_pollitem_t items[] = {{.socket = socket, .events = ZMQ_POLLOUT},
                              {.fd = supervisor, .events = ZMQ_POLLIN}};

    if (zmq_poll(items, supervisor == -1 ? 1 : 2, CONNECT_MAX_MS) > 0 && items[0].revents != 0)
        return;
    log_error(connect_failed, log_str("endpoint", endpoint), log_str("reason", "nobody answers"));
    exit(EXIT_SYSTEM);
}
