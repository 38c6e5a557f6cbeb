/* vision_rig - slidemill-vision as a process, and the strict model double behind it
 *
 * The test plays the supervisor: it binds the two sockets, waits for HELLO, sends leases, gives permits for
 * calls and reads results.  Needs python3 with jsonschema.
 */
#ifndef TESTS_SYSTEM_VISION_RIG_H
#define TESTS_SYSTEM_VISION_RIG_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <jansson.h>

#include "proto/wire.h"

enum { PATIENCE_MS = 30000, QUEUE = 256 };

/* ---- the double ---- */

extern struct model {
    pid_t pid; /* 0: there is none, the test is to be skipped */
    char url[64], control[64];
} model;

int model_start(void **state);
int model_stop(void **state);

/* GET, or POST if there is a body. The answer's JSON. */
json_t *control(const char *path, const char *body);
unsigned number(const json_t *stats, const char *name);
unsigned calls_made(void);

/* ---- the worker ---- */

/* Who answers CALL: the rig, as a supervisor does; the rig, by DENIED; or the test. */
enum permits { PERMITS_GIVEN, PERMITS_DENIED, PERMITS_BY_TEST };

struct worker {
    enum permits permits; /* set before the start, like the next two */
    uint32_t grants;      /* tokens of a permit; 0: as asked for */
    int outlives;         /* it waits for another supervisor */
    pid_t pid;
    char folder[32];
    void *context, *tasks, *results;
    struct wire hello;

    struct wire_call queue[QUEUE]; /* asked for, not given yet */
    unsigned waiting;
    int64_t paused_until_ms; /* a wait that the API told */

    unsigned asked, called; /* CALL and CALLED so far */
    uint32_t wanted;        /* tokens of the last CALL */
    unsigned verdicts[VERDICTS];
    uint64_t input_tokens, output_tokens; /* of all CALLED */
    struct wire_called last;
    char learned[1025];
};

int64_t now_ms(void);

void worker_start(struct worker *worker, const char *const *env);
/* The same without waiting for HELLO, with one more setting. */
void worker_begin_with(struct worker *worker, const char *setting);

/* Starts one that asks the double, which plays a scenario from the beginning; with one more setting (NULL:
 * none), or with an environment in which only the URL is given. */
void worker_play(struct worker *worker, const char *scenario, const char *setting);
void worker_play_with(struct worker *worker, const char *scenario, const char *const *env);
void worker_stop(struct worker *worker);

/* The next message that the rig does not see to itself; fails the test if none comes in time. */
void receive(struct worker *worker, struct wire *message);
void send_down(struct worker *worker, struct wire *message);

/* Lease 1000 + slide, in Spanish, six basic cards, 4096 tokens. */
struct wire_explain lease_of(uint32_t slide);
void send_lease(struct worker *worker, const struct wire_explain *lease, const char *text, int with_picture);
void send_slide(struct worker *worker, uint32_t slide, const char *text, int with_picture);

/* A JPEG of its own for each slide, as the next frame. */
void add_picture(struct wire *message, uint32_t slide);

#define LAYER                                                                                                \
    "{\"width\":1365,\"height\":768,\"lines\":[{\"x\":9,\"y\":200,\"w\":90,\"h\":20,\"size\":20,"            \
    "\"text\":\"Un proceso es un programa en marcha\"}]}"

#endif
