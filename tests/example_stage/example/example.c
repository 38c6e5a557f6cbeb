/* example - see example.h */
#include "stages/example/example.h"

#include <stdlib.h>

#include "proto/panic.h"

static void example_confine(const struct conf *conf, struct stage_sandbox *confine)
{
    confine->kind = STAGE_SANDBOX_QUIET;
    confine->memory_bytes = (uint64_t)conf->example_memory_mb << 20;
}

static int example_open(const struct conf *conf, void **state, struct stage_hello *hello)
{
    (void)conf;
    *state = NULL;
    hello->credit = 1;
    return 0;
}

/* Letters of ASCII only: all other bytes of UTF-8 stay. */
static void capitals(char *text)
{
    for (; *text != '\0'; text++)
        if (*text >= 'a' && *text <= 'z')
            *text = (char)(*text - 'a' + 'A');
}

static void example_on_lease(struct stage *stage, void *state, struct wire *lease)
{
    char *title = need_dup(lease->example.title);
    struct wire result;

    (void)state;
    must(lease->type == WIRE_EXAMPLE);
    capitals(title);
    wire_init(&result, WIRE_EXAMPLED);
    result.exampled = (struct wire_exampled){.lease = lease->example.lease, .title = title};
    stage_settle(stage, &result);
    free(title);
}

const struct stage_ops example_ops = {.kind = STAGE_EXAMPLE,
                                      .program = "example",
                                      .confine = example_confine,
                                      .open = example_open,
                                      .on_lease = example_on_lease};
