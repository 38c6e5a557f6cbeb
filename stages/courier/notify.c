/* notify - see notify.h */
#include "stages/courier/notify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/crypto.h>

#include "proto/log.h"
#include "proto/panic.h"
#include "stages/courier/webhook.h"

enum { ANSWER_MOST = 65536 };

/* The body that travels must outlive the transfer: it takes the place of the lease's frame. false: it is not
 * one that the secret can be put into. */
static bool complete_body(struct errand *errand)
{
    const struct conf *conf = errand->courier->conf;
    struct wire *lease = &errand->lease;
    char *whole;
    size_t size;

    if (!conf->callback_secret_in_body)
        return true;
    if (!webhook_private(conf->callback_url)) {
        log_warn(
            callback_secret_withheld, log_job(errand_job(errand)),
            log_str("reason", "the receiver is reached by plain http; use https for secret in the body"));
        return true;
    }
    whole = webhook_with_secret(conf->callback_secret, wire_data(lease, 0), wire_size(lease, 0), &size);
    if (whole == NULL)
        return false;
    zmq_msg_close(&lease->frame[0]);
    must(zmq_msg_init_size(&lease->frame[0], size) == 0);
    memcpy(zmq_msg_data(&lease->frame[0]), whole, size);
    OPENSSL_cleanse(whole, size);
    free(whole);
    return true;
}

static struct curl_slist *header(struct curl_slist *list, const char *name, const char *value)
{
    char line[256];

    snprintf(line, sizeof line, "%s: %s", name, value);
    list = curl_slist_append(list, line);
    must(list != NULL);
    return list;
}

static struct curl_slist *headers_of(struct errand *errand)
{
    const char *secret = errand->courier->conf->callback_secret, *event = errand->lease.notify.event;
    const void *body = wire_data(&errand->lease, 0);
    size_t size = wire_size(&errand->lease, 0);
    int64_t now_s = time(NULL);
    struct curl_slist *list = NULL;
    char hex[DIGEST_TEXT], standard[48], stamp[24];

    webhook_worker(secret, body, size, hex);
    webhook_standard(secret, event, now_s, body, size, standard);
    snprintf(stamp, sizeof stamp, "%lld", (long long)now_s);
    list = header(list, "Content-Type", "application/json");
    list = header(list, "X-Worker-Signature", hex);
    list = header(list, "webhook-id", event);
    list = header(list, "webhook-timestamp", stamp);
    return header(list, "webhook-signature", standard);
}

/* What was said counts even if it was said at length. */
static bool heard(const struct net_answer *answer)
{
    return answer->status > 0 && (answer->curl == CURLE_OK || answer->curl == CURLE_FILESIZE_EXCEEDED);
}

static void on_answer(void *arg, const struct net_answer *answer)
{
    struct errand *errand = arg;
    int64_t told_ms = net_retry_after_ms(answer->easy);
    struct wire result;
    char detail[512];

    errand->transfer = NULL;
    errand->status = heard(answer) ? (unsigned)answer->status : 0;
    if (!heard(answer)) {
        snprintf(detail, sizeof detail, "%s (%s)", code_doc(CODE_CALLBACK_UNREACHABLE), answer->error);
        errand_fail(errand, CODE_CALLBACK_UNREACHABLE, true, 0, detail);
    } else if (answer->status / 100 == 2) {
        wire_init(&result, WIRE_NOTIFIED);
        result.notified =
            (struct wire_notified){.lease = errand_lease(errand), .status = (uint32_t)answer->status};
        errand_settle(errand, &result);
    } else if (answer->status == 410) {
        errand_fail(errand, CODE_CALLBACK_GONE, false, 0, NULL);
    } else {
        snprintf(detail, sizeof detail, "%s (it answered %ld)", code_doc(CODE_CALLBACK_REFUSED),
                 answer->status);
        errand_fail(errand, CODE_CALLBACK_REFUSED, true, told_ms, detail);
    }
}

void notify_start(struct errand *errand)
{
    const struct conf *conf = errand->courier->conf;

    if (*conf->callback_url == '\0') {
        errand_fail(errand, CODE_CALLBACK_UNREACHABLE, true, 0, "WORKER_CALLBACK_URL is not set");
        return;
    }
    if (*conf->callback_secret == '\0') {
        errand_fail(
            errand, CODE_CALLBACK_REFUSED, true, 0,
            "not sent: WORKER_CALLBACK_SECRET is not set, and no receiver could trust an unsigned callback");
        return;
    }
    if (!complete_body(errand)) {
        errand_fail(errand, CODE_INTERNAL, false, 0,
                    "the callback's body is no JSON object; post the job again");
        return;
    }
    errand->tries++;
    errand->transfer = net_start(
        errand->courier->net,
        &(struct net_request){.method = "POST",
                              .url = conf->callback_url,
                              .headers = headers_of(errand),
                              .body = wire_data(&errand->lease, 0),
                              .body_size = wire_size(&errand->lease, 0),
                              .answer_most = ANSWER_MOST,
                              .timeout_ms = errand_time_ms(errand, conf->callback_timeout_s * 1000) + 1},
        on_answer, errand);
}
