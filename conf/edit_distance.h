/* edit_distance - how far two words are from each other, to suggest the known word that a mistyped one meant
 */
#ifndef CONF_EDIT_DISTANCE_H
#define CONF_EDIT_DISTANCE_H

#include <stdbool.h>
#include <stddef.h>

/* How many letters must be added, dropped, changed or swapped with their neighbour to get from a to b,
 * ignoring case (optimal string alignment distance). Only the first 64 bytes of each word count. */
size_t edit_distance(const char *a, const char *b);

/* Whether that distance, for a word of that length, is small enough for a typing error. */
bool edit_distance_is_typo(size_t distance, size_t length);

#endif
