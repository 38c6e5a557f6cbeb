/* ledger - the durable record of jobs, slides, attempts, answers and owed callbacks
 *
 * The supervisor is the only writer.  What it writes in one turn of its loop is committed together by
 * ledger_commit() and becomes durable beside the loop; nothing that depends on it (a 202, a lease, an ACK)
 * leaves before ledger_synced() says so.  Reads see all writes.
 *
 * This is the interface, without SQL, so that another engine can implement it; ledger_sqlite.c and its
 * siblings do. Errors: an error of the database, above all of fsync, ends the process, since a refused row
 * may still be on the disk: `slidemill serve` starts it again, and recovery finds out.  Texts in rows live
 * until the matching *_clear().
 */
#ifndef SUPERVISOR_LEDGER_H
#define SUPERVISOR_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/artifact.h"
#include "proto/enums.h"
#include "proto/tenant.h"
#include "supervisor/base/job_state.h"

enum { SHA_ROOM = 65 };

struct ledger;

struct job_row {
    int64_t id;   /* assigned by the ledger, rising */
    char *job;    /* the caller's name for it */
    char *digest; /* of the request */
    char *key;    /* object in the store, "" for an upload */
    char *email, *language, *filename;
    enum job_state state;
    char *document; /* hex SHA-256 of the PDF, "" until known */
    uint32_t pages;
    uint32_t attempt; /* leases of the job as a whole so far */
    uint32_t crashes; /* workers lost over the job as a whole in its present state */
    bool repaired;
    char *title, *outline;
    char *code, *detail;            /* why it failed */
    int64_t created_ms, updated_ms; /* Unix */
    char *client;                   /* beginning of the hash of the API key it came with, or "" */
    char *instructions;             /* what the caller asks of the explanations */
    enum card_style card_style;
    uint32_t cards; /* most for one slide */
    bool economy, estimate;
    int64_t spent;  /* micro-USD, all calls for it; changed by ledger_spend alone */
    char *overview; /* JSON; "": not made yet */
    uint64_t input_tokens, output_tokens, calls; /* for the overview */
    uint32_t outputs;                            /* what is made of it, see proto/artifact.h */
    char *metadata;                              /* JSON; "": none */
    char *previous;      /* job id of an earlier run; "": none, or its summary came along */
    char *previous_sha;  /* its summary.json; "": not here (yet) */
    char *previous_lost; /* why there is none; "": not known to be so */
    char *tenant; /* who posted it: pays, waits in its queue, and has a folder in the store; for ever */
    char *owner;  /* who sees it: its tenant, or the one whose name its key was given later */
    uint32_t second_questions; /* permitted so far; changed by ledger_second_question alone */
};

struct slide_row {
    uint32_t slide;
    enum outcome outcome;
    uint32_t attempt, crashes;
    char text[SHA_ROOM], picture[SHA_ROOM]; /* blobs; "" if none */
    uint32_t width, height;
    bool degraded;
    char *code, *detail; /* why it failed or is degraded */
    char *answer;        /* JSON or NULL */
    char *engine, *model;
    uint64_t input_tokens, output_tokens;
    uint32_t calls;
    int64_t spent;      /* micro-USD */
    uint32_t see_slide; /* it is a step on the way to that one; 0: it is not */
    uint32_t letters;   /* in its text layer */
};

struct artifact_row {
    char sha[SHA_ROOM];
    int64_t bytes;
    char *url; /* NULL until stored */
    int64_t expires_at;
};

struct delivery_row {
    int64_t job_id;
    char *event, *job, *tenant;
    uint32_t tries;
    int64_t next_ms, created_ms;
};

struct attempt_row {
    uint64_t lease;
    int64_t job;
    uint32_t slide, attempt;
    uint64_t generation;    /* of the worker it was leased to */
    char answers[SHA_ROOM]; /* what its answer answers; "" if nothing that is remembered */
    int64_t reserved;       /* micro-USD put aside for its calls under way */
};

