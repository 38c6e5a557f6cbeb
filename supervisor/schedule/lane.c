/* lane - see lane.h */
#include "supervisor/schedule/lane.h"

#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"

struct piece {
    struct piece *next;
    uint32_t item;
};

struct lot {
    struct lot *next;
    int64_t job;
    uint32_t tenant;
    bool light;
    struct piece *first, **last;
};

struct later {
    struct later *next;
    struct work work;
    int64_t due_ms;
};

/* What a tenant had of a lane. */
struct share {
    uint64_t turn; /* when it was its turn last: rises */
    unsigned run;  /* its light pieces in a row */
};

struct lane {
    struct lot *first;
    struct later *suspects; /* oldest first */
    size_t depth;
    struct share *shares; /* by the tenants' numbers */
    uint32_t share_count;
    uint64_t turns;
};

enum { LIGHT_RUN = 4 };

struct lanes {
    struct lane lane[LANES];
    struct later *later;
};

struct lanes *lanes_new(void)
{
    return need_zero(1, sizeof(struct lanes));
}

static void lot_free(struct lot *lot)
{
    while (lot->first != NULL) {
        struct piece *piece = lot->first;

        lot->first = piece->next;
        free(piece);
    }
    free(lot);
}

static void list_free(struct later **list)
{
    while (*list != NULL) {
        struct later *later = *list;

        *list = later->next;
        free(later);
    }
}

void lanes_free(struct lanes **lanes)
{
    for (int i = 0; i < LANES; i++)
        while ((*lanes)->lane[i].first != NULL) {
            struct lot *lot = (*lanes)->lane[i].first;

            (*lanes)->lane[i].first = lot->next;
            lot_free(lot);
        }
    for (int i = 0; i < LANES; i++) {
        list_free(&(*lanes)->lane[i].suspects);
        free((*lanes)->lane[i].shares);
    }
    list_free(&(*lanes)->later);
    free(*lanes);
    *lanes = NULL;
}

/* Where the pointer to the job's lot stands; the end of the list if it has none. */
static struct lot **lot_at(struct lane *lane, int64_t job)
{
    struct lot **at = &lane->first;

    while (*at != NULL && (*at)->job != job)
        at = &(*at)->next;
    return at;
}

static struct lot *lot_new(const struct work *work)
{
    struct lot *lot = need_zero(1, sizeof *lot);

    lot->job = work->job;
    lot->tenant = work->tenant;
    lot->light = work->light;
    lot->last = &lot->first;
    return lot;
}

static struct later *later_new(struct work work, int64_t due_ms)
{
    struct later *later = need_zero(1, sizeof *later);

    *later = (struct later){.work = work, .due_ms = due_ms};
    return later;
}

static void add_suspect(struct lane *lane, struct work work)
{
    struct later **end = &lane->suspects;

    while (*end != NULL)
        end = &(*end)->next;
    *end = later_new(work, 0);
    lane->depth++;
}

static void add_lot(struct lane *lane, struct work work)
{
    struct lot **at = lot_at(lane, work.job);
    struct piece *piece = need_zero(1, sizeof *piece);

    if (*at == NULL)
        *at = lot_new(&work);
    piece->item = work.item;
    *(*at)->last = piece;
    (*at)->last = &piece->next;
    lane->depth++;
}

static void add_now(struct lanes *lanes, struct work work)
{
    struct lane *lane = &lanes->lane[work.lane];

    if (work.suspect)
        add_suspect(lane, work);
    else
        add_lot(lane, work);
}

void lanes_add(struct lanes *lanes, struct work work, int64_t due_ms)
{
    struct later *later;

    must(work.lane < LANES);
    if (due_ms == 0) {
        add_now(lanes, work);
        return;
    }
    later = later_new(work, due_ms);
    later->next = lanes->later;
    lanes->later = later;
}

/* Takes the lot out; what is left of it goes behind the others. */
static void to_the_end(struct lane *lane, struct lot **at)
{
    struct lot *lot = *at, **end;

    *at = lot->next;
    lot->next = NULL;
    if (lot->first == NULL) {
        lot_free(lot);
        return;
    }
    for (end = &lane->first; *end != NULL; end = &(*end)->next)
        ;
    *end = lot;
}

static struct share *share_of(struct lane *lane, uint32_t tenant)
{
    if (tenant >= lane->share_count) {
        lane->shares = need_more(lane->shares, (tenant + 1) * sizeof *lane->shares);
        memset(lane->shares + lane->share_count, 0, (tenant + 1 - lane->share_count) * sizeof *lane->shares);
        lane->share_count = tenant + 1;
    }
    return &lane->shares[tenant];
}

