/* second_questions - see second_questions.h */
#include "supervisor/money/second_questions.h"

enum { QUARTERS = 4 };

uint32_t second_questions_most(uint32_t slides, int64_t percent, enum doubt doubt)
{
    static const uint64_t quarters[DOUBTS] = {
        [DOUBT_OWN] = 2, [DOUBT_CONTRADICTION] = 3, [DOUBT_TAUGHT] = QUARTERS};
    uint64_t all = (uint64_t)slides * (uint64_t)percent / 100;

    if (all == 0)
        all = 1;
    return (uint32_t)((all * quarters[doubt] + QUARTERS - 1) / QUARTERS);
}
