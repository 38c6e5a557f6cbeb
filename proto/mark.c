/* mark - see mark.h */
#include "proto/mark.h"

#include <string.h>

enum code mark_look(const void *start, size_t size)
{
    static const char *const marks[] = {"%PDF", "trailer"};
    size_t looked = size < MARK_WITHIN ? size : MARK_WITHIN;

    if (size == 0)
        return CODE_PDF_EMPTY;
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (memmem(start, looked, marks[i], strlen(marks[i])) != NULL)
            return CODES;
    return CODE_UNSUPPORTED_TYPE;
}