/* Whose turn is it? lane: has lots. */
static uint32_t tenant_of_turn(struct lane *lane, int64_t prefer)
{
    const struct lot *best = *lot_at(lane, prefer);
    uint64_t min;

    if (best != NULL)
        return best->tenant;
    best = lane->first;
    min = share_of(lane, best->tenant)->turn;
    for (const struct lot *lot = best->next; lot != NULL; lot = lot->next) {
        uint64_t turn = share_of(lane, lot->tenant)->turn;

        if (turn < min) {
            min = turn;
            best = lot;
        }
    }
    return best->tenant;
}

/* Where the first lot of the tenant's long, or short jobs stands; the end of the list if there is none. */
static struct lot **first_of(struct lane *lane, uint32_t tenant, bool light)
{
    struct lot **at = &lane->first;

    while (*at != NULL && ((*at)->light != light || (*at)->tenant != tenant))
        at = &(*at)->next;
    return at;
}

/* Where the lot stands whose turn it is. lane: has lots. */
static struct lot **turn_of(struct lane *lane, int64_t prefer)
{
    const uint32_t tenant = tenant_of_turn(lane, prefer);
    struct share *share = share_of(lane, tenant);
    struct lot **preferred = lot_at(lane, prefer), **light = first_of(lane, tenant, true),
               **heavy = first_of(lane, tenant, false);
    bool goes_light = *light != NULL && (*heavy == NULL || share->run < LIGHT_RUN);

    share->turn = ++lane->turns;
    share->run = goes_light ? share->run + 1 : 0;
    if (*preferred != NULL && (*preferred)->light == goes_light)
        return preferred;
    return goes_light ? light : heavy;
}

static void take_suspect(struct lane *lane, struct work *work)
{
    struct later *first = lane->suspects;

    *work = first->work;
    lane->suspects = first->next;
    lane->depth--;
    free(first);
}

bool lanes_take(struct lanes *lanes, enum lane_id which, int64_t prefer, struct work *work)
{
    struct lane *lane = &lanes->lane[which];
    struct lot **at;
    struct piece *piece;

    if (lane->suspects != NULL) {
        take_suspect(lane, work);
        return true;
    }
    if (lane->first == NULL)
        return false;
    at = turn_of(lane, prefer);
    must(*at != NULL);
    piece = (*at)->first;
    *work = (struct work){.lane = which,
                          .job = (*at)->job,
                          .item = piece->item,
                          .tenant = (*at)->tenant,
                          .light = (*at)->light};
    (*at)->first = piece->next;
    if (piece->next == NULL)
        (*at)->last = &(*at)->first;
    free(piece);
    lane->depth--;
    if ((*at)->job != prefer || (*at)->first == NULL)
        to_the_end(lane, at);
    return true;
}

int64_t lanes_turn(struct lanes *lanes, int64_t now_ms)
{
    struct later **at = &lanes->later;
    int64_t next = -1;

    while (*at != NULL) {
        struct later *later = *at;

        if (later->due_ms <= now_ms) {
            *at = later->next;
            add_now(lanes, later->work);
            free(later);
            continue;
        }
        next = next == -1 || later->due_ms < next ? later->due_ms : next;
        at = &later->next;
    }
    return next;
}

static void drop_lot(struct lane *lane, int64_t job)
{
    struct lot **at = lot_at(lane, job), *lot = *at;

    if (lot == NULL)
        return;
    for (const struct piece *piece = lot->first; piece != NULL; piece = piece->next)
        lane->depth--;
    *at = lot->next;
    lot_free(lot);
}

/* Returns how many pieces went. */
static size_t drop_from(struct later **at, int64_t job)
{
    size_t gone = 0;

    while (*at != NULL) {
        struct later *later = *at;

        if (later->work.job == job) {
            *at = later->next;
            free(later);
            gone++;
        } else
            at = &later->next;
    }
    return gone;
}

void lanes_drop(struct lanes *lanes, int64_t job)
{
    for (int i = 0; i < LANES; i++) {
        drop_lot(&lanes->lane[i], job);
        lanes->lane[i].depth -= drop_from(&lanes->lane[i].suspects, job);
    }
    drop_from(&lanes->later, job);
}

bool lanes_suspect(const struct lanes *lanes, enum stage_kind kind)
{
    for (int i = 0; i < LANES; i++)
        if (lane_kind((enum lane_id)i) == kind && lanes->lane[i].suspects != NULL)
            return true;
    return false;
}

size_t lanes_due(const struct lanes *lanes, enum lane_id lane)
{
    return lanes->lane[lane].depth;
}

size_t lanes_depth(const struct lanes *lanes, enum lane_id lane)
{
    size_t depth = lanes->lane[lane].depth;

    for (const struct later *later = lanes->later; later != NULL; later = later->next)
        depth += later->work.lane == lane;
    return depth;
}
