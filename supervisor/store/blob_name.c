/* blob_name - see blob_name.h */
#include "supervisor/store/blob_name.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"

void blob_name_of(char name[BLOB_NAME], const char *format, ...)
{
    va_list args;
    char *text;
    int size;

    va_start(args, format);
    size = vasprintf(&text, format, args);
    va_end(args);
    if (size == -1)
        panic("out of memory");
    blob_name(text, (size_t)size, name);
    free(text);
}

void blob_names_add(struct blob_names *list, const char *name)
{
    if (*name == '\0')
        return;
    if (list->count == list->room) {
        list->room = list->room == 0 ? 16 : 2 * list->room;
        list->names = need_more(list->names, list->room * sizeof *list->names);
    }
    memcpy(list->names[list->count++], name, BLOB_NAME);
}

void blob_names_clear(struct blob_names *list)
{
    free(list->names);
    *list = (struct blob_names){.count = 0};
}
