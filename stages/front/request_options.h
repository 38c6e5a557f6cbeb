/* request_options - what a request for a job may ask for beside the four fields (pure)
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
#ifndef FRONT_REQUEST_OPTIONS_H
#define FRONT_REQUEST_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "proto/enums.h"
#include "proto/artifact.h"
#include "stages/front/request_error.h"
#include "proto/field_check.h"

enum { MAX_INSTRUCTIONS = 4000, MAX_CARDS = 50, CARDS_UNSAID = -1, MAX_METADATA = 16384 };

struct request_options {
    char instructions[MAX_INSTRUCTIONS + 1];
    bool has_style, economy;
    enum card_style style;
    int cards;                       /* CARDS_UNSAID: as configured */
    uint32_t outputs;                /* see proto/artifact.h */
    char metadata[MAX_METADATA + 1]; /* compact JSON; "": none */
    char previous[MAX_JOB + 1];      /* "": none */
    char password[MAX_PASSWORD + 1]; /* "": none */
};

void request_options_none(struct request_options *options);

/* Is that the name of an option? */
bool request_options_known(const char *name);

/* The name of the i-th; NULL: there are no more. */
const char *request_options_name(size_t i);

/* A member of the JSON body, or a part of a form. 0, or -1 with the error. */
int request_options_member(struct request_options *options, const char *name, const json_t *value,
                           struct request_error *error);
int request_options_part(struct request_options *options, const char *name, const char *text, size_t size,
                         struct request_error *error);

/* All that makes two requests different, as text; malloced. "" if no option is given. The
 * password is left out: the supervisor adds its share, for it has a key for that. */
char *request_options_text(const struct request_options *options);

#endif
