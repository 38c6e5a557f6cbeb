/* local_client - how `slidemill run` submits a job: to a supervisor of its own, without HTTP
 *
 * Starts `slidemill-supervisor --local` in a temporary state folder and speaks front's part of the protocol
 * with it: HELLO, SUBMIT, ASK, ANSWER (proto/messages.def).  It sends one question at a time; the caller
 * interprets the answers.
 */
#ifndef CLI_LOCAL_CLIENT_H
#define CLI_LOCAL_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/wire.h"

#include "supervisor/cli/pdf_file.h"
#include "supervisor/cli/run_options.h"
#include "supervisor/cli/temp_folder.h"

struct local_client;

enum local_client_event {
    LOCAL_CLIENT_QUIET,  /* nothing happened in that time */
    LOCAL_CLIENT_ANSWER, /* the answer to the open question */
    LOCAL_CLIENT_ENDED,  /* the supervisor has ended */
    LOCAL_CLIENT_STOP,   /* this process got SIGINT, SIGTERM or SIGHUP */
};

/* Starts the supervisor. Returns NULL after printing why it could not be started. From here on the three
 * signals are blocked and come as LOCAL_CLIENT_STOP. */
struct local_client *local_client_new(const struct temp_folder *folder);

/* Ends the supervisor and what it started: sends SIGTERM, and SIGKILL if it has not ended after 10 s. Returns
 * its exit code, or 128 plus the signal that ended it. *client becomes NULL. */
int local_client_free(struct local_client **client);

/* Connects and sends HELLO if the supervisor's sockets are there. Returns true once that is done. */
bool local_client_connect(struct local_client *client);

/* Submits the PDF under a new job id (local_client_job). Returns 0, or -1 after printing why not: a file
 * cannot be mapped, or an option does not fit into the message. */
int local_client_submit(struct local_client *client, const struct pdf_file *pdf,
                        const struct run_options *options);
const char *local_client_job(const struct local_client *client);

/* Asks for the state of the job. */
void local_client_ask(struct local_client *client);

/* Waits up to max_ms for one of the events. After LOCAL_CLIENT_ANSWER *answer holds the answer, which the
 * caller clears. */
enum local_client_event local_client_wait(struct local_client *client, int max_ms, struct wire *answer);

#endif
