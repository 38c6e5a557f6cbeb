/* lane - see lane.h */
#include "supervisor/schedule/lane.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "proto/panic.h"
#include "proto/timer.h"

enum { LIGHT_RUN = 4, OF_ANY_JOB = 0 };

struct piece {
    STAILQ_ENTRY(piece) next;
    uint32_t item;
};

/* The work of a job in a lane. */
struct lot {
    TAILQ_ENTRY(lot) next;
    int64_t job;
    uint32_t tenant;
    bool light;
    STAILQ_HEAD(, piece) pieces; /* at least one */
};

struct single {
    TAILQ_ENTRY(single) next;
    struct work work;
    int64_t due_ms;
};

TAILQ_HEAD(singles, single);

/* What a tenant had of a lane. */
struct share {
    uint64_t turn; /* when it was its turn last: rises */
    unsigned run;  /* its light pieces in a row */
};

struct lane {
    TAILQ_HEAD(, lot) lots;
    struct singles suspects; /* oldest first */
    size_t depth;
    struct share *shares; /* by the tenants' numbers */
    uint32_t share_count;
    uint64_t turns;
};

struct lanes {
    struct lane lane[LANES];
    struct singles later;
};

struct lanes *lanes_new(void)
{
    struct lanes *lanes = need_zero(1, sizeof *lanes);

    for (int i = 0; i < LANES; i++) {
        TAILQ_INIT(&lanes->lane[i].lots);
        TAILQ_INIT(&lanes->lane[i].suspects);
    }
    TAILQ_INIT(&lanes->later);
    return lanes;
}

/* ---- taking out ---- */

static void drop_piece(struct lane *lane, struct lot *lot)
{
    struct piece *piece = STAILQ_FIRST(&lot->pieces);

    STAILQ_REMOVE_HEAD(&lot->pieces, next);
    lane->depth--;
    free(piece);
}

static void drop_lot(struct lane *lane, struct lot *lot)
{
    TAILQ_REMOVE(&lane->lots, lot, next);
    while (!STAILQ_EMPTY(&lot->pieces))
        drop_piece(lane, lot);
    free(lot);
}

static void drop_single(struct singles *list, struct single *single)
{
    TAILQ_REMOVE(list, single, next);
    free(single);
}

/* Returns how many pieces went. */
static size_t drop_singles(struct singles *list, int64_t job)
{
    size_t gone = 0;
    struct single *next;

    for (struct single *single = TAILQ_FIRST(list); single != NULL; single = next) {
        next = TAILQ_NEXT(single, next);
        if (job != OF_ANY_JOB && single->work.job != job)
            continue;
        drop_single(list, single);
        gone++;
    }
    return gone;
}

static void drop_lots(struct lane *lane, int64_t job)
{
    struct lot *next;

    for (struct lot *lot = TAILQ_FIRST(&lane->lots); lot != NULL; lot = next) {
        next = TAILQ_NEXT(lot, next);
        if (job == OF_ANY_JOB || lot->job == job)
            drop_lot(lane, lot);
    }
}

void lanes_drop(struct lanes *lanes, int64_t job)
{
    for (int i = 0; i < LANES; i++) {
        drop_lots(&lanes->lane[i], job);
        lanes->lane[i].depth -= drop_singles(&lanes->lane[i].suspects, job);
    }
    drop_singles(&lanes->later, job);
}

void lanes_free(struct lanes **lanes)
{
    lanes_drop(*lanes, OF_ANY_JOB);
    for (int i = 0; i < LANES; i++)
        free((*lanes)->lane[i].shares);
    free(*lanes);
    *lanes = NULL;
}

/* ---- putting in ---- */

/* NULL: the job has none in this lane. */
static struct lot *lot_of(const struct lane *lane, int64_t job)
{
    struct lot *lot = TAILQ_FIRST(&lane->lots);

    while (lot != NULL && lot->job != job)
        lot = TAILQ_NEXT(lot, next);
    return lot;
}

static struct lot *lot_add(struct lane *lane, const struct work *work)
{
    struct lot *lot = need_zero(1, sizeof *lot);

    *lot = (struct lot){.job = work->job, .tenant = work->tenant, .light = work->light};
    STAILQ_INIT(&lot->pieces);
    TAILQ_INSERT_TAIL(&lane->lots, lot, next);
    return lot;
}

static void add_single(struct singles *list, struct work work, int64_t due_ms)
{
    struct single *single = need_zero(1, sizeof *single);

    *single = (struct single){.work = work, .due_ms = due_ms};
    TAILQ_INSERT_TAIL(list, single, next);
}

static void add_piece(struct lane *lane, const struct work *work)
{
    struct lot *lot = lot_of(lane, work->job);
    struct piece *piece = need_zero(1, sizeof *piece);

    if (lot == NULL)
        lot = lot_add(lane, work);
    piece->item = work->item;
    STAILQ_INSERT_TAIL(&lot->pieces, piece, next);
}

static void add_now(struct lanes *lanes, struct work work)
{
    struct lane *lane = &lanes->lane[work.lane];

    if (work.suspect)
        add_single(&lane->suspects, work, 0);
    else
        add_piece(lane, &work);
    lane->depth++;
}

