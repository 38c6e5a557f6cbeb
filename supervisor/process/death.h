/* death - how a worker came to its end */
#ifndef SUPERVISOR_DEATH_H
#define SUPERVISOR_DEATH_H

#define DEATH_TABLE(row)                                                                                     \
    row(DIED, "died") row(CONFIG, "config") row(RETIRED, "retired") row(RECYCLED, "recycled")                \
        row(NO_HELLO, "no_hello") row(SILENT, "silent") row(DEADLINE, "deadline") row(STALLED, "stalled")    \
            row(GARBLED, "garbled")

#define ENUM_DEATH(name, text) DEATH_##name,
enum death { DEATH_TABLE(ENUM_DEATH) DEATHS };

/* As /health and /metrics say it. Static. */
const char *death_name(enum death death);

#endif
