/* wishes - what a request for a job may ask for beside the four fields: instructions, cards, priority (pure)
 *
 *   "instructions": "For beginners, with everyday examples."
 *   "cards": {"style": "basic" | "cloze" | "mixed", "max_per_slide": 0..50}
 *   "priority": "normal" | "economy"
 *
 * In a form each is a part of that name, cards as JSON.  What is not said is as configured.
 */
#ifndef FRONT_WISHES_H
#define FRONT_WISHES_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "proto/enums.h"
#include "supervisor/front/fault.h"

enum { INSTRUCTIONS_MOST = 4000, CARDS_MOST = 50, CARDS_UNSAID = -1 };

struct wishes {
    char instructions[INSTRUCTIONS_MOST + 1];
    bool has_style, economy;
    enum card_style style;
    int cards; /* CARDS_UNSAID: as configured */
};

void wishes_none(struct wishes *wishes);

/* Is it one of them? */
bool wishes_known(const char *name);

/* A member of the JSON body, or a part of a form. 0, or -1 with the fault. */
int wishes_member(struct wishes *wishes, const char *name, const json_t *value, struct fault *fault);
int wishes_part(struct wishes *wishes, const char *name, const char *text, size_t size, struct fault *fault);

/* All that makes two requests different, as text; malloced. "" if nothing is wished. */
char *wishes_text(const struct wishes *wishes);

#endif
