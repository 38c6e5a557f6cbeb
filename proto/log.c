/* log - see log.h */
#include "proto/log.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "proto/utf8.h"

enum { LINE_ROOM = 4096, FACT_ROOM = 512, TAIL_ROOM = 16 };

static struct {
    const char *proc;
    int slot;
    uint64_t generation;
    enum log_level min;
} head = {"slidemill", -1, 0, LOG_LEVEL_INFO};

static const struct {
    enum log_level level;
    const char *name;
} events[LOG_EVENTS] = {
#define EVENT(level, name, fields, meaning) [LOG_##level##_##name] = {LOG_LEVEL_##level, #name},
#include "proto/events.def"
#undef EVENT
};

static const char *const level_names[] = {"debug", "info", "warn", "error", "off"};

struct line {
    char text[LINE_ROOM];
    size_t used;
    bool full; /* a fact did not fit: later ones are left out too */
};

void log_open(const char *proc, int slot, uint64_t generation, enum log_level min)
{
    head.proc = proc;
    head.slot = slot;
    head.generation = generation;
    head.min = min;
}

int log_level_of(const char *word)
{
    for (int i = 0; i <= LOG_LEVEL_OFF; i++)
        if (strcasecmp(word, level_names[i]) == 0)
            return i;
    return strcasecmp(word, "warning") == 0 ? (int)LOG_LEVEL_WARN : -1;
}

static void put(struct line *line, const char *text, size_t size)
{
    if (line->used + size > LINE_ROOM - TAIL_ROOM)
        line->full = true;
    if (line->full)
        return;
    memcpy(line->text + line->used, text, size);
    line->used += size;
}

static void put_text(struct line *line, const char *text)
{
    put(line, text, strlen(text));
}

/* One character of a JSON string; what a terminal or a log viewer might obey is escaped. */
static void put_escaped(struct line *line, const char *bytes, size_t size, uint32_t c)
{
    char escape[16];

    if (c == '"' || c == '\\')
        snprintf(escape, sizeof escape, "\\%c", (char)c);
    else if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 ||
             (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069))
        snprintf(escape, sizeof escape, "\\u%04x", (unsigned)c);
    else {
        put(line, bytes, size);
        return;
    }
    put_text(line, escape);
}

static void put_string(struct line *line, const char *text)
{
    size_t size = strnlen(text, FACT_ROOM);
    size_t at = 0;

    put_text(line, "\"");
    while (at < size && !line->full) {
        uint32_t c;
        size_t step = utf8_next(text + at, size - at, &c);

        if (step == 0)
            put_text(line, "\\ufffd"), step = 1;
        else
            put_escaped(line, text + at, step, c);
        at += step;
    }
    put_text(line, "\"");
}

static void put_fact(struct line *line, const struct log_fact *fact)
{
    size_t before = line->used;
    char number[32];

    put_text(line, ",");
    put_string(line, fact->name);
    put_text(line, ":");
    if (fact->text != NULL)
        put_string(line, fact->text);
    else {
        snprintf(number, sizeof number, "%lld", (long long)fact->number);
        put_text(line, number);
    }
    if (line->full)
        line->used = before; /* never half a fact */
}

static void put_head(struct line *line, enum log_level level, const char *event)
{
    struct timespec now;
    struct tm utc;
    char stamp[80];
    size_t n;

    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    n = strftime(stamp, sizeof stamp, "{\"ts\":\"%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(stamp + n, sizeof stamp - n, ".%03ldZ\"", now.tv_nsec / 1000000);
    put_text(line, stamp);
    put_fact(line, &log_str("level", level_names[level]));
    put_fact(line, &log_str("proc", head.proc));
    if (head.slot >= 0) {
        put_fact(line, &log_int("slot", head.slot));
        put_fact(line, &log_int("generation", head.generation));
    }
    put_fact(line, &log_str("event", event));
}

void log_write(enum log_event event, const struct log_fact *facts, unsigned count)
{
    struct line line = {.used = 0, .full = false};
    ssize_t done;

    if (events[event].level < head.min)
        return;
    put_head(&line, events[event].level, events[event].name);
    for (unsigned i = 0; i < count && !line.full; i++)
        put_fact(&line, &facts[i]);
    memcpy(line.text + line.used, "}\n", 2);
    line.used += 2;
    done = write(STDERR_FILENO, line.text, line.used);
    (void)done; /* there is nowhere to complain to */
}