void lanes_add(struct lanes *lanes, struct work work, int64_t due_ms)
{
    must(work.lane < LANES);
    if (due_ms == 0)
        add_now(lanes, work);
    else
        add_single(&lanes->later, work, due_ms);
}

int64_t lanes_turn(struct lanes *lanes, int64_t now_ms)
{
    int64_t next_ms = TIMER_NONE;
    struct single *next;

    for (struct single *single = TAILQ_FIRST(&lanes->later); single != NULL; single = next) {
        next = TAILQ_NEXT(single, next);
        if (single->due_ms > now_ms) {
            next_ms = timer_sooner(next_ms, single->due_ms);
            continue;
        }
        add_now(lanes, single->work);
        drop_single(&lanes->later, single);
    }
    return next_ms;
}

/* ---- whose turn it is ---- */

static struct share *share_of(struct lane *lane, uint32_t tenant)
{
    if (tenant >= lane->share_count) {
        lane->shares = need_more(lane->shares, (tenant + 1) * sizeof *lane->shares);
        memset(lane->shares + lane->share_count, 0, (tenant + 1 - lane->share_count) * sizeof *lane->shares);
        lane->share_count = tenant + 1;
    }
    return &lane->shares[tenant];
}

/* lane: has lots. */
static uint32_t tenant_of_turn(struct lane *lane, int64_t prefer)
{
    const struct lot *best = lot_of(lane, prefer), *lot;

    if (best != NULL)
        return best->tenant;
    best = TAILQ_FIRST(&lane->lots);
    TAILQ_FOREACH(lot, &lane->lots, next)
    {
        if (share_of(lane, lot->tenant)->turn < share_of(lane, best->tenant)->turn)
            best = lot;
    }
    return best->tenant;
}

/* The first lot of the tenant's long, or short jobs; NULL: there is none. */
static struct lot *first_of(const struct lane *lane, uint32_t tenant, bool light)
{
    struct lot *lot = TAILQ_FIRST(&lane->lots);

    while (lot != NULL && (lot->light != light || lot->tenant != tenant))
        lot = TAILQ_NEXT(lot, next);
    return lot;
}

/* lane: has lots. */
static struct lot *lot_of_turn(struct lane *lane, int64_t prefer)
{
    const uint32_t tenant = tenant_of_turn(lane, prefer);
    struct share *share = share_of(lane, tenant);
    struct lot *preferred = lot_of(lane, prefer), *light = first_of(lane, tenant, true),
               *heavy = first_of(lane, tenant, false);
    bool goes_light = light != NULL && (heavy == NULL || share->run < LIGHT_RUN);

    share->turn = ++lane->turns;
    share->run = goes_light ? share->run + 1 : 0;
    if (preferred != NULL && preferred->light == goes_light)
        return preferred;
    return goes_light ? light : heavy;
}

/* Moves the lot behind the others; it goes if nothing is left of it. */
static void end_turn(struct lane *lane, struct lot *lot)
{
    if (STAILQ_EMPTY(&lot->pieces)) {
        drop_lot(lane, lot);
        return;
    }
    TAILQ_REMOVE(&lane->lots, lot, next);
    TAILQ_INSERT_TAIL(&lane->lots, lot, next);
}

bool lanes_take(struct lanes *lanes, enum lane_id which, int64_t prefer, struct work *work)
{
    struct lane *lane = &lanes->lane[which];
    struct single *suspect = TAILQ_FIRST(&lane->suspects);
    struct lot *lot;

    if (suspect != NULL) {
        *work = suspect->work;
        drop_single(&lane->suspects, suspect);
        lane->depth--;
        return true;
    }
    if (TAILQ_EMPTY(&lane->lots))
        return false;
    lot = lot_of_turn(lane, prefer);
    must(lot != NULL);
    *work = (struct work){.lane = which,
                          .job = lot->job,
                          .item = STAILQ_FIRST(&lot->pieces)->item,
                          .tenant = lot->tenant,
                          .light = lot->light};
    drop_piece(lane, lot);
    if (lot->job != prefer || STAILQ_EMPTY(&lot->pieces))
        end_turn(lane, lot);
    return true;
}

/* ---- how much ---- */

bool lanes_suspect(const struct lanes *lanes, enum stage_kind kind)
{
    for (int i = 0; i < LANES; i++)
        if (lane_kind((enum lane_id)i) == kind && !TAILQ_EMPTY(&lanes->lane[i].suspects))
            return true;
    return false;
}

static bool singles_hold(const struct singles *list, enum lane_id lane, int64_t job)
{
    const struct single *single;

    TAILQ_FOREACH(single, list, next)
    {
        if (single->work.job == job && single->work.lane == lane)
            return true;
    }
    return false;
}

bool lanes_hold(const struct lanes *lanes, enum lane_id lane, int64_t job)
{
    return lot_of(&lanes->lane[lane], job) != NULL || singles_hold(&lanes->lane[lane].suspects, lane, job) ||
           singles_hold(&lanes->later, lane, job);
}

size_t lanes_due(const struct lanes *lanes, enum lane_id lane)
{
    return lanes->lane[lane].depth;
}

size_t lanes_depth(const struct lanes *lanes, enum lane_id lane)
{
    size_t depth = lanes->lane[lane].depth;
    const struct single *single;

    TAILQ_FOREACH(single, &lanes->later, next)
    {
        depth += single->work.lane == lane;
    }
    return depth;
}
