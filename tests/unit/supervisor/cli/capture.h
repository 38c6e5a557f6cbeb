/* capture - what a function under test prints on standard output and standard error */
#ifndef TESTS_UNIT_CLI_CAPTURE_H
#define TESTS_UNIT_CLI_CAPTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CAPTURE_ROOM = 16 * 1024 };

static struct capture {
    int saved[2];
    FILE *file;
    char text[CAPTURE_ROOM];
} capture;

/* From here on both go to a file. */
static void capture_begin(void)
{
    fflush(stdout);
    capture.saved[0] = dup(STDOUT_FILENO);
    capture.saved[1] = dup(STDERR_FILENO);
    capture.file = tmpfile();
    if (capture.file == NULL || dup2(fileno(capture.file), STDOUT_FILENO) == -1 ||
        dup2(fileno(capture.file), STDERR_FILENO) == -1)
        abort();
}

/* They are themselves again. Returns what was printed, valid until the next call. */
static const char *capture_end(void)
{
    size_t size;

    fflush(stdout);
    rewind(capture.file);
    size = fread(capture.text, 1, CAPTURE_ROOM - 1, capture.file);
    capture.text[size] = '\0';
    fclose(capture.file);
    dup2(capture.saved[0], STDOUT_FILENO);
    dup2(capture.saved[1], STDERR_FILENO);
    close(capture.saved[0]);
    close(capture.saved[1]);
    return capture.text;
}

#define PRINTED(call) (capture_begin(), (void)(call), capture_end())

static inline void assert_printed(const char *part)
{
    if (strstr(capture.text, part) == NULL)
        fail_msg("no \"%s\" in: %s", part, capture.text);
}

#endif
