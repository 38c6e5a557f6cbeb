/* program - another program of ours: where it lies, and how it is started */
#ifndef SUPERVISOR_PROGRAM_H
#define SUPERVISOR_PROGRAM_H

#include <sys/types.h>

/* Path of a program of ours: next to this one, or in ../libexec/slidemill/ of it. Owned by the caller; NULL:
 * in neither. */
char *program_find(const char *name);

/* Starts it in a process group of its own (the terminal's Ctrl-C is our business). Signals that are blocked
 * here are blocked there, too: one that is passed on before it is ready waits. It is killed should this
 * process die: recovery is the tested path, and nobody waits for a drain. output:
 * descriptor for its stdout and stderr, with nothing on its stdin; -1: all three as ours. given: becomes its
 * descriptor PROGRAM_GIVEN_AT (-1: none). Returns the process id, or -1 with errno. If exec fails the child
 * exits with EXIT_SYSTEM. */
enum { PROGRAM_GIVEN_AT = 3 };
pid_t program_start(const char *path, const char *const argv[], char *const env[], int output, int given);

#endif
