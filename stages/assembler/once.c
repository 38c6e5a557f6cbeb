/* once - see once.h */
#include "stages/assembler/once.h"

#include <search.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "stages/lib/fold.h"

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* Takes the folded front. */
static bool is_new(void **seen, char *front)
{
    char *const *found = tsearch(front, seen, by_text);

    if (found == NULL)
        panic("out of memory");
    if (*found != front)
        free(front);
    return *found == front;
}

/* From the back, so that the last one stays. */
static void keep_new(struct answer *answer, void **seen)
{
    size_t kept = answer->card_count;

    for (size_t i = answer->card_count; i-- > 0;)
        if (!answer->cards[i].left_out && is_new(seen, fold_question(answer->cards[i].front)))
            answer->cards[--kept] = answer->cards[i];
    answer->card_count -= kept;
    memmove(answer->cards, answer->cards + kept, answer->card_count * sizeof *answer->cards);
}

void once_each(struct lecture *lecture)
{
    void *seen = NULL;

    for (size_t i = lecture->slide_count; i-- > 0;)
        if (lecture->slides[i].answer != NULL && lecture->slides[i].answer->card_count > 0)
            keep_new(lecture->slides[i].answer, &seen);
    tdestroy(seen, free);
}
