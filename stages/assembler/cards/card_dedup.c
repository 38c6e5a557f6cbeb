/* card_dedup - see card_dedup.h */
#include "stages/assembler/cards/card_dedup.h"

#include <search.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"
#include "stages/lib/text/fold.h"

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* What it asks, folded. A figure asks for its labels, and is another question than a text of them. */
static char *question(const struct card *card)
{
    char *folded = fold_question(card->occlusion ? card->back : card->front), *question;

    must(asprintf(&question, "%s%s", card->occlusion ? "figure\n" : "", folded) != -1);
    free(folded);
    return question;
}

/* Takes the question. */
static bool is_new(void **seen, char *asked)
{
    char *const *found = tsearch(asked, seen, by_text);

    if (found == NULL)
        panic("out of memory");
    if (*found != asked)
        free(asked);
    return *found == asked;
}

/* From the back, so that the last one stays. */
static void keep_new(struct answer *answer, void **seen)
{
    size_t kept = answer->card_count;

    for (size_t i = answer->card_count; i-- > 0;)
        if (!answer->cards[i].left_out && is_new(seen, question(&answer->cards[i])))
            answer->cards[--kept] = answer->cards[i];
    answer->card_count -= kept;
    memmove(answer->cards, answer->cards + kept, answer->card_count * sizeof *answer->cards);
}

void card_dedup(struct lecture *lecture)
{
    void *seen = NULL;

    for (size_t i = lecture->slide_count; i-- > 0;)
        if (lecture->slides[i].answer != NULL && lecture->slides[i].answer->card_count > 0)
            keep_new(lecture->slides[i].answer, &seen);
    tdestroy(seen, free);
}
