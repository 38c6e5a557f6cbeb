/* http_rig - what the tests of the HTTP client share: servers that are processes, and a count of answers */
#ifndef TESTS_SYSTEM_HTTP_RIG_H
#define TESTS_SYSTEM_HTTP_RIG_H

#include <sys/types.h>

#include "stages/lib/http_client.h"

enum { PATIENCE_MS = 30000 };

struct server {
    pid_t pid;
    char url[64];
};

/* tests/doubles/tls.py with a certificate, its key and these options, NULL behind the last. */
void server_start(struct server *server, const char *cert, const char *key, const char *const *options);

/* A plain server: serve gets each connection in a process of its own, and ends that. */
void speaker_start(struct server *server, void (*serve)(int fd));
void server_stop(struct server *server);

/* What came back. */
struct tally {
    unsigned done, good;
    CURLcode last;
    char text[1024];
};

/* An http_done whose arg is a tally. */
void tally_count(void *tally, const struct http_answer *answer);

/* Turns the client until so many are done; the test fails when that takes too long. */
void turn_until(struct http_client *net, const struct tally *tally, unsigned done);

#endif
