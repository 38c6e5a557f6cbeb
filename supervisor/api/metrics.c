/* metrics - see metrics.h
 *
 * A family is a row: its name, its kind, what it means, and who writes its samples.  Names and labels are
 * ours, so nothing needs escaping.
 */
#include "supervisor/api/metrics.h"

#include <stdio.h>
#include <stdlib.h>

#include "proto/panic.h"
#include "supervisor/schedule/outage.h"

struct family {
    const char *name, *type, *help;
    void (*samples)(FILE *out, const struct vitals *vitals, const char *name);
};

static void one(FILE *out, const char *name, uint64_t value)
{
    fprintf(out, "%s %llu\n", name, (unsigned long long)value);
}

static void labelled(FILE *out, const char *name, const char *label, const char *text, uint64_t value)
{
    fprintf(out, "%s{%s=\"%s\"} %llu\n", name, label, text, (unsigned long long)value);
}

static void jobs_open(FILE *out, const struct vitals *vitals, const char *name)
{
    one(out, name, job_list_counts(vitals->jobs)->open);
}

static void jobs_active(FILE *out, const struct vitals *vitals, const char *name)
{
    one(out, name, job_list_counts(vitals->jobs)->active);
}

static void jobs_ended(FILE *out, const struct vitals *vitals, const char *name)
{
    labelled(out, name, "status", "completed", job_list_counts(vitals->jobs)->completed);
    labelled(out, name, "status", "failed", job_list_counts(vitals->jobs)->failed);
}

static void slides(FILE *out, const struct vitals *vitals, const char *name)
{
    for (int i = OUTCOME_OPEN + 1; i < OUTCOMES; i++)
        labelled(out, name, "outcome", outcome_name((enum outcome)i),
                 job_list_counts(vitals->jobs)->slides[i]);
}

static void depth(FILE *out, const struct vitals *vitals, const char *name)
{
    for (int i = 0; i < LANES; i++)
        labelled(out, name, "lane", lane_name((enum lane_id)i), lanes_depth(vitals->lanes, (enum lane_id)i));
}

static void settled(FILE *out, const struct vitals *vitals, const char *name)
{
    for (int i = 0; i < LANES; i++)
        labelled(out, name, "lane", lane_name((enum lane_id)i), vitals->schedule->settled[i]);
}

static void stalls(FILE *out, const struct vitals *vitals, const char *name)
{
    for (int i = 0; i < LANES; i++)
        labelled(out, name, "lane", lane_name((enum lane_id)i), vitals->schedule->stalled[i]);
}

static void outage(FILE *out, const struct vitals *vitals, const char *name)
{
    for (int i = 0; i < LANES; i++)
        labelled(out, name, "lane", lane_name((enum lane_id)i),
                 outage_ms(vitals->schedule, (enum lane_id)i) >= 0);
}

static void leases(FILE *out, const struct vitals *vitals, const char *name)
{
    for (int i = 0; i < STAGE_KINDS; i++) {
        uint64_t held = 0;

        for (const struct worker *w = NULL;
             (w = worker_pool_next(vitals->pool, (enum stage_kind)i, w)) != NULL;)
            held += worker_held(w);
        labelled(out, name, "stage", stage_name((enum stage_kind)i), held);
    }
}

enum state { STARTING, READY, RETIRING, STATES };

static enum state state_of(const struct worker *worker)
{
    if (worker_is_leaving(worker) || worker_has_exited(worker) || worker_is_killed(worker))
        return RETIRING;
    return worker_is_ready(worker) ? READY : STARTING;
}

static void workers(FILE *out, const struct vitals *vitals, const char *name)
{
    static const char *const states[STATES] = {"starting", "ready", "retiring"};
    uint64_t counts[STAGE_KINDS][STATES] = {0};

    for (const struct worker *w = worker_pool_first(vitals->pool); w != NULL; w = worker_next(w))
        counts[worker_kind(w)][state_of(w)]++;
    for (int kind = 0; kind < STAGE_KINDS; kind++)
        for (int state = 0; state < STATES; state++)
            fprintf(out, "%s{stage=\"%s\",state=\"%s\"} %llu\n", name, stage_name((enum stage_kind)kind),
                    states[state], (unsigned long long)counts[kind][state]);
}

static void deaths(FILE *out, const struct vitals *vitals, const char *name)
{
    for (int kind = 0; kind < STAGE_KINDS; kind++)
        for (int death = 0; death < DEATHS; death++)
            fprintf(out, "%s{stage=\"%s\",reason=\"%s\"} %llu\n", name, stage_name((enum stage_kind)kind),
                    death_name((enum death)death),
                    (unsigned long long)worker_pool_deaths(vitals->pool, (enum stage_kind)kind,
                                                           (enum death)death));
}

static void calls(FILE *out, const struct vitals *vitals, const char *name)
{
    for (int i = 0; i < VERDICTS; i++)
        labelled(out, name, "verdict", verdict_name((enum call_verdict)i),
                 admission_ended(vitals->admissions, (enum call_verdict)i));
}

static void flying(FILE *out, const struct vitals *vitals, const char *name)
{
    one(out, name, admission_flying(vitals->admissions));
}

static void callbacks(FILE *out, const struct vitals *vitals, const char *name)
{
    one(out, name, outbox_count(vitals->outbox));
}

static void room(FILE *out, const struct vitals *vitals, const char *name)
{
    one(out, name, blobs_has_room(vitals->blobs, 0));
}

static const struct family families[] = {
    {"slidemill_jobs_open", "gauge", "Jobs accepted and not yet ended.", jobs_open},
    {"slidemill_jobs_active", "gauge", "Jobs worked on now; the other open ones wait.", jobs_active},
    {"slidemill_jobs_ended_total", "counter", "Jobs ended since the supervisor started.", jobs_ended},
    {"slidemill_slides_ended_total", "counter", "Slides ended since the supervisor started.", slides},
    {"slidemill_lane_depth", "gauge", "Pieces of work that wait in a lane.", depth},
    {"slidemill_leases_held", "gauge", "Leases in the hands of workers.", leases},
    {"slidemill_leases_settled_total", "counter", "Leases that workers gave back, well or not.", settled},
    {"slidemill_lane_stalls_total", "counter", "Times a lane stood still though it could go on.", stalls},
    {"slidemill_outage", "gauge", "1 while a lane waits for a model or a store nobody gets through to.",
     outage},
    {"slidemill_model_calls_total", "counter", "Model calls that have ended, by how.", calls},
    {"slidemill_model_calls_in_flight", "gauge", "Model calls under way.", flying},
    {"slidemill_workers", "gauge", "Worker processes.", workers},
    {"slidemill_worker_deaths_total", "counter", "Worker processes that ended, by why.", deaths},
    {"slidemill_callbacks_pending", "gauge", "Callbacks owed and not yet delivered.", callbacks},
    {"slidemill_disk_has_room", "gauge", "0 while the disk is below the floor and work waits.", room},
};

char *metrics_text(const struct vitals *vitals)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    must(out != NULL);
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        const struct family *family = &families[i];

        fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", family->name, family->help, family->name, family->type);
        family->samples(out, vitals, family->name);
    }
    must(fclose(out) == 0 && text != NULL);
    return text;
}
