/* test_sender - every message from every kind of worker, in every phase, about every kind of lease
 *
 * What may be said is written down here once more, by hand, and apart from proto/messages.def: all else is
 * refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "supervisor/process/sender.h"

enum { F = 1 << STAGE_FRONT, C = 1 << STAGE_COURIER, R = 1 << STAGE_RASTERIZER, V = 1 << STAGE_VISION };
enum { A = 1 << STAGE_ASSEMBLER, ALL = (1 << STAGE_KINDS) - 1, LESSEES = ALL & ~F };
enum { NEW = PHASE_NEW, ADOPTED = PHASE_ADOPTED, READY = PHASE_READY };

static const struct rule {
    enum wire_type type;
    unsigned kinds, phases;
    bool about_a_lease;
} rules[] = {
    {WIRE_HELLO, ALL, NEW | ADOPTED, false},
    {WIRE_BEAT, ALL, READY | ADOPTED, false},
    {WIRE_FAILED, LESSEES, READY | ADOPTED, true},
    {WIRE_HOLDING, V, ADOPTED, true},
    {WIRE_STATE, V, ADOPTED, false},
    {WIRE_FETCHED, C, READY | ADOPTED, true},
    {WIRE_STORED, C, READY | ADOPTED, true},
    {WIRE_NOTIFIED, C, READY | ADOPTED, true},
    {WIRE_LINKED, C, READY | ADOPTED, true},
    {WIRE_REVISITED, C, READY | ADOPTED, true},
    {WIRE_INSPECTED, R, READY | ADOPTED, true},
    {WIRE_RASTERED, R, READY | ADOPTED, true},
    {WIRE_EXPLAINED, V, READY | ADOPTED, true},
    {WIRE_CALL, V, READY | ADOPTED, true},
    {WIRE_CALLED, V, READY | ADOPTED, true},
    {WIRE_OVERVIEWED, V, READY | ADOPTED, true},
    {WIRE_LEARNED, V, READY | ADOPTED, false},
    {WIRE_BATCHED, V, READY | ADOPTED, true},
    {WIRE_POLLED, V, READY | ADOPTED, true},
    {WIRE_ASSEMBLED, A, READY | ADOPTED, true},
    {WIRE_SUBMIT, F, READY | ADOPTED, false},
    {WIRE_ASK, F, READY | ADOPTED, false},
    {WIRE_NAMED, F, READY | ADOPTED, false},
};

static const enum wire_type types[] = {
#define MESSAGE(NAME, name, number, direction, senders, phases, fewest, most, fields, doc) WIRE_##NAME,
#include "proto/messages.def"
#undef MESSAGE
};

static const struct rule *rule_of(enum wire_type type)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (rules[i].type == type)
            return &rules[i];
    return NULL;
}

/* A lease of number 1 in whatever has that field: it stands first there. */
static void message_make(struct wire *message, enum wire_type type, enum stage_kind kind)
{
    const struct rule *rule = rule_of(type);

    wire_init(message, type);
    if (rule != NULL && rule->about_a_lease)
        message->failed.lease = 1;
    if (type == WIRE_HELLO) {
        message->hello.protocol = WIRE_PROTOCOL;
        message->hello.stage = kind;
    }
}

static bool is_allowed(enum wire_type type, const struct sender *sender)
{
    const struct rule *rule = rule_of(type);

    if (rule == NULL || (rule->kinds & 1u << sender->kind) == 0 || (rule->phases & sender->phase) == 0)
        return false;
    if (!rule->about_a_lease)
        return true;
    return sender->claim == CLAIM_HOLDS || (sender->claim == CLAIM_HAD && sender->kind == STAGE_VISION);
}

static void each_message_is_taken_from_whom_and_when_it_may_be(void **state)
{
    static const enum wire_phase phases[] = {PHASE_NEW, PHASE_ADOPTED, PHASE_READY};
    unsigned allowed = 0, refused = 0;

    (void)state;
    for (size_t t = 0; t < sizeof types / sizeof *types; t++)
        for (int kind = 0; kind < STAGE_KINDS; kind++)
            for (size_t p = 0; p < sizeof phases / sizeof *phases; p++)
                for (int claim = 0; claim < CLAIMS; claim++) {
                    const struct sender sender = {(enum stage_kind)kind, phases[p], (enum claim)claim};
                    struct wire message;
                    const char *fault;

                    message_make(&message, types[t], sender.kind);
                    if (rule_of(types[t]) != NULL)
                        assert_true((wire_lease(&message) != 0) == rule_of(types[t])->about_a_lease);
                    fault = sender_fault(&sender, &message);
                    if ((fault == NULL) != is_allowed(types[t], &sender))
                        fail_msg("%s from %s in phase %d with claim %d: %s", wire_name(types[t]),
                                 stage_name(sender.kind), phases[p], claim, fault == NULL ? "taken" : fault);
                    allowed += fault == NULL;
                    refused += fault != NULL;
                    wire_clear(&message);
                }
    assert_true(allowed > 0 && refused > 10 * allowed);
}

static void what_goes_down_is_nobodys_to_say(void **state)
{
    unsigned down = 0;

    (void)state;
    for (size_t t = 0; t < sizeof types / sizeof *types; t++)
        if (rule_of(types[t]) == NULL) {
            for (int kind = 0; kind < STAGE_KINDS; kind++)
                assert_false(wire_may(types[t], (enum stage_kind)kind, ~0u));
            down++;
        }
    assert_int_equal(down + sizeof rules / sizeof *rules, sizeof types / sizeof *types);
    assert_false(wire_may(WIRE_NONE, STAGE_VISION, ~0u));
}

static void a_hello_fits_the_worker_that_was_started(void **state)
{
    const struct sender sender = {STAGE_COURIER, PHASE_NEW, CLAIM_NONE};
    struct wire hello;

    (void)state;
    message_make(&hello, WIRE_HELLO, STAGE_COURIER);
    assert_null(sender_fault(&sender, &hello));
    hello.hello.stage = STAGE_VISION;
    assert_string_equal(sender_fault(&sender, &hello), "another kind of worker");
    hello.hello.protocol = WIRE_PROTOCOL + 1;
    assert_non_null(strstr(sender_fault(&sender, &hello), "protocol"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_message_is_taken_from_whom_and_when_it_may_be),
        cmocka_unit_test(what_goes_down_is_nobodys_to_say),
        cmocka_unit_test(a_hello_fits_the_worker_that_was_started),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
