/* dispatch - see dispatch.h */
#include "supervisor/schedule/dispatch.h"

#include <string.h>

#include "proto/fault.h"
#include "supervisor/schedule/outage.h"

/* GREEDY: how long greedy work waits for the rest. INSPECTIONS: so many in a row come before pages. */
enum { INSPECTIONS = 16, GREEDY_MS = 3000, DISK_FULL_MS = 5000, DISK_EXTRA = 1 << 20 };

int64_t dispatch_deadline_ms(const struct conf *conf, enum stage_kind kind)
{
    const int64_t seconds[STAGE_KINDS] = {
#define DEADLINE_NO_LEASES(name)          0
#define DEADLINE_IN_TURN(name)            conf->name##_deadline_s
#define DEADLINE_AT_ONCE(name)            conf->name##_deadline_s
#define STAGE(NAME, name, letter, leases) DEADLINE_##leases(name),
#include "proto/stages.def"
#undef STAGE
    };

    return seconds[kind] * 1000;
}

/* As much as front takes in at once (stages/front/request_body.c), and a little. What is leased already may
 * come on top: the credit of the workers bounds it. */
bool dispatch_disk_busy(const struct schedule *schedule)
{
    return blobs_bytes(schedule->blobs) > 2 * (size_t)schedule->service->conf->limit_pdf_bytes + DISK_EXTRA;
}

bool dispatch_allows(struct schedule *schedule, enum lane_id lane)
{
    return outage_allows(schedule, lane) && !(lane_row(lane)->room && dispatch_disk_busy(schedule));
}

/* ---- greedy work ---- */

/* Nothing is given to a worker behind greedy work: it can only be the youngest. */
static bool holds_greedy(const struct worker *worker)
{
    const struct lease *youngest = TAILQ_LAST(worker_leases(worker), lease_list);

    return youngest != NULL && youngest->work.greedy;
}

/* Is there other work of that kind that may go out? */
static bool has_modest(struct schedule *schedule, enum stage_kind kind)
{
    for (int i = 0; i < LANES; i++)
        if (lane_kind((enum lane_id)i) == kind &&
            lanes_due(schedule->lanes, (enum lane_id)i) >
                lanes_due_greedy(schedule->lanes, (enum lane_id)i) &&
            dispatch_allows(schedule, (enum lane_id)i))
            return true;
    return false;
}

/* At most half of the workers take some, and one at least; first comes what is not, unless some has waited
 * for long. */
static bool has_room_for_greedy(struct schedule *schedule, enum stage_kind kind)
{
    const int64_t since_ms = schedule->greedy_ms[kind];
    unsigned most = worker_pool_ready_count(schedule->pool, kind) / 2, busy = 0;

    for (const struct worker *w = NULL; (w = worker_pool_next(schedule->pool, kind, w)) != NULL;)
        busy += holds_greedy(w);
    return busy < (most > 1 ? most : 1) &&
           ((since_ms > 0 && schedule->service->now_ms - since_ms >= GREEDY_MS) ||
            !has_modest(schedule, kind));
}

static void watch_greedy(struct schedule *schedule)
{
    bool waits[STAGE_KINDS] = {false};

    for (int i = 0; i < LANES; i++)
        if (lanes_due_greedy(schedule->lanes, (enum lane_id)i) > 0)
            waits[lane_kind((enum lane_id)i)] = true;
    for (int kind = 0; kind < STAGE_KINDS; kind++)
        if (!waits[kind])
            schedule->greedy_ms[kind] = 0;
        else if (schedule->greedy_ms[kind] == 0)
            schedule->greedy_ms[kind] = schedule->service->now_ms;
}

bool dispatch_is_due(struct schedule *schedule, enum lane_id lane)
{
    size_t due = lanes_due(schedule->lanes, lane), greedy = lanes_due_greedy(schedule->lanes, lane);

    return dispatch_allows(schedule, lane) &&
           (due > greedy || (greedy > 0 && has_room_for_greedy(schedule, lane_kind(lane))));
}

/* ---- from work to lease ---- */

static void lease_out(struct schedule *schedule, struct draft *draft)
{
    struct lease *lease = worker_lease(draft->worker, draft->lease, draft->work);

    lease->misfit =
        wire_fit(&draft->message); /* then it fails as if the worker had said so (lease_result.c) */
    lease->attempt = draft->attempt;
    lease->issued_ms = schedule->service->now_ms;
    lease->deadline_ms =
        lease->issued_ms + dispatch_deadline_ms(schedule->service->conf, worker_kind(draft->worker));
    memcpy(lease->key, draft->key, sizeof lease->key);
    memcpy(lease->question, draft->question, sizeof lease->question);
    schedule->leased[draft->work.lane]++;
    if (draft->work.greedy)
        schedule->greedy_ms[worker_kind(draft->worker)] = schedule->service->now_ms;
    schedule->source.leased(schedule->source.arg, draft, lease);
    if (lease->misfit == NULL)
        worker_send(draft->worker, &draft->message);
    else {
        schedule->unsent = true;
        wire_clear(&draft->message);
    }
}

