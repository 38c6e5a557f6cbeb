/* endpoints - where the model is asked: the configured one first, then the fallbacks
 *
 * It knows how each wants to be asked (presets.def, and what its refusals taught: dialect.h), and which are
 * out of order.  It makes no call and keeps no clock: openai.c asks where to, and tells how it went.
 *
 * Out of order is: for ten minutes, when the key, the model or the money is refused; for a minute, after
 * several failures in a row. Then one call looks whether it is still so. When no other is left, an endpoint
 * that merely fails is asked all the same, and one that refuses by one call at a time: every job finds out
 * for itself, at that price.
 */
#ifndef STAGES_VISION_MODEL_ENDPOINTS_H
#define STAGES_VISION_MODEL_ENDPOINTS_H

#include <stdbool.h>
#include <stdint.h>

#include <curl/curl.h>

#include "conf/conf.h"
#include "stages/vision/model/endpoint.h"
#include "stages/vision/model/response_classify.h"

struct endpoints;

/* What is wrong with the configuration of the endpoints, or NULL. Such a worker exits with EXIT_CONFIG. The
 * text lives until the next call. */
const char *endpoints_fault(const struct conf *conf);

/* Environment names of the keys that are missing, separated by ", "; "" if none is. Static. */
const char *endpoints_lacks(const struct conf *conf);

/* conf is without fault, and outlives the endpoints. */
struct endpoints *endpoints_open(const struct conf *conf);
void endpoints_close(struct endpoints **endpoints);

/* All of them, in order of preference. */
unsigned endpoints_count(const struct endpoints *endpoints);
const struct endpoint *endpoints_at(const struct endpoints *endpoints, unsigned index);

/* Where the next call goes; *turn is its number, for endpoints_heard. NULL: nowhere yet, all refuse, and a
 * call is looking whether the first still does, or the first call of all is under way, which says what the
 * endpoint makes of the format: wait for what it hears. */
const struct endpoint *endpoints_pick(struct endpoints *endpoints, int64_t now_ms, uint64_t *turn);

/* Milliseconds until endpoints_pick may name a place though nothing is heard; -1: it will not. */
int64_t endpoints_wait(const struct endpoints *endpoints, int64_t now_ms);

/* A call that endpoints_pick gave a place to was dropped: endpoints_heard will not be called for it. */
void endpoints_dropped(struct endpoints *endpoints, const struct endpoint *endpoint, uint64_t turn);

/* Is there one that is not known to refuse? */
bool endpoints_any(struct endpoints *endpoints, int64_t now_ms);

/* Headers of one call; the caller owns the list. id: ours for this call, printable ASCII, at most 512 bytes:
 * the only handle on a call that timed out. */
struct curl_slist *endpoints_headers(const struct endpoints *endpoints, const struct endpoint *endpoint,
                                     const char *id);

/* Learns from a refusal or a cut answer what the endpoint takes, and says in classification what follows:
 * REWRITE if the same may be asked in endpoint->dialect, PLAIN if without its picture. used and asked:
 * dialect and token limit of the request. */
void endpoints_learn(struct endpoints *endpoints, const struct endpoint *endpoint, const struct dialect *used,
                     unsigned asked, struct classification *classification);

/* How a call went: what response_classify made of it. used: the dialect it was written in. turn: of
 * endpoints_pick; 0: it was not asked. */
void endpoints_heard(struct endpoints *endpoints, const struct endpoint *endpoint, const struct dialect *used,
                     enum deed deed, enum code code, uint64_t turn, int64_t now_ms);

/* What is to be remembered beyond this process (LEARNED), for model.dialects of the next; NULL: nothing new
 * since the last call. Valid until the next call. */
const char *endpoints_learned(struct endpoints *endpoints);

#endif
