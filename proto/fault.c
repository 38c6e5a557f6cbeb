/* fault - see fault.h; only in builds with SLIDEMILL_FAULTS */
#include "proto/fault.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/exits.h"
#include "proto/log.h"
#include "proto/panic.h"

enum { MAX_PLANS = 16, NAME_ROOM = 64 };

static struct plan {
    char name[NAME_ROOM], action[16];
    long pass;
    int passes; /* one byte a pass */
    bool refusing;
} plans[MAX_PLANS];

static unsigned count;

static void add_plan(const char *text)
{
    struct plan *plan = &plans[count];
    char file[NAME_ROOM + 16];

    snprintf(plan->action, sizeof plan->action, "kill");
    if (count == MAX_PLANS || sscanf(text, "%63[^:]:%ld:%15s", plan->name, &plan->pass, plan->action) < 2)
        panic("FAULT is NAME:N[:ACTION],...");
    snprintf(file, sizeof file, "fault-%s", plan->name);
    plan->passes = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (plan->passes == -1)
        panic("the file that counts the passes of a fault");
    count++;
}

void fault_open(void)
{
    const char *text = getenv("FAULT");
    char *copy, *rest;

    if (text == NULL || count > 0)
        return;
    copy = need_dup(text);
    rest = copy;
    for (char *one = strtok_r(rest, ",", &rest); one != NULL; one = strtok_r(NULL, ",", &rest))
        add_plan(one);
    free(copy);
}

static enum fault act_on(struct plan *plan)
{
    log_warn(fault_injected, log_str("point", plan->name), log_str("action", plan->action));
    if (strcmp(plan->action, "garbage") == 0)
        return FAULT_GARBAGE;
    if (strcmp(plan->action, "refuse") == 0) {
        plan->refusing = true;
        return FAULT_REFUSE;
    }
    if (strcmp(plan->action, "exit1") == 0)
        _exit(1);
    if (strcmp(plan->action, "exit78") == 0)
        _exit(EXIT_CONFIG);
    if (strcmp(plan->action, "stop") == 0)
        raise(SIGSTOP);
    else if (strcmp(plan->action, "hang") == 0)
        for (;;)
            sleep(3600);
    else
        raise(SIGKILL);
    return FAULT_NONE;
}

/* Which pass of the point this is, over all processes: where our byte has gone. */
static long count_pass(const struct plan *plan)
{
    if (write(plan->passes, "*", 1) != 1)
        panic("the file that counts the passes of a fault");
    return (long)lseek(plan->passes, 0, SEEK_CUR);
}

enum fault fault_point(const char *who, const char *where, const char *what)
{
    char name[NAME_ROOM];
    long pass = 0;

    if (count == 0)
        return FAULT_NONE;
    snprintf(name, sizeof name, "%s.%s%s%s", who, where, what == NULL ? "" : ".", what == NULL ? "" : what);
    for (unsigned i = 0; i < count; i++) {
        if (strcmp(plans[i].name, name) != 0)
            continue;
        if (plans[i].refusing)
            return FAULT_REFUSE;
        pass = pass == 0 ? count_pass(&plans[i]) : pass; /* several plans for one point count it once */
        if (pass == plans[i].pass)
            return act_on(&plans[i]);
    }
    return FAULT_NONE;
}

void fault_slide(const char *who, unsigned number)
{
    char text[12];

    snprintf(text, sizeof text, "%u", number);
    fault_point(who, "slide", text);
}
