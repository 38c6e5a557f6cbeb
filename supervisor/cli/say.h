/* say - what the command tells a person
 *
 * File names, answers and codes come from elsewhere: whatever a terminal might obey is replaced before it is
 * written.
 */
#ifndef CLI_SAY_H
#define CLI_SAY_H

#include <stdio.h>

/* One line to a stream; the line break is added. */
void say(FILE *to, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "slidemill: ..." to stderr. */
void say_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Tells why a path cannot be written; remedy: what else to do if its disk is full ("set TMPDIR to another
 * folder"). Returns EXIT_STORAGE for a full disk or quota (ENOSPC, EDQUOT), else EXIT_SYSTEM. number: errno.
 */
int say_write_error(const char *path, const char *remedy, int number);

/* As say_error, with a hint at the help; returns EXIT_USAGE. */
int say_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Replaces control characters, broken UTF-8 and direction marks by '?', in place. */
void say_tame(char *text);

#endif
