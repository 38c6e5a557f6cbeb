/* fault - named crash points, for builds that test what happens when a process dies at one
 *
 * In a build with -DSLIDEMILL_FAULTS=ON the variable FAULT="NAME:N[:ACTION],..." makes the N-th pass of the
 * point NAME do ACTION.  Passes are counted over all processes and restarts, in one file of the state folder
 * for each NAME.  Other builds have no such points.
 *
 * Points of the supervisor (M is the name of a message):
 *
 * - supervisor.heard.M and settled.M: M came; what follows from it is written, not committed
 *
 * - supervisor.committed.M and sent.M: what M depends on is durable; M has left
 *
 * - supervisor.blob.hidden and blob.written, in a thread: a file is written and has no name yet; all files of
 * a message have theirs, and the loop does not know
 *
 * - supervisor.ledger.synced, in a thread: commits are durable, and the loop does not know
 *
 * - supervisor.recovery, supervisor.checkpoint, supervisor.serving.LANE
 *
 * Points of a stage: STAGE.taken.M, STAGE.working, STAGE.replying.M, STAGE.replied.M, rasterizer.slide.NUMBER
 *
 * Actions: kill (SIGKILL, the default), stop (SIGSTOP), hang (the thread sleeps for ever), exit1, exit78,
 * garbage (replying only: nonsense is sent instead), refuse (serving only: this process never gives that
 * lane's work out any more)
 */
#ifndef PROTO_FAULT_H
#define PROTO_FAULT_H

#include <stdbool.h>

#ifdef SLIDEMILL_FAULTS

enum fault { FAULT_NONE, FAULT_GARBAGE, FAULT_REFUSE };

/* Reads FAULT. Call it in the state folder, before the process enters its sandbox. */
void fault_open(void);

/* Passes the point who.where.what (who.where if what is NULL): acts, or returns what the caller is to do. */
enum fault fault_point(const char *who, const char *where, const char *what);

/* Passes the point who.slide.NUMBER. */
void fault_slide(const char *who, unsigned number);

#define FAULT_OPEN()                  fault_open()
#define FAULT_POINT(who, where, what) (void)fault_point(who, where, what)
#define FAULT_SAYS_GARBAGE(who, what) (fault_point(who, "replying", what) == FAULT_GARBAGE)
#define FAULT_SLIDE(who, number)      fault_slide(who, number)
#define FAULT_REFUSES(who, what)      (fault_point(who, "serving", what) == FAULT_REFUSE)

#else

#define FAULT_OPEN()                  ((void)0)
#define FAULT_POINT(who, where, what) ((void)(what))
#define FAULT_SAYS_GARBAGE(who, what) ((void)(what), false)
#define FAULT_SLIDE(who, number)      ((void)(number))
#define FAULT_REFUSES(who, what)      ((void)(what), false)

#endif

#endif
