/* near - the known word that a mistyped one most probably meant */
#ifndef CONF_NEAR_H
#define CONF_NEAR_H

#include <stddef.h>

/* How many letters must be added, dropped, changed or swapped with their neighbour to get from a to b,
 * whatever their case (optimal string alignment distance). Words are looked at up to 64 bytes. */
size_t near_distance(const char *a, const char *b);

/* Is a distance so small, for a word of that length, that one was probably meant as the other? */
int near_enough(size_t distance, size_t length);

#endif
