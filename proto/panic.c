/* panic - see panic.h */
#include "proto/panic.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/log.h"

void panic_at(const char *file, int line, const char *what)
{
    log_error(panic, log_str("file", file), log_int("line", line), log_str("what", what));
    abort();
}

static void *checked(void *p)
{
    if (p == NULL)
        panic("out of memory");
    return p;
}

void *need(size_t size)
{
    return checked(malloc(size == 0 ? 1 : size));
}

void *need_zero(size_t count, size_t size)
{
    return checked(calloc(count == 0 ? 1 : count, size == 0 ? 1 : size));
}

void *need_more(void *old, size_t size)
{
    return checked(realloc(old, size == 0 ? 1 : size));
}

char *need_dup(const char *text)
{
    return checked(strdup(text));
}

char *need_format_list(const char *format, va_list arguments)
{
    char *text;

    return checked(vasprintf(&text, format, arguments) == -1 ? NULL : text);
}

char *need_format(const char *format, ...)
{
    va_list arguments;
    char *text;

    va_start(arguments, format);
    text = need_format_list(format, arguments);
    va_end(arguments);
    return text;
}