struct tally {
    uint32_t outcomes[OUTCOMES];
    uint64_t input_tokens, output_tokens, calls;
};

enum callback_state { CALLBACK_NONE, CALLBACK_PENDING, CALLBACK_DELIVERED, CALLBACK_UNDELIVERED };

/* Opens (creates, migrates) the ledger and raises its epoch by one. Ends the process with a clear line on
 * failure. */
struct ledger *ledger_open(const char *path);
/* Makes all that was written durable first. */
void ledger_close(struct ledger **ledger);

/* How often this ledger has been opened. Lease and generation numbers begin with it, so that none is ever
 * used twice.
 */
uint64_t ledger_epoch(const struct ledger *ledger);

/* Ends the turn: commits what it wrote, now or together with later turns as soon as the ledger can be synced.
 * Returns the number of the last commit with writes so far, on which messages of this turn may depend. */
uint64_t ledger_commit(struct ledger *ledger);
/* The same, but while nobody is in a hurry: soon after the last sync the transaction stays open for the turns
 * that follow. *at_ms: when it is to be called again (monotonic); TIMER_NONE: it needs no call. */
uint64_t ledger_commit_later(struct ledger *ledger, int64_t now_ms, int64_t *at_ms);
/* Whether a transaction waits for a sync, so that more writes can join it. */
bool ledger_gathers(const struct ledger *ledger);
/* The number of the last commit that is durable. */
uint64_t ledger_synced(const struct ledger *ledger);

/* A descriptor for poll(2), readable when ledger_turn() may raise ledger_synced(). ledger_turn() does not
 * wait, except as ledger_commit.c says. */
int ledger_fd(const struct ledger *ledger);
void ledger_turn(struct ledger *ledger);
/* Waits until all commits are durable; for tests and the end. */
void ledger_sync(struct ledger *ledger);

/* ---- jobs ---- */

/* Adds a job, owned by its tenant, and sets row->id. Returns false if the tenant has posted a job of that
 * name. */
bool ledger_job_add(struct ledger *ledger, struct job_row *row);
/* Finds the job of that name that the tenant owns: the one place where tenants are told apart. Returns false
 * if there is none. */
bool ledger_job_find(struct ledger *ledger, const char *tenant, const char *job, struct job_row *row);
/* Finds the job of that name, whoever owns it. Returns 0: there is none; 1: row is filled; 2: several tenants
 * have such a job. */
unsigned ledger_job_find_any(struct ledger *ledger, const char *job, struct job_row *row);
/* Reads the job of that number. Returns false if it does not exist (any more). */
bool ledger_job_read(struct ledger *ledger, int64_t id, struct job_row *row);
/* Under which tenant's folder the results of that job lie, for the one who is asking. Of a job that is not
 * known (any more): in the folder of whoever asks. false: they are somebody else's. */
bool ledger_job_space(struct ledger *ledger, const struct job_row *asking, const char *job,
                      char space[TENANT_ROOM]);
/* Jobs that came with that key while it had no name belong to the tenant from now on, but for those whose
 * name is taken there. Returns how many have a new owner. */
unsigned ledger_jobs_own(struct ledger *ledger, const char *client, const char *tenant);
/* What opens the PDF of a job just added, sealed; until it is dropped at the job's end. */
void ledger_password_set(struct ledger *ledger, int64_t job, const char *sealed);
char *ledger_password(struct ledger *ledger, int64_t job); /* malloced; NULL: none came with it */
void ledger_password_drop(struct ledger *ledger, int64_t job);
/* Writes everything that can change: state and all after it. */
void ledger_job_update(struct ledger *ledger, const struct job_row *row);
void job_row_clear(struct job_row *row);

/* Calls on() for up to most unfinished jobs with id > after, oldest first; the row is the callee's to clear.
 */
void ledger_jobs_open(struct ledger *ledger, int64_t after, unsigned max,
                      void (*on)(void *, struct job_row *), void *arg);
