/* courier_rig - see courier_rig.h */
#include "tests/system/courier_rig.h"
#include "tests/system/patient.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATIENCE_MS = 60000 };

static uint64_t lease = 100;

int free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    close(fd);
    return ntohs(address.sin_port);
}

/* ---- the courier ---- */

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void rig_receive(struct courier_rig *rig, struct wire *message)
{
    int64_t until = now_ms() + PATIENCE_MS;
    zmq_pollitem_t item = {.socket = rig->results, .events = ZMQ_POLLIN};
    const char *why;
    int rc;

    for (;;) {
        rc = wire_receive(rig->results, message, WIRE_UP, &why);
        if (rc == 1 && message->type != WIRE_BEAT)
            return;
        if (rc == 1)
            wire_clear(message);
        else if (rc == -1)
            fail_msg("the courier says what nobody understands: %s", why);
        else if (now_ms() > until)
            fail_msg("the courier says nothing");
        else
            zmq_poll(&item, 1, 100);
    }
}

static void *bound(struct courier_rig *rig, int type, char *endpoint, size_t room, const char *name)
{
    void *socket = zmq_socket(rig->context, type);
    int zero = 0;

    snprintf(endpoint, room, "ipc://%s/%s", rig->folder, name);
    zmq_setsockopt(socket, ZMQ_LINGER, &zero, sizeof zero);
    zmq_setsockopt(socket, ZMQ_SNDHWM, &zero, sizeof zero);
    assert_int_equal(zmq_bind(socket, endpoint), 0);
    return socket;
}

void rig_start(struct courier_rig *rig, const char *const *env)
{
    char tasks[64], results[64];
    char *argv[] = {COURIER_PROGRAM, "--slot", "0",         "--generation", "7",
                    "--tasks",       tasks,    "--results", results,        NULL};

    strcpy(rig->folder, "/tmp/courier-test-XXXXXX");
    assert_non_null(mkdtemp(rig->folder));
    rig->context = zmq_ctx_new();
    rig->tasks = bound(rig, ZMQ_PUSH, tasks, sizeof tasks, "t");
    rig->results = bound(rig, ZMQ_PULL, results, sizeof results, "r");
    rig->pid = program_start(argv, env, NULL);
    rig_receive(rig, &rig->hello);
    assert_int_equal(rig->hello.type, WIRE_HELLO);
}

void rig_send(struct courier_rig *rig, struct wire *message)
{
    patient_send(rig->tasks, message);
}

void rig_stop(struct courier_rig *rig)
{
    struct wire retire;
    char path[64];
    int status;

    wire_init(&retire, WIRE_RETIRE);
    retire.retire.generation = 7;
    rig_send(rig, &retire);
    assert_int_equal(waitpid(rig->pid, &status, 0), rig->pid);
    assert_int_equal(status, 0);
    wire_clear(&rig->hello);
    zmq_close(rig->tasks);
    zmq_close(rig->results);
    zmq_ctx_term(rig->context);
    for (const char *name = "tr"; *name != '\0'; name++) {
        snprintf(path, sizeof path, "%s/%c", rig->folder, *name);
        unlink(path);
    }
    rmdir(rig->folder);
}

void rig_fetch(struct courier_rig *rig, const char *key, struct wire *answer)
{
    struct wire message;

    wire_init(&message, WIRE_FETCH);
    message.fetch = (struct wire_fetch){.lease = ++lease, .job = "job-1", .attempt = 1, .key = key};
    rig_send(rig, &message);
    rig_receive(rig, answer);
}

void rig_store(struct courier_rig *rig, const char *key, const void *data, size_t size, struct wire *answer)
{
    struct wire message;

    wire_init(&message, WIRE_STORE);
    message.store = (struct wire_store){.lease = ++lease,
                                        .job = "job-1",
                                        .attempt = 1,
                                        .key = key,
                                        .content_type = "application/json",
                                        .filename = "Lección 1.json"};
    wire_add_copy(&message, data, size);
    rig_send(rig, &message);
    rig_receive(rig, answer);
}

void rig_notify(struct courier_rig *rig, const char *event, const char *body, struct wire *answer)
{
    struct wire message;

    wire_init(&message, WIRE_NOTIFY);
    message.notify = (struct wire_notify){.lease = ++lease, .job = "job-1", .attempt = 1, .event = event};
    wire_add_copy(&message, body, strlen(body));
    rig_send(rig, &message);
    rig_receive(rig, answer);
}

void rig_failed(struct wire *answer, const char *code, int retryable)
{
    assert_int_equal(answer->type, WIRE_FAILED);
    assert_string_equal(answer->failed.code, code);
    assert_int_equal(answer->failed.retryable, retryable);
    wire_clear(answer);
}
