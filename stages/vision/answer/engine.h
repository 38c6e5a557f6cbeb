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

struct engine {
    const char *name;
    void *(*open)(const struct conf *conf, struct prompt_templates *texts); /* both are borrowed */
    void (*take)(struct stage *stage, void *state, struct wire *lease);     /* takes the message over */
    void (*cancel)(struct stage *stage, void *state, uint64_t lease); /* an unknown lease is stale gossip */
    void (*word)(struct stage *stage, void *state, const struct wire *word); /* GO, DENIED; NULL: asks not */
    void (*adopted)(struct stage *stage, void *state);                       /* as stage_ops.on_adopted */
    int (*turn)(struct stage *stage, void *state, int64_t now_ms);           /* as stage_ops.on_turn */
    int (*fd)(void *state);                                                  /* -1: none */
    void (*close)(void *state);
};

/* Answers an EXPLAIN by EXPLAINED with the answer as frame 0. */
void engine_settle(struct stage *stage, const struct wire_explained *header, const json_t *answer);

extern const struct engine engine_openai, engine_offline;

/* The one the configuration asks for; NULL: it names none. */
const struct engine *engine_for(const struct conf *conf);

#endif
