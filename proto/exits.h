/* exits - exit codes with a meaning, the same for every program of ours (after sysexits.h and the shell) */
#ifndef PROTO_EXITS_H
#define PROTO_EXITS_H

enum {
    EXIT_DONE = 0,      /* finished, retired or drained */
    EXIT_USAGE = 64,    /* wrong command line */
    EXIT_DATA = 65,     /* the user's input cannot be used */
    EXIT_NOINPUT = 66,  /* the user's file cannot be read */
    EXIT_SOFTWARE = 70, /* a broken promise of our own; panic() aborts instead */
    EXIT_SYSTEM = 71,   /* the system refused something we need */
    EXIT_STORAGE = 73,  /* no room on a disk: for the results, or for the work on them */
    EXIT_AGAIN = 75,    /* what is on the disk is not certain any more: the next start finds out */
    EXIT_CONFIG = 78,   /* a configuration error: not retried until reload */
};

#endif
