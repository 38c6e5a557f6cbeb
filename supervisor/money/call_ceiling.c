/* call_ceiling - see call_ceiling.h */
#include "supervisor/money/call_ceiling.h"

#include <limits.h>

enum {
    SEEN = 5, /* refusals in a row at the same number at once: it is the limit */
    MAX_CONFIRMED = 8,
    BLUR = 16,
    CERTAIN = 2 /* confirmed so often, it is a ceiling, though perhaps a higher one */
};

unsigned call_ceiling_allows(const struct call_ceiling *c)
{
    unsigned rare = c->confirmed < MAX_CONFIRMED ? c->confirmed : MAX_CONFIRMED;

    if (c->max == 0)
        return UINT_MAX;
    return c->max + (!c->probing && c->earned >= c->max << rare);
}

bool call_ceiling_started(struct call_ceiling *c, unsigned flying)
{
    if (c->max == 0 || flying <= c->max)
        return false;
    c->probing = true;
    return true;
}

static void gone(struct call_ceiling *c)
{
    c->max = c->seen = c->confirmed = c->earned = 0;
    c->probing = false;
}

static void met(struct call_ceiling *c, unsigned at, unsigned times)
{
    c->max = at;
    c->step = 1;
    c->confirmed += times;
    c->earned = 0;
    c->probing = false;
}

void call_ceiling_let_in(struct call_ceiling *c, unsigned flying, bool probe)
{
    if (c->max == 0)
        return;
    c->earned = probe ? 0 : c->earned + 1;
    c->probing = c->probing && !probe;
    if (!probe || flying <= c->max)
        return;
    if (c->confirmed < CERTAIN) {
        gone(c);
        return;
    }
    c->max += c->step;
    c->step *= 2;
}

void call_ceiling_refused(struct call_ceiling *c, unsigned min, unsigned max)
{
    if (c->seen_at > 0 && c->seen_at >= min && c->seen_at <= max)
        c->seen++;
    else {
        c->seen = 1;
        c->seen_at = min;
    }
    if (max + (c->confirmed < CERTAIN ? 0 : 1 + max / BLUR) < c->max) /* one may just have ended */
        gone(c);
    if (c->max > 0 || c->seen >= SEEN)
        met(c, c->max > c->seen_at ? c->max : c->seen_at, 1);
}

void call_ceiling_ended(struct call_ceiling *c, bool probe)
{
    c->probing = c->probing && !probe;
}

void call_ceiling_found(struct call_ceiling *c, unsigned at)
{
    c->seen_at = at;
    met(c, at, CERTAIN);
}
