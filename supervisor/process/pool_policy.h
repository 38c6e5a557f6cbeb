/* pool_policy - the next step towards as many workers of a kind as are wanted; pure
 *
 * Old workers (of former parameters, or due for recycling) are relieved one by one: the new one is READY
 * before the old one goes, so that a kind never has fewer working than before.
 */
#ifndef SUPERVISOR_POOL_POLICY_H
#define SUPERVISOR_POOL_POLICY_H

/* Those on their way out are not counted. */
struct pool_policy {
    unsigned wanted;
    unsigned fresh, fresh_ready; /* started as they should be now; of these, READY */
    unsigned old;                /* to be relieved */
};

enum pool_policy_step {
    POOL_POLICY_ENOUGH,
    POOL_POLICY_START,
    POOL_POLICY_RETIRE_FRESH,
    POOL_POLICY_RETIRE_OLD
};

enum pool_policy_step pool_policy_next(const struct pool_policy *policy);

#endif
