/* last_error - see last_error.h */
#include "supervisor/cli/last_error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "proto/panic.h"

static const char *text_at(const json_t *line, const char *name)
{
    const char *text = json_string_value(json_object_get(line, name));

    return text == NULL ? "" : text;
}

/* The reason, or, of a panic, what and where. */
static char *sentence_of(const json_t *line)
{
    const char *reason = text_at(line, "reason"), *remedy = text_at(line, "do");

    if (*reason == '\0')
        reason = text_at(line, "what");
    return need_format("%s%s%s%s%s", text_at(line, "event"), *reason == '\0' ? "" : ": ", reason,
                       *remedy == '\0' ? "" : "; ", remedy);
}

char *last_error(const char *path)
{
    FILE *file = fopen(path, "re");
    char *text = NULL, *last = NULL;
    size_t room = 0;

    while (file != NULL && getline(&text, &room, file) != -1) {
        json_t *line = json_loads(text, 0, NULL);

        if (strcmp(text_at(line, "level"), "error") == 0) {
            free(last);
            last = sentence_of(line);
        }
        json_decref(line);
    }
    free(text);
    if (file != NULL)
        fclose(file);
    return last;
}
