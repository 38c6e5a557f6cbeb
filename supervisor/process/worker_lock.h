/* worker_lock - which workers outlived their supervisor: a locked file each, in run/
 *
 * A worker that may outlive us inherits a descriptor on which it holds a lock (flock(2) belongs to the open
 * file, which parent and child share) until its last breath.  Whoever finds the file locked knows that the
 * worker lives; its number, written into it, cannot have passed to another process then.
 */
#ifndef SUPERVISOR_WORKER_LOCK_H
#define SUPERVISOR_WORKER_LOCK_H

#include <sys/types.h>

enum { WORKER_LOCK_NAME = 64 };

/* Makes run/NAME.life and locks it: a descriptor for the child to inherit, which the caller closes once it
 * runs. -1 with errno. */
int worker_lock_begin(const char *name);

/* The child is born. */
void worker_lock_is(int fd, pid_t pid);

/* Takes the file away. */
void worker_lock_end(const char *name);

/* Removes the files of the dead and calls on() for each of the living. */
void worker_lock_each(void (*on)(void *arg, const char *name, pid_t pid), void *arg);

#endif
