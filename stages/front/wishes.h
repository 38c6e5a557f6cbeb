/* wishes - what a request for a job may ask for beside the four fields (pure)
 *
 *   "instructions": "For beginners, with everyday examples."
 *   "cards": {"style": "basic" | "cloze" | "mixed", "max_per_slide": 0..50}
 *   "priority": "normal" | "economy"
 *   "outputs": ["md", "html", "tsv"]
 *   "metadata": {"course": "CS 240", "lecture": "Paging", "anything": "that is text"}
 *   "previous": "the jobId of an earlier run of the same lecture"
 *   "password": "what opens the PDF"
 *
 * In a form each is a part of that name, cards and metadata as JSON, outputs as words between commas.  What
 * is not said is as configured.
 */
#ifndef FRONT_WISHES_H
#define FRONT_WISHES_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "proto/enums.h"
#include "proto/artifact.h"
#include "stages/front/fault.h"
#include "stages/front/names.h"

enum { INSTRUCTIONS_MOST = 4000, CARDS_MOST = 50, CARDS_UNSAID = -1, METADATA_MOST = 16384 };

struct wishes {
    char instructions[INSTRUCTIONS_MOST + 1];
    bool has_style, economy;
    enum card_style style;
    int cards;                        /* CARDS_UNSAID: as configured */
    uint32_t outputs;                 /* see proto/artifact.h */
    char metadata[METADATA_MOST + 1]; /* compact JSON; "": none */
    char previous[JOB_MOST + 1];      /* "": none */
    char password[PASSWORD_MOST + 1]; /* "": none */
};

void wishes_none(struct wishes *wishes);

/* Is it one of them? */
bool wishes_known(const char *name);

/* The name of the i-th; NULL: there are no more. */
const char *wishes_name(size_t i);

/* A member of the JSON body, or a part of a form. 0, or -1 with the fault. */
int wishes_member(struct wishes *wishes, const char *name, const json_t *value, struct fault *fault);
int wishes_part(struct wishes *wishes, const char *name, const char *text, size_t size, struct fault *fault);

/* All that makes two requests different, as text; malloced. "" if nothing is wished. But for the password:
 * its share is the supervisor's to add, who has a key for it. */
char *wishes_text(const struct wishes *wishes);

#endif