/* The same for unfinished jobs that were made before a time (Unix): one for those that take the provider's
 * batch API, one for the others. */
void ledger_jobs_late(struct ledger *ledger, int64_t economy_before_ms, int64_t before_ms, unsigned max,
                      void (*on)(void *, struct job_row *), void *arg);
/* The same for those that the tenant posted. */
void ledger_jobs_waiting(struct ledger *ledger, const char *tenant, int64_t after, unsigned max,
                         void (*on)(void *, struct job_row *), void *arg);
/* The same for all jobs of an owner (NULL: of all) with id < before, newest first. */
void ledger_jobs_list(struct ledger *ledger, const char *tenant, int64_t before, unsigned max,
                      void (*on)(void *, struct job_row *), void *arg);
/* Calls on() for every tenant that posted unfinished jobs, and returns how many these are. */
uint64_t ledger_jobs_open_count(struct ledger *ledger, void (*on)(void *, const char *tenant, uint64_t jobs),
                                void *arg);

/* ---- slides ---- */

/* Rows 1..pages, all open. Rows that are there stay as they are. */
void ledger_slides_add(struct ledger *ledger, int64_t job, uint32_t pages);
void ledger_slide_update(struct ledger *ledger, int64_t job, const struct slide_row *row);
/* In order; with_answers: also answer. The row is cleared after each call. */
void ledger_slides(struct ledger *ledger, int64_t job, bool with_answers,
                   void (*on)(void *, struct slide_row *), void *arg);
void slide_row_clear(struct slide_row *row);
/* Calls on() for each code that slides of the job have, with their number. */
void ledger_reasons(struct ledger *ledger, int64_t job, void (*on)(void *, const char *code, uint32_t count),
                    void *arg);
/* Calls on() for each reason for which cards of the model were left out (stages/vision/answer/left_out.h),
 * with their number. It reads all answers of the job. */
void ledger_cards_left_out(struct ledger *ledger, int64_t job,
                           void (*on)(void *, const char *reason, uint32_t count), void *arg);
/* Has something been explained without a model, and nothing with one? */
bool ledger_is_offline(struct ledger *ledger, int64_t job);
void ledger_tally(struct ledger *ledger, int64_t job, struct tally *tally);

/* ---- attempts: written before the lease goes out ---- */

void ledger_attempt_add(struct ledger *ledger, const struct attempt_row *row, const char *lane,
                        const char *worker);
void ledger_attempt_end(struct ledger *ledger, uint64_t lease, const char *outcome);
/* false: no such lease (any more). */
bool ledger_attempt_find(struct ledger *ledger, uint64_t lease, struct attempt_row *row);
/* Calls on() for each lease of that worker that has not ended. */
void ledger_attempts_of(struct ledger *ledger, uint64_t generation,
                        void (*on)(void *, const struct attempt_row *), void *arg);
/* Leases that have not ended are void, but for those of some workers (a JSON array of generations): says so
 * in their rows; returns how many. */
uint64_t ledger_attempts_void(struct ledger *ledger, const char *but);

/* Puts micro-USD aside for a lease (or takes them back: less than 0). */
void ledger_attempt_reserve(struct ledger *ledger, uint64_t lease, int64_t micro);
/* Calls on() for each lease that has not ended and has money put aside, but for those of some workers (as
 * above). */
void ledger_attempts_owing(struct ledger *ledger, const char *but,
                           void (*on)(void *, const struct attempt_row *, const char *tenant), void *arg);

/* ---- money ---- */

/* Adds to what the job has cost, and its tenant and all together on that day ("2026-11-24"). */
void ledger_spend(struct ledger *ledger, int64_t job, const char *tenant, const char *day, int64_t micro);
/* One more second question was permitted for the job. */
void ledger_second_question(struct ledger *ledger, int64_t job);
/* Which tenant pays for a job; "" also if it is not known any more. */
void ledger_job_payer(struct ledger *ledger, int64_t job, char tenant[TENANT_ROOM]);
/* Micro-USD of a day: of that tenant, or of all (NULL). */
int64_t ledger_spent(struct ledger *ledger, const char *tenant, const char *day);

