/* courier_rig - a courier process in a test's hands: the test plays the supervisor; and doubles and scripts
 * to go with it */
#ifndef TESTS_SYSTEM_COURIER_RIG_H
#define TESTS_SYSTEM_COURIER_RIG_H

#include <stddef.h>
#include <sys/types.h>

#include "proto/wire.h"
#include "tests/system/doubles.h"

struct courier_rig {
    pid_t pid;
    char folder[40];
    void *context, *tasks, *results;
    struct wire hello;
};

/* env: NAME=value of the courier, NULL-terminated. */
void rig_start(struct courier_rig *rig, const char *const *env);

/* Retires the courier and demands that it leaves with 0. */
void rig_stop(struct courier_rig *rig);

/* Sends a lease and waits for its answer, which the caller clears. */
void rig_fetch(struct courier_rig *rig, const char *key, struct wire *answer);
void rig_store(struct courier_rig *rig, const char *key, const void *data, size_t size, struct wire *answer);
void rig_notify(struct courier_rig *rig, const char *event, const char *body, struct wire *answer);
void rig_send(struct courier_rig *rig, struct wire *message);
void rig_receive(struct courier_rig *rig, struct wire *answer);

/* Did it fail with this code? Clears the answer. */
void rig_failed(struct wire *answer, const char *code, int retryable);

/* A free TCP port. */
int free_port(void);

#endif
