/* doubles - programs that a test starts beside the one it tests, and plain HTTP requests to them */
#ifndef TESTS_SYSTEM_DOUBLES_H
#define TESTS_SYSTEM_DOUBLES_H

#include <stddef.h>
#include <sys/types.h>

/* Starts a program with this environment (NAME=value, NULL-terminated; NULL: none) added; *out, if not NULL,
 * becomes the reading end of its standard output. */
pid_t program_start(char *const argv[], const char *const *env, int *out);

/* Starts a double that prints its base URL. */
pid_t double_start(char *const argv[], char url[64]);

/* Kills it, if it was started. */
void double_stop(pid_t *pid);

/* An HTTP request of a plain client; the body of the response (NUL-terminated, the caller frees), *status its
 * status. */
char *plain_http(const char *url, const char *post, long *status, size_t *size);

#endif
