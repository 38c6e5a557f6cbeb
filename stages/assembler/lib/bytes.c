/* bytes - see bytes.h */
#include "stages/assembler/lib/bytes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"

void bytes_room(struct bytes *bytes, size_t room)
{
    if (room <= bytes->room)
        return;
    bytes->data = need_more(bytes->data, room);
    bytes->room = room;
}

/* Half as much again: large runs are moved by the kernel, not copied. */
static void make_room(struct bytes *bytes, size_t more)
{
    size_t wanted = bytes->size + more;

    if (wanted > bytes->room)
        bytes_room(bytes, wanted < 256 ? 256 : wanted + wanted / 2);
}

void bytes_add(struct bytes *bytes, const void *data, size_t size)
{
    if (size == 0)
        return;
    make_room(bytes, size);
    memcpy(bytes->data + bytes->size, data, size);
    bytes->size += size;
}

void bytes_add_text(struct bytes *bytes, const char *text)
{
    bytes_add(bytes, text, strlen(text));
}

void bytes_add_format(struct bytes *bytes, const char *format, ...)
{
    va_list arguments;
    char *text;

    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) == -1)
        panic("vasprintf");
    va_end(arguments);
    bytes_add_text(bytes, text);
    free(text);
}

char *bytes_text(struct bytes *bytes)
{
    make_room(bytes, 1);
    bytes->data[bytes->size] = '\0';
    return bytes->data;
}

void *bytes_take(struct bytes *bytes, size_t *size)
{
    void *data = bytes->data;

    *size = bytes->size;
    *bytes = (struct bytes){0};
    return data;
}

void bytes_drop(struct bytes *bytes)
{
    free(bytes->data);
    *bytes = (struct bytes){0};
}
