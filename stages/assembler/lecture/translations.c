/* translations - see translations.h; translations.def has a row for each language */
#include "stages/assembler/lecture/translations.h"

#include <stddef.h>
#include <string.h>

static const struct {
    const char *tag; /* the beginning of it */
    const char *label[LABELS];
} rows[] = {
#define TRANSLATION(tag, ...) {tag, {__VA_ARGS__}},
#include "stages/assembler/lecture/translations.def"
#undef TRANSLATION
};

const char *const *labels_for(const char *tag)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t size = strlen(rows[i].tag);

        if (strncmp(tag, rows[i].tag, size) == 0 && (tag[size] == '\0' || tag[size] == '-'))
            return rows[i].label;
    }
    return rows[0].label;
}
