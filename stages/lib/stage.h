/* stage - the skeleton all stage programs share: birth, credit, the loop, death
 *
 * A stage is a pure function of a lease: header and input frames in, header and output frames out.  It keeps
 * nothing, owns no file and may be killed at any time.  The skeleton parses the command line, loads the
 * stage's parameters from its environment, wipes secrets from it, ties its life to the parent's, connects the
 * private PUSH/PULL pair, says HELLO, beats, hands leases to the stage and goes when told to RETIRE and
 * nothing is held, or when the parent is gone.
 *
 * Command line (the supervisor writes it): PROGRAM --slot N --generation N --tasks ENDPOINT --results
 * ENDPOINT [--supervisor PID]
 *
 * With --supervisor the stage outlives it: it finishes what it holds, keeps each result until its ACK, and
 * tells all of it to the next supervisor that says ADOPT on the same endpoints.  It goes when nothing is held
 * any more and the stage may go, or after an hour.
 */
#ifndef STAGES_LIB_STAGE_H
#define STAGES_LIB_STAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "conf/conf.h"
#include "proto/codes.h"
#include "proto/wire.h"
#include "stages/lib/stage_sandbox.h"

struct stage;

/* What a stage says of itself in HELLO; strings are borrowed for the life of the process. */
struct stage_hello {
    unsigned credit;
    const char *lacks, *engine, *model, *fingerprint, *prompt;
};

struct stage_ops {
    enum stage_kind kind;
    const char *program; /* as logs name it */

    /* What it sends with frames goes on a connection of its own to the same endpoint, so that a short
     * question does not wait behind a long PDF. For a stage whose messages may overtake each other. */
    bool bulk;

    /* What it needs for the rest of its life, said before anything is opened. It may make folders of its own.
     */
    void (*confine)(const struct conf *conf, struct stage_sandbox *confine);

    /* Get ready before HELLO: open what is needed. 0, or an exit code of proto/exits.h (it has
     * logged why). *state is handed to the other calls. */
    int (*open)(const struct conf *conf, void **state, struct stage_hello *hello);

    /* A lease (FETCH, RASTER, EXPLAIN, ...). The stage may take frames and the message itself (wire_move);
     * what it leaves is cleared. It answers now or later, exactly once per lease, by stage_settle or
     * stage_fail. */
    void (*on_lease)(struct stage *stage, void *state, struct wire *lease);

    /* CANCEL: answer the lease now, by FAILED; ignore an unknown one. NULL: the stage ignores all. */
    void (*on_cancel)(struct stage *stage, void *state, uint64_t lease);

    /* GO and DENIED: the answer to a CALL of stage_say. NULL: this stage asks for nothing. */
    void (*on_word)(struct stage *stage, void *state, const struct wire *word);

    /* There is a new supervisor, which has been told what is held: the stage asks again what the one before
     * has not answered. NULL: it asks nothing. */
    void (*on_adopted)(struct stage *stage, void *state);

    /* The supervisor is gone, and this stage outlives it: called once. NULL: that changes nothing for it. */
    void (*on_orphaned)(struct stage *stage, void *state);

    /* Work in the background (curl transfers): called once a turn. Returns how many ms until it must be
     * called again even if nothing happens; -1: not needed. NULL: none. */
    int (*on_turn)(struct stage *stage, void *state, int64_t now_ms);

    /* A descriptor that makes the loop turn when it is readable (http_client_fd); NULL: none. */
    int (*fd)(void *state);

    /* Told to RETIRE, or orphaned, and holding no lease: may it go now? Asked once a turn from then on. NULL:
     * yes. */
    bool (*may_go)(void *state, int64_t now_ms);

    void (*close)(void *state);
};

/* The whole life of the program; its return value is the exit code. */
int stage_main(int argc, char **argv, const struct stage_ops *ops);

/* Sends the result of a lease (its type is an UP message with the lease's number in it) and clears it. One
 * that does not fit its row (wire_fit) goes out as the lease's failure. What front sends (SUBMIT, ASK) must
 * fit. */
void stage_settle(struct stage *stage, struct wire *result);

/* Sends FAILED. detail: one sentence for a person, cut to fit; NULL: the code's own sentence. */
void stage_fail(struct stage *stage, uint64_t lease, enum code code, bool retryable, int64_t retry_after_ms,
                const char *detail);

/* The same for what an HTTP answer of that status said; 0: there was none. */
void stage_fail_status(struct stage *stage, uint64_t lease, enum code code, bool retryable,
                       int64_t retry_after_ms, const char *detail, unsigned status);

/* Sends what answers no lease and is not kept (CALL, CALLED, LEARNED), and clears it. What does not fit is
 * left unsaid, and logged. */
void stage_say(struct stage *stage, struct wire *message);

/* Beats if one is due; for a stage that works long inside on_lease. */
void stage_beat(struct stage *stage);

/* Lowers the priority of this process: on a busy machine front and the supervisor, which answer people, come
 * first. */
void stage_give_way(void);

/* Monotonic milliseconds, the clock of all deadlines. */
int64_t stage_now_ms(void);

#endif
