/* body - a request's body without the letters of its picture, which are counted and dropped as they come */
#ifndef TESTS_BENCH_LOAD_BODY_H
#define TESTS_BENCH_LOAD_BODY_H

#include <stdbool.h>
#include <stddef.h>

struct body {
    char *text; /* ends with NUL */
    size_t size, room, searched, picture;
    bool in_picture;
};

/* Takes the next bytes, however they are cut. */
void body_take(struct body *body, const char *data, size_t size);
void body_free(struct body *body);

#endif