static void try_work(struct schedule *schedule, struct worker *worker, struct work work)
{
    const struct work_source *source = &schedule->source;
    struct draft draft = {.worker = worker, .work = work};

    if (!source->begin(source->arg, &draft))
        return;
    if (lane_row(work.lane)->room && !blobs_has_room(schedule->blobs, 0)) {
        lanes_add(schedule->lanes, work, schedule->service->now_ms + DISK_FULL_MS);
        return;
    }
    draft.lease = ++schedule->lease;
    wire_init(&draft.message, lane_row(work.lane)->down);
    if (source->fill(source->arg, &draft))
        lease_out(schedule, &draft);
    else
        wire_clear(&draft.message);
}

/* At which lane to begin, greedy work as if it had lanes of its own. Some documents of which the pages are
 * not known yet come first, as that takes a moment and a job's turn does not; then the job whose turn it is.
 */
static unsigned first_lane(const struct schedule *schedule, const struct worker *worker, int64_t prefer)
{
    const struct work *last = worker_last(worker);

    if (worker_kind(worker) == STAGE_RASTERIZER && schedule->inspected < INSPECTIONS &&
        lanes_due(schedule->lanes, LANE_INSPECT) > lanes_due_greedy(schedule->lanes, LANE_INSPECT))
        return 2 * LANE_INSPECT;
    if (prefer != 0 && last->job == prefer && lanes_hold(schedule->lanes, last->lane, prefer))
        return 2 * last->lane;
    return schedule->rotation[worker_kind(worker)];
}

/* One piece of work for the worker, from the lanes of its kind in turn, greedy work as if it had lanes of its
 * own. Pages of the job whose turn it is come first, neighbours if possible (lanes_take): a page is compared
 * with the next one, which then need not be read twice. false: there is none. */
static bool serve(struct schedule *schedule, struct worker *worker)
{
    int64_t prefer = worker_turn_job(worker, schedule->service->now_ms);
    const struct work *last = worker_kind(worker) == STAGE_RASTERIZER ? worker_last(worker) : NULL;
    const unsigned first = first_lane(schedule, worker, prefer);
    struct work work;

    for (unsigned i = 0; i < 2 * LANES; i++) {
        unsigned turn = (first + i) % (2 * LANES);
        enum lane_id lane = (enum lane_id)(turn / 2);
        bool greedy = turn % 2 == 1;

        if (lane_kind(lane) != worker_kind(worker) || lanes_due(schedule->lanes, lane) == 0 ||
            !dispatch_allows(schedule, lane) ||
            (greedy && !has_room_for_greedy(schedule, worker_kind(worker))) ||
            (worker_kind(worker) == STAGE_VISION && !admission_allow(schedule->admissions)) ||
            FAULT_REFUSES("supervisor", lane_name(lane)) ||
            !lanes_take(schedule->lanes, lane, greedy, prefer, last, &work))
            continue;
        schedule->rotation[worker_kind(worker)] = turn + 1;
        if (worker_kind(worker) == STAGE_RASTERIZER)
            schedule->inspected = lane == LANE_INSPECT ? schedule->inspected + 1 : 0;
        try_work(schedule, worker, work);
        return true;
    }
    return false;
}

static bool holds_suspect(const struct schedule *schedule, enum stage_kind kind)
{
    for (const struct worker *w = NULL; (w = worker_pool_next(schedule->pool, kind, w)) != NULL;) {
        const struct lease *oldest = TAILQ_FIRST(worker_leases(w));

        if (oldest != NULL && oldest->work.suspect)
            return true;
    }
    return false;
}

bool dispatch_has_credit(const struct schedule *schedule, const struct worker *worker)
{
    return worker_has_credit(worker) && !holds_greedy(worker) &&
           (worker_held(worker) == 0 || !(lanes_suspect(schedule->lanes, worker_kind(worker)) ||
                                          holds_suspect(schedule, worker_kind(worker))));
}

void dispatch(struct schedule *schedule)
{
    bool again = !schedule->service->draining || !schedule->service->conf->ledger_durable;

    watch_greedy(schedule);
    while (again) {
        again = false;
        for (struct worker *w = worker_pool_first(schedule->pool); w != NULL; w = worker_next(w))
            if (dispatch_has_credit(schedule, w))
                again = serve(schedule, w) || again;
    }
}
