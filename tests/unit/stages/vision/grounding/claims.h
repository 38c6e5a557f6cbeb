/* claims - what a check of claims finds, as one text: each claim, with a bar between them */
#ifndef TESTS_UNIT_STAGES_VISION_GROUNDING_CLAIMS_H
#define TESTS_UNIT_STAGES_VISION_GROUNDING_CLAIMS_H

#include <stdlib.h>
#include <string.h>

#include "stages/vision/grounding/plain_chars.h"

struct claims {
    const char *text;
    const struct plain_chars *chars;
    char found[512];
};

static void add_claim(void *arg, size_t from, size_t to)
{
    struct claims *claims = arg;
    char *text = plain_chars_cut(claims->text, claims->chars, from, to);

    strcat(claims->found, *claims->found == '\0' ? "" : "|");
    strncat(claims->found, text, sizeof claims->found - strlen(claims->found) - 2);
    free(text);
}

#endif
