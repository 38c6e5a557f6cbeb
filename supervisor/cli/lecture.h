/* lecture - the PDF a person names on the command line, looked at before anything is started */
#ifndef CLI_LECTURE_H
#define CLI_LECTURE_H

#include <stddef.h>
#include <stdint.h>

struct lecture {
    int fd;
    size_t size;
    char name[256]; /* base name as UTF-8, for the message and the documents */
    char *stem;     /* base name without .pdf, as it is on disk: where results go if nothing else is said */
};

/* Opens it and checks that it is a PDF by its first 1024 bytes. max_bytes: the limit. EXIT_DONE;
 * EXIT_NOINPUT if it cannot be read, EXIT_DATA if it is not a PDF or too large, both told. lecture_close() is
 * due in any case. */
int lecture_open(struct lecture *lecture, const char *path, int64_t max_bytes);
void lecture_close(struct lecture *lecture);

#endif
