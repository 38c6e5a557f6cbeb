/* parallel - see parallel.h */
#include "stages/assembler/lib/parallel.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "proto/panic.h"

/* More would take the memory of too many pictures at once. STACK: libxml2, SQLite and md4c need a fraction.
 */
enum { HELPERS_MAX = 3, STACK = 1 << 20 };

struct team {
    const struct parallel *parallel;
    size_t count;
    atomic_size_t next;
};

/* false: all is taken. */
static bool take_one(struct team *team)
{
    size_t i = atomic_fetch_add(&team->next, 1);

    if (i >= team->count)
        return false;
    team->parallel->work(team->parallel->arg, i);
    return true;
}

static void *help(void *arg)
{
    while (take_one(arg))
        ;
    return NULL;
}

/* Besides the caller's. */
static size_t helpers_wanted(size_t count)
{
    cpu_set_t ours;
    size_t cpus = sched_getaffinity(0, sizeof ours, &ours) == 0 ? (size_t)CPU_COUNT(&ours) : 1, wanted;

    wanted = (cpus < count ? cpus : count);
    wanted = wanted == 0 ? 0 : wanted - 1;
    return wanted > HELPERS_MAX ? HELPERS_MAX : wanted;
}

static size_t start_helpers(pthread_t helpers[HELPERS_MAX], size_t wanted, struct team *team)
{
    size_t started = 0;
    pthread_attr_t small;

    must(pthread_attr_init(&small) == 0 && pthread_attr_setstacksize(&small, STACK) == 0);
    while (started < wanted && pthread_create(&helpers[started], &small, help, team) == 0)
        started++;
    pthread_attr_destroy(&small);
    return started;
}

void parallel_each(const struct parallel *parallel, size_t count)
{
    struct team team = {.parallel = parallel, .count = count};
    pthread_t helpers[HELPERS_MAX];
    size_t started = start_helpers(helpers, helpers_wanted(count), &team);

    while (take_one(&team))
        parallel->tick(parallel->tick_arg);
    for (size_t i = 0; i < started; i++)
        must(pthread_join(helpers[i], NULL) == 0);
    parallel->tick(parallel->tick_arg);
}
