/* backslash - a formula whose backslashes were escaped once too often
 *
 * Pure.  Models that write JSON by hand double each backslash, and their server doubles it again:
 * \\frac{a}{b} then starts a new row and writes "frac".
 */
#ifndef STAGES_VISION_ANSWER_BACKSLASH_H
#define STAGES_VISION_ANSWER_BACKSLASH_H

#include <stddef.h>
#include <stdio.h>

/* Writes the inside of a formula with its backslashes as they were meant: all halved, if all come in pairs
 * and one pair stands before a command's name; outside of an environment, which has rows, pairs and triples
 * before a command's name are one. Else as it is. */
void backslash_mend(FILE *out, const char *formula, size_t size);

#endif
