/* job_table - see job_table.h */
#include "supervisor/job/job_table.h"

#include "proto/panic.h"

enum { MAX_CRASHES = 3, MAX_ATTEMPTS = 100, BLANK_INK_PPM = 300 };

/* A pair on one line. */
/* clang-format off */
#define GO(action_, next_) {true, {ACTION_##action_, JOB_##next_}}
/* clang-format on */

/* Rows that are not named cannot be. */
static const struct {
    bool known;
    struct job_step step;
} steps[JOB_STATES][JOB_EVENTS] = {
    [JOB_ACCEPTED] = {[EVENT_ACTIVATED] = GO(FETCH, FETCHING), [EVENT_BROKEN] = GO(END, FAILED)},
    [JOB_FETCHING] = {[EVENT_ACTIVATED] = GO(FETCH, FETCHING),
                      [EVENT_FETCHED] = GO(INSPECT, INSPECTING),
                      [EVENT_BROKEN] = GO(END, FAILED)},
    [JOB_INSPECTING] = {[EVENT_ACTIVATED] = GO(INSPECT, INSPECTING),
                        [EVENT_INSPECTED] = GO(WORK, WORKING),
                        [EVENT_LOST] = GO(FETCH, FETCHING),
                        [EVENT_BROKEN] = GO(END, FAILED)},
    [JOB_WORKING] = {[EVENT_ACTIVATED] = GO(WORK, WORKING),
                     [EVENT_SLIDES_DONE] = GO(SUM_UP, WORKING),
                     [EVENT_SUMMED_UP] = GO(ASSEMBLE, ASSEMBLING),
                     [EVENT_ESTIMATED] = GO(END, COMPLETED),
                     [EVENT_NOTHING_EXPLAINED] = GO(END, FAILED),
                     [EVENT_LOST] = GO(FETCH, FETCHING),
                     [EVENT_BROKEN] = GO(END, FAILED)},
    [JOB_ASSEMBLING] = {[EVENT_ACTIVATED] = GO(ASSEMBLE, ASSEMBLING),
                        [EVENT_ASSEMBLED] = GO(STORE, STORING),
                        [EVENT_LOST] = GO(WORK, WORKING),
                        [EVENT_BROKEN] = GO(END, FAILED)},
    [JOB_STORING] = {[EVENT_ACTIVATED] = GO(STORE, STORING),
                     [EVENT_STORED] = GO(END, COMPLETED),
                     [EVENT_LOST] = GO(ASSEMBLE, ASSEMBLING),
                     [EVENT_BROKEN] = GO(END, FAILED)},
};

bool job_table_knows(enum job_state state, enum job_event event)
{
    must(state < JOB_STATES && event < JOB_EVENTS);
    return steps[state][event].known;
}

struct job_step job_table_step(enum job_state state, enum job_event event)
{
    must(job_table_knows(state, event));
    return steps[state][event].step;
}

#define TEXT(name, text) text,

const char *job_event_name(enum job_event event)
{
    static const char *const names[] = {JOB_EVENT_TABLE(TEXT)};

    must(event < JOB_EVENTS);
    return names[event];
}

const char *job_action_name(enum job_action action)
{
    static const char *const names[] = {JOB_ACTION_TABLE(TEXT)};

    must(action < JOB_ACTIONS);
    return names[action];
}

enum slide_need job_table_slide(const struct slide_facts *facts)
{
    bool drawn = facts->has_text && (facts->has_picture || facts->degraded);

    if (facts->outcome != OUTCOME_OPEN)
        return facts->picture_lost ? NEED_RASTER : NEED_NOTHING;
    return drawn ? NEED_EXPLAIN : NEED_RASTER;
}

bool job_table_blank(uint64_t letters, uint32_t ink_ppm)
{
    return letters == 0 && ink_ppm < BLANK_INK_PPM;
}

bool job_table_poison(uint32_t crashes, uint32_t attempt)
{
    return crashes >= MAX_CRASHES || attempt >= MAX_ATTEMPTS;
}
