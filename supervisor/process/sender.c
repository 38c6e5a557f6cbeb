/* sender - see sender.h */
#include "supervisor/process/sender.h"

/* A vision worker says again what nobody has acknowledged, and its paid answer may come when the lease is
 * void. */
static bool has_claim(const struct sender *sender)
{
    return sender->claim == CLAIM_HOLDS || (sender->claim == CLAIM_HAD && sender->kind == STAGE_VISION);
}

static const char *hello_fault(const struct sender *sender, const struct wire_hello *hello)
{
    if (hello->protocol != WIRE_PROTOCOL)
        return "another version of the protocol; install all programs together";
    return hello->stage != (uint32_t)sender->kind ? "another kind of worker" : NULL;
}

const char *sender_fault(const struct sender *sender, const struct wire *message)
{
    if (!wire_may(message->type, sender->kind, PHASE_NEW | PHASE_ADOPTED | PHASE_READY))
        return "not for this kind of worker to say";
    if (!wire_may(message->type, sender->kind, sender->phase))
        return sender->phase == PHASE_NEW ? "no HELLO came first" : "not at this time of its life";
    if (message->type == WIRE_HELLO)
        return hello_fault(sender, &message->hello);
    return wire_lease(message) != 0 && !has_claim(sender) ? "not about a lease of its own" : NULL;
}
