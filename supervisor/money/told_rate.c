/* told_rate - see told_rate.h */
#include "supervisor/money/told_rate.h"

void told_rate_heard(struct told_rate *told, const struct rate_outcome *heard, unsigned flying)
{
    double rate = 0, tokens = 0;

    if (heard->tokens > 0)
        told->tokens_a_call +=
            ((double)heard->tokens - told->tokens_a_call) / (told->tokens_a_call == 0 ? 1 : 8);
    if (heard->limit_requests == 0 && heard->limit_tokens == 0)
        return;
    if (heard->limit_requests > 0 && heard->left_requests < heard->limit_requests / 8 + flying)
        rate = (double)heard->limit_requests / 60000;
    if (heard->limit_tokens > 0 && told->tokens_a_call > 0 &&
        (double)heard->left_tokens < (double)heard->limit_tokens / 8 + told->tokens_a_call * (double)flying)
        tokens = (double)heard->limit_tokens / 60000 / told->tokens_a_call;
    told->calls = rate > 0 && (tokens == 0 || rate < tokens) ? rate : tokens;
}
