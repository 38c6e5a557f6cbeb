/* liveness - see liveness.h */
#include "supervisor/process/liveness.h"

#include "proto/log.h"
#include "proto/timer.h"

int64_t absence_note(struct absence *absence, int64_t now_ms)
{
    int64_t away_ms = absence->turned_ms == 0 ? 0 : now_ms - absence->turned_ms;

    absence->turned_ms = now_ms;
    if (away_ms < ABSENCE_MIN_MS)
        return 0;
    absence->excused_ms = now_ms + ABSENCE_EXCUSE_MS;
    return away_ms;
}

bool absence_is_over(const struct absence *absence, int64_t now_ms)
{
    return now_ms >= absence->excused_ms;
}

static void check(struct liveness *liveness, enum death why, int64_t since_ms, int64_t max_ms, int64_t now_ms)
{
    liveness->next_ms = timer_sooner(liveness->next_ms, since_ms + max_ms + 1);
    if (liveness->why != DEATHS || now_ms - since_ms <= max_ms)
        return;
    liveness->why = why;
    liveness->ms = now_ms - since_ms;
}

struct liveness liveness_judge(const struct worker *worker, int64_t now_ms)
{
    struct liveness liveness = {.why = DEATHS, .next_ms = TIMER_NONE};
    const struct lease *lease;

    if (worker_has_exited(worker)) /* its channel hangs: worker_gone gives up on it then */
        liveness.next_ms = worker_exited_ms(worker) + WORKER_DISCONNECT_MS + 1;
    if (worker_is_local_client(worker) || worker_has_exited(worker) || worker_is_killed(worker))
        return liveness;
    if (worker_is_ready(worker))
        check(&liveness, DEATH_SILENT, worker_heard_ms(worker), LIVENESS_SILENCE_MS, now_ms);
    else
        check(&liveness, DEATH_NO_HELLO, worker_born_ms(worker), LIVENESS_START_MS, now_ms);
    TAILQ_FOREACH(lease, worker_leases(worker), link)
    check(&liveness, DEATH_DEADLINE, lease->issued_ms, lease->deadline_ms - lease->issued_ms, now_ms);
    return liveness;
}

int64_t liveness_enforce(struct worker *worker, int64_t now_ms)
{
    const struct liveness liveness = liveness_judge(worker, now_ms);

    if (liveness.why == DEATHS)
        return liveness.next_ms;
    log_warn(worker_killed, log_worker(worker), log_int("pid", worker_process(worker)->pid),
             log_str("reason", death_name(liveness.why)), log_int("ms", liveness.ms));
    worker_kill(worker, liveness.why);
    return TIMER_NONE;
}
