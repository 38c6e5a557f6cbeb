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

/* The same and a hint at the help; returns EXIT_USAGE. */
int say_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Replaces control characters, broken UTF-8 and direction marks by '?', in place. */
void say_tame(char *text);

#endif
