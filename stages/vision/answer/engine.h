/* engine - what explains slides: openai (a model behind an API) or offline (the slide's own text)
 *
 * vision.c checks leases and picks the engine; an engine answers each lease it took exactly once, by
 * engine_settle or stage_fail.
 */
#ifndef STAGES_VISION_ANSWER_ENGINE_H
#define STAGES_VISION_ANSWER_ENGINE_H

#include <jansson.h>

#include "stages/lib/stage.h"

struct prompt_templates;

/* state is what open returned. The functions from on_lease to fd are those of struct stage_ops. */
struct engine {
    const char *name;

    /* Both are borrowed. */
    void *(*open)(const struct conf *conf, struct prompt_templates *texts);

    /* Takes the lease over. */
    void (*on_lease)(struct stage *stage, void *state, struct wire *lease);

    /* A number that is not known is out of date, and ignored. */
    void (*on_cancel)(struct stage *stage, void *state, uint64_t lease);

    /* GO, DENIED. NULL: the engine never asks for a call. */
    void (*on_word)(struct stage *stage, void *state, const struct wire *word);

    /* NULL: there is nothing to do then. */
    void (*on_adopted)(struct stage *stage, void *state);

    int (*on_turn)(struct stage *stage, void *state, int64_t now_ms);
    int (*fd)(void *state); /* -1: none */
    void (*close)(void *state);
};

/* Answers an EXPLAIN by EXPLAINED with the answer as frame 0. */
void engine_settle(struct stage *stage, const struct wire_explained *header, const json_t *answer);

extern const struct engine engine_openai, engine_offline;

/* The engine that the configuration names; NULL: there is none of that name. */
const struct engine *engine_for(const struct conf *conf);

#endif
