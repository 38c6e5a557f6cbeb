/* console - prints lines for a person on standard output or standard error
 *
 * File names, answers and codes come from outside: what a terminal might obey is replaced before it is
 * written.
 */
#ifndef CLI_CONSOLE_H
#define CLI_CONSOLE_H

#include <stdio.h>

/* Prints one line to a stream; the line break is added. */
void console_print(FILE *to, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Prints "slidemill: ..." to stderr. */
void console_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints why path cannot be written. number: errno; remedy: what else to do if the disk is full ("set TMPDIR
 * to another folder"). Returns EXIT_STORAGE for a full disk or quota (ENOSPC, EDQUOT), else EXIT_SYSTEM. */
int console_write_error(const char *path, const char *remedy, int number);

/* Like console_error(), with a second line that points to the help; returns EXIT_USAGE. */
int console_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Replaces control characters, broken UTF-8 and direction marks by '?', in place. */
void console_sanitize(char *text);

#endif
