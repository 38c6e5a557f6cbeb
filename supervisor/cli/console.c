/* console - see console.h */
#include "supervisor/cli/console.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "proto/exits.h"
#include "proto/panic.h"
#include "proto/utf8.h"

static bool is_harmless(uint32_t c)
{
    bool control = c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
    bool direction = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);

    return !control && !direction;
}

void console_sanitize(char *text)
{
    size_t left = strlen(text);
    char *to = text;

    while (left > 0) {
        uint32_t c;
        size_t step = utf8_next(text, left, &c);
        bool keep = step > 0 && is_harmless(c);

        step = step == 0 ? 1 : step;
        if (keep)
            memmove(to, text, step);
        else
            *to = '?';
        to += keep ? step : 1;
        text += step;
        left -= step;
    }
    *to = '\0';
}

static void print_line(FILE *to, const char *before, const char *format, va_list arguments)
{
    char *line = need_format_list(format, arguments);

    console_sanitize(line);
    fprintf(to, "%s%s\n", before, line);
    free(line);
}

void console_print(FILE *to, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    print_line(to, "", format, arguments);
    va_end(arguments);
}

void console_error(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    print_line(stderr, "slidemill: ", format, arguments);
    va_end(arguments);
}

int console_write_error(const char *path, const char *remedy, int number)
{
    if (number != ENOSPC && number != EDQUOT) {
        console_error("cannot write %s: %s", path, strerror(number));
        return EXIT_SYSTEM;
    }
    console_error("STORAGE_FULL: no room for %s: free space there, or %s", path, remedy);
    return EXIT_STORAGE;
}

int console_usage(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    print_line(stderr, "slidemill: ", format, arguments);
    va_end(arguments);
    fputs("Try: slidemill help\n", stderr);
    return EXIT_USAGE;
}
