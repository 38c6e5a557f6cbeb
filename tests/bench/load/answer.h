/* answer - what the model double for load answers: like a real model's, made of the slide's own lines
 *
 * Pure.  Some answers hold a number that the slide does not have, as those of real models do: most of them in
 * the explanation, where it harms nobody, some in a key point or on a card.  A second question gets none.
 */
#ifndef TESTS_BENCH_LOAD_ANSWER_H
#define TESTS_BENCH_LOAD_ANSWER_H

#include <stdbool.h>

#include "tests/bench/load/asked.h"

/* The answer's text, a JSON object in the shape of the schema. again: it was asked before. The caller frees.
 */
char *answer_text(const struct asked *asked, bool again);

#endif
