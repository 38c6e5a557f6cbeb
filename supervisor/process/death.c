/* death - see death.h */
#include "supervisor/process/death.h"

#include "proto/panic.h"

#define TEXT(name, text) text,

const char *death_name(enum death death)
{
    static const char *const names[] = {DEATH_TABLE(TEXT)};

    must(death < DEATHS);
    return names[death];
}
