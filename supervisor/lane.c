/* lane - see lane.h */
#include "supervisor/lane.h"

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
    bool light;
    struct piece *first, **last;
};

struct later {
    struct later *next;
    struct work work;
    int64_t due_ms;
};

struct lane {
    struct lot *first;
    size_t depth;
    unsigned run; /* light pieces in a row */
};

enum { LIGHT_RUN = 4 };

struct lanes {
    struct lane lane[LANES];
    struct later *later;
};

#define TEXT(name, text, kind, down, up) text,
#define KIND(name, text, kind, down, up) STAGE_##kind,

const char *lane_name(enum lane_id lane)
{
    static const char *const names[] = {LANE_TABLE(TEXT)};

    must(lane < LANES);
    return names[lane];
}

enum stage_kind lane_kind(enum lane_id lane)
{
    static const enum stage_kind kinds[] = {LANE_TABLE(KIND)};

    must(lane < LANES);
    return kinds[lane];
}

bool lane_is_owed(enum lane_id lane)
{
    return lane == LANE_NOTIFY || lane == LANE_LINK;
}

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

void lanes_free(struct lanes **lanes)
{
    for (int i = 0; i < LANES; i++)
        while ((*lanes)->lane[i].first != NULL) {
            struct lot *lot = (*lanes)->lane[i].first;

            (*lanes)->lane[i].first = lot->next;
            lot_free(lot);
        }
    while ((*lanes)->later != NULL) {
        struct later *later = (*lanes)->later;

        (*lanes)->later = later->next;
        free(later);
    }
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
    lot->light = work->light;
    lot->last = &lot->first;
    return lot;
}

static void add_now(struct lanes *lanes, struct work work)
{
    struct lane *lane = &lanes->lane[work.lane];
    struct lot **at = lot_at(lane, work.job);
    struct piece *piece = need_zero(1, sizeof *piece);

    if (*at == NULL)
        *at = lot_new(&work);
    piece->item = work.item;
    *(*at)->last = piece;
    (*at)->last = &piece->next;
    lane->depth++;
}

void lanes_add(struct lanes *lanes, struct work work, int64_t due_ms)
{
    struct later *later;

    must(work.lane < LANES);
    if (due_ms == 0) {
        add_now(lanes, work);
        return;
    }
    later = need_zero(1, sizeof *later);
    *later = (struct later){.next = lanes->later, .work = work, .due_ms = due_ms};
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

/* Where the first lot of long, or of short jobs stands; the end of the list if there is none. */
static struct lot **first_of(struct lane *lane, bool light)
{
    struct lot **at = &lane->first;

    while (*at != NULL && (*at)->light != light)
        at = &(*at)->next;
    return at;
}

/* Where the lot stands whose turn it is; the end of the list if there is none. */
static struct lot **turn_of(struct lane *lane, int64_t prefer)
{
    struct lot **preferred = lot_at(lane, prefer), **light = first_of(lane, true),
               **heavy = first_of(lane, false);
    bool goes_light = *light != NULL && (*heavy == NULL || lane->run < LIGHT_RUN);

    lane->run = goes_light ? lane->run + 1 : 0;
    if (*preferred != NULL && (*preferred)->light == goes_light)
        return preferred;
    return goes_light ? light : heavy;
}

bool lanes_take(struct lanes *lanes, enum lane_id which, int64_t prefer, struct work *work)
{
    struct lane *lane = &lanes->lane[which];
    struct lot **at = turn_of(lane, prefer);
    struct piece *piece;

    if (*at == NULL)
        return false;
    piece = (*at)->first;
    *work = (struct work){.lane = which, .job = (*at)->job, .item = piece->item, .light = (*at)->light};
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

void lanes_drop(struct lanes *lanes, int64_t job)
{
    struct later **at = &lanes->later;

    for (int i = 0; i < LANES; i++)
        drop_lot(&lanes->lane[i], job);
    while (*at != NULL) {
        struct later *later = *at;

        if (later->work.job == job) {
            *at = later->next;
            free(later);
        } else
            at = &later->next;
    }
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