/* ---- batches that were handed in ---- */

struct batch_row {
    const char *batch; /* the provider's name */
    int64_t job, deadline_ms;
    const char *slides; /* JSON list of numbers */
    int64_t reserved;   /* micro-USD */
};
void ledger_batch_add(struct ledger *ledger, const struct batch_row *row);
void ledger_batch_end(struct ledger *ledger, const char *batch);
/* Those of a job that have not ended. */
void ledger_batches(struct ledger *ledger, int64_t job, void (*on)(void *, const struct batch_row *),
                    void *arg);

/* ---- notes: small things to remember ---- */

void ledger_note_set(struct ledger *ledger, const char *name, const char *value);
char *ledger_note(struct ledger *ledger, const char *name); /* malloced; "" if there is none */

/* ---- answers by what they answer ---- */

/* malloced answer, or NULL; *engine and *model too (malloced). */
char *ledger_cache_find(struct ledger *ledger, const char *key, char **engine, char **model);
void ledger_cache_add(struct ledger *ledger, const char *key, const char *answer, const char *engine,
                      const char *model);

/* ---- artifacts, by enum artifact ---- */

void ledger_artifact_set(struct ledger *ledger, int64_t job, unsigned n, const struct artifact_row *row);
/* false: not made yet. url is malloced. */
bool ledger_artifact_find(struct ledger *ledger, int64_t job, unsigned n, struct artifact_row *row);
/* When the first link to what a completed job made expires (Unix seconds); 0: it has none. */
int64_t ledger_links_expire_at(struct ledger *ledger, int64_t job);
void ledger_link_set(struct ledger *ledger, int64_t job, unsigned n, const char *url, int64_t expires_at);

/* ---- outbox ---- */

/* One event a job, for ever: a second one is a bug. */
void ledger_outbox_add(struct ledger *ledger, const char *event, int64_t job, const char *body,
                       int64_t next_ms);
/* Undelivered and not given up, by when they are due; the row is the callee's to clear. */
void ledger_outbox_open(struct ledger *ledger, void (*on)(void *, struct delivery_row *), void *arg);
char *ledger_outbox_body(struct ledger *ledger, const char *event); /* malloced */
void ledger_outbox_retry(struct ledger *ledger, const char *event, uint32_t tries, int64_t next_ms,
                         uint32_t status);
void ledger_outbox_end(struct ledger *ledger, const char *event, bool delivered, uint32_t tries,
                       uint32_t status);
/* What is to be said from now on (its links were renewed). */
void ledger_outbox_say(struct ledger *ledger, int64_t job, const char *body);
/* Owed again, however it had ended, as if it were new. false: it never was owed. */
bool ledger_outbox_reopen(struct ledger *ledger, int64_t job, int64_t next_ms);
/* malloced event of a job; NULL: it has none. */
char *ledger_outbox_event(struct ledger *ledger, int64_t job);
enum callback_state ledger_outbox_state(struct ledger *ledger, int64_t job, uint32_t *tries,
                                        uint32_t *status);
void delivery_row_clear(struct delivery_row *row);

/* ---- what is old goes, most rows (or the one job that has more) at a time ---- */

/* Attempts that ended before that time, of jobs that have ended. Goes on behind *lease, which it moves; it
 * stays where it is at the end. Returns how many went. */
unsigned ledger_sweep_attempts(struct ledger *ledger, int64_t before_ms, unsigned max, uint64_t *lease);
/* Jobs that ended before that time, with all rows of theirs, unless their callback is still owed. Returns how
 * many went. */
unsigned ledger_sweep_jobs(struct ledger *ledger, int64_t before_ms, unsigned max);
/* Cached answers from before that time, and the oldest while all together have more bytes. */
unsigned ledger_sweep_cache(struct ledger *ledger, int64_t before_ms, int64_t max_bytes, unsigned max);

#endif
