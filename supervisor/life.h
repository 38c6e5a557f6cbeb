/* life - which workers outlived their supervisor: a locked file each, in run/
 *
 * A worker that may outlive us inherits a descriptor on which it holds a lock (flock(2) belongs to the open
 * file, which parent and child share) until its last breath.  Whoever finds the file locked knows that the
 * worker lives; its number, written into it, cannot have passed to another process then.
 */
#ifndef SUPERVISOR_LIFE_H
#define SUPERVISOR_LIFE_H

#include <sys/types.h>

enum { LIFE_NAME = 64 };

/* Makes run/NAME.life and locks it: a descriptor for the child to inherit, which the caller closes once it
 * runs. -1 with errno. */
int life_begin(const char *name);

/* The child is born. */
void life_is(int fd, pid_t pid);

/* Takes the file away. */
void life_end(const char *name);

/* Removes the files of the dead and calls on() for each of the living. */
void life_each(void (*on)(void *arg, const char *name, pid_t pid), void *arg);

#endif
