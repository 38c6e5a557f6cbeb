/* lane - see lane.h */
#include "supervisor/schedule/lane.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "proto/panic.h"
#include "proto/timer.h"

enum { LIGHT_RUN = 4, RUN = 8, OF_ANY_JOB = 0 };

struct piece {
    TAILQ_ENTRY(piece) next;
    uint32_t item;
};

/* The work of a job in a lane. */
struct lot {
    TAILQ_ENTRY(lot) next;
    int64_t job;
    uint32_t tenant;
    bool light;
    TAILQ_HEAD(pieces, piece) pieces; /* at least one */
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

/* Work that is given out in turns. */
struct queue {
    TAILQ_HEAD(, lot) lots;
    size_t depth;
    struct share *shares; /* by the tenants' numbers */
    uint32_t share_count;
    uint64_t turns;
};

enum { MODEST, GREEDY, QUEUES };

struct lane {
    struct queue queues[QUEUES];
    struct singles suspects; /* oldest first */
    size_t suspected;
};

struct lanes {
    struct lane lane[LANES];
    struct singles later;
};

struct lanes *lanes_new(void)
{
    struct lanes *lanes = need_zero(1, sizeof *lanes);

    for (int i = 0; i < LANES; i++) {
        for (int q = 0; q < QUEUES; q++)
            TAILQ_INIT(&lanes->lane[i].queues[q].lots);
        TAILQ_INIT(&lanes->lane[i].suspects);
    }
    TAILQ_INIT(&lanes->later);
    return lanes;
}

/* ---- taking out ---- */

static void drop_piece(struct queue *queue, struct lot *lot, struct piece *piece)
{
    TAILQ_REMOVE(&lot->pieces, piece, next);
    queue->depth--;
    free(piece);
}

static void drop_lot(struct queue *queue, struct lot *lot)
{
    struct piece *next;

    TAILQ_REMOVE(&queue->lots, lot, next);
    for (struct piece *piece = TAILQ_FIRST(&lot->pieces); piece != NULL; piece = next) {
        next = TAILQ_NEXT(piece, next);
        queue->depth--;
        free(piece);
    }
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

static void drop_lots(struct queue *queue, int64_t job)
{
    struct lot *next;

    for (struct lot *lot = TAILQ_FIRST(&queue->lots); lot != NULL; lot = next) {
        next = TAILQ_NEXT(lot, next);
        if (job == OF_ANY_JOB || lot->job == job)
            drop_lot(queue, lot);
    }
}

void lanes_drop(struct lanes *lanes, int64_t job)
{
    for (int i = 0; i < LANES; i++) {
        for (int q = 0; q < QUEUES; q++)
            drop_lots(&lanes->lane[i].queues[q], job);
        lanes->lane[i].suspected -= drop_singles(&lanes->lane[i].suspects, job);
    }
    drop_singles(&lanes->later, job);
}

void lanes_free(struct lanes **lanes)
{
    lanes_drop(*lanes, OF_ANY_JOB);
    for (int i = 0; i < LANES; i++)
        for (int q = 0; q < QUEUES; q++)
            free((*lanes)->lane[i].queues[q].shares);
    free(*lanes);
    *lanes = NULL;
}

/* ---- putting in ---- */

/* NULL: the job has none here. */
static struct lot *lot_of(const struct queue *queue, int64_t job)
{
    struct lot *lot = TAILQ_FIRST(&queue->lots);

    while (lot != NULL && lot->job != job)
        lot = TAILQ_NEXT(lot, next);
    return lot;
}

static struct lot *lot_add(struct queue *queue, const struct work *work)
{
    struct lot *lot = need_zero(1, sizeof *lot);

    *lot = (struct lot){.job = work->job, .tenant = work->tenant, .light = work->light};
    TAILQ_INIT(&lot->pieces);
    TAILQ_INSERT_TAIL(&queue->lots, lot, next);
    return lot;
}

static void add_single(struct singles *list, struct work work, int64_t due_ms)
{
    struct single *single = need_zero(1, sizeof *single);

    *single = (struct single){.work = work, .due_ms = due_ms};
    TAILQ_INSERT_TAIL(list, single, next);
}

static void add_piece(struct queue *queue, const struct work *work)
{
    struct lot *lot = lot_of(queue, work->job);
    struct piece *piece = need_zero(1, sizeof *piece);

    if (lot == NULL)
        lot = lot_add(queue, work);
    piece->item = work->item;
    TAILQ_INSERT_TAIL(&lot->pieces, piece, next);
    queue->depth++;
}

static void add_now(struct lanes *lanes, struct work work)
{
    struct lane *lane = &lanes->lane[work.lane];

    if (work.suspect) {
        add_single(&lane->suspects, work, 0);
        lane->suspected++;
    } else
        add_piece(&lane->queues[work.greedy ? GREEDY : MODEST], &work);
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

static struct share *share_of(struct queue *queue, uint32_t tenant)
{
    if (tenant >= queue->share_count) {
        queue->shares = need_more(queue->shares, (tenant + 1) * sizeof *queue->shares);
        memset(queue->shares + queue->share_count, 0,
               (tenant + 1 - queue->share_count) * sizeof *queue->shares);
        queue->share_count = tenant + 1;
    }
    return &queue->shares[tenant];
}

/* queue: has lots. */
static uint32_t tenant_of_turn(struct queue *queue, int64_t prefer)
{
    const struct lot *best = lot_of(queue, prefer), *lot;

    if (best != NULL)
        return best->tenant;
    best = TAILQ_FIRST(&queue->lots);
    TAILQ_FOREACH(lot, &queue->lots, next)
    {
        if (share_of(queue, lot->tenant)->turn < share_of(queue, best->tenant)->turn)
            best = lot;
    }
    return best->tenant;
}

/* The first lot of the tenant's long, or short jobs; NULL: there is none. */
static struct lot *first_of(const struct queue *queue, uint32_t tenant, bool light)
{
    struct lot *lot = TAILQ_FIRST(&queue->lots);

    while (lot != NULL && (lot->light != light || lot->tenant != tenant))
        lot = TAILQ_NEXT(lot, next);
    return lot;
}

/* queue: has lots. */
static struct lot *lot_of_turn(struct queue *queue, int64_t prefer)
{
    const uint32_t tenant = tenant_of_turn(queue, prefer);
    struct share *share = share_of(queue, tenant);
    struct lot *preferred = lot_of(queue, prefer), *light = first_of(queue, tenant, true),
               *heavy = first_of(queue, tenant, false);
    bool goes_light = light != NULL && (heavy == NULL || share->run < LIGHT_RUN);

    share->turn = ++queue->turns;
    share->run = goes_light ? share->run + 1 : 0;
    if (preferred != NULL && preferred->light == goes_light)
        return preferred;
    return goes_light ? light : heavy;
}

/* Moves the lot behind the others; it goes if nothing is left of it. */
static void end_turn(struct queue *queue, struct lot *lot)
{
    if (TAILQ_EMPTY(&lot->pieces)) {
        drop_lot(queue, lot);
        return;
    }
    TAILQ_REMOVE(&queue->lots, lot, next);
    TAILQ_INSERT_TAIL(&queue->lots, lot, next);
}

static struct piece *piece_of_run(const struct lot *lot, const struct work *last)
{
    uint32_t next = last->job == lot->job ? last->item + 1 : 0;
    struct piece *piece, *begin = NULL;

    TAILQ_FOREACH(piece, &lot->pieces, next)
    {
        if (piece->item == next)
            return piece;
        if (begin == NULL && piece->item % RUN == 1)
            begin = piece;
    }
    return begin == NULL ? TAILQ_LAST(&lot->pieces, pieces) : begin;
}

bool lanes_take(struct lanes *lanes, enum lane_id which, bool greedy, int64_t prefer, const struct work *last,
                struct work *work)
{
    struct lane *lane = &lanes->lane[which];
    struct queue *queue = &lane->queues[greedy ? GREEDY : MODEST];
    struct single *suspect = TAILQ_FIRST(&lane->suspects);
    struct piece *piece;
    struct lot *lot;

    if (suspect != NULL) {
        *work = suspect->work;
        drop_single(&lane->suspects, suspect);
        lane->suspected--;
        return true;
    }
    if (TAILQ_EMPTY(&queue->lots))
        return false;
    lot = lot_of_turn(queue, prefer);
    must(lot != NULL);
    piece = last == NULL ? TAILQ_FIRST(&lot->pieces) : piece_of_run(lot, last);
    *work = (struct work){.lane = which,
                          .job = lot->job,
                          .item = piece->item,
                          .tenant = lot->tenant,
                          .light = lot->light,
                          .greedy = greedy};
    drop_piece(queue, lot, piece);
    if (lot->job != prefer || TAILQ_EMPTY(&lot->pieces))
        end_turn(queue, lot);
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
    const struct lane *of = &lanes->lane[lane];

    for (int q = 0; q < QUEUES; q++)
        if (lot_of(&of->queues[q], job) != NULL)
            return true;
    return singles_hold(&of->suspects, lane, job) || singles_hold(&lanes->later, lane, job);
}

size_t lanes_due(const struct lanes *lanes, enum lane_id lane)
{
    const struct lane *of = &lanes->lane[lane];

    return of->suspected + of->queues[MODEST].depth + of->queues[GREEDY].depth;
}

size_t lanes_due_greedy(const struct lanes *lanes, enum lane_id lane)
{
    return lanes->lane[lane].queues[GREEDY].depth;
}

size_t lanes_depth(const struct lanes *lanes, enum lane_id lane)
{
    size_t depth = lanes_due(lanes, lane);
    const struct single *single;

    TAILQ_FOREACH(single, &lanes->later, next)
    {
        depth += single->work.lane == lane;
    }
    return depth;
}
