/* exits - the exit codes of all Slidemill programs, after sysexits.h */
#ifndef PROTO_EXITS_H
#define PROTO_EXITS_H

enum {
    EXIT_DONE = 0,      /* finished, retired or drained */
    EXIT_USAGE = 64,    /* wrong command line */
    EXIT_DATA = 65,     /* the user's input cannot be used */
    EXIT_NOINPUT = 66,  /* the user's file cannot be read */
    EXIT_SOFTWARE = 70, /* a bug, or a worker that cannot go on; panic() aborts instead */
    EXIT_SYSTEM = 71,   /* the system refused something we need */
    EXIT_STORAGE = 73,  /* no room on a disk: for the results, or for the work on them */
    EXIT_AGAIN = 75,    /* a write failed and may or may not be on the disk: the next start finds out */
    EXIT_CONFIG = 78,   /* a configuration error: not started again before a reload */
};

#endif
