/* callback - see callback.h */
#include "stages/courier/callback.h"

#include <stdio.h>
#include <time.h>

#include "proto/log.h"
#include "proto/panic.h"
#include "stages/courier/callback_signature.h"
#include "stages/lib/http_retry.h"

enum { MAX_ANSWER = 65536 };

/* Puts the secret into the body, if that is wanted and safe; the body stays the lease's frame, which outlives
 * the request. false: it is no JSON object. */
static bool add_secret_to_body(struct transfer *transfer)
{
    const struct conf *conf = transfer->courier->conf;
    struct wire *lease = &transfer->lease;
    char *whole;
    size_t size;

    if (!conf->callback_secret_in_body)
        return true;
    if (!callback_url_is_private(conf->callback_url)) {
        log_warn(
            callback_secret_withheld, log_job(transfer_job(transfer)),
            log_str("reason", "the receiver is reached by plain http; use https for secret in the body"));
        return true;
    }
    whole = callback_with_secret(conf->callback_secret, wire_data(lease, 0), wire_size(lease, 0), &size);
    if (whole == NULL)
        return false;
    wire_set_owned(lease, 0, whole, size);
    return true;
}

static struct curl_slist *append_header(struct curl_slist *list, const char *name, const char *value)
{
    char line[256];

    snprintf(line, sizeof line, "%s: %s", name, value);
    list = curl_slist_append(list, line);
    must(list != NULL);
    return list;
}

static struct curl_slist *headers_of(struct transfer *transfer)
{
    const char *secret = transfer->courier->conf->callback_secret, *event = transfer->lease.notify.event;
    const void *body = wire_data(&transfer->lease, 0);
    size_t size = wire_size(&transfer->lease, 0);
    int64_t now_s = time(NULL);
    struct curl_slist *list = NULL;
    char hex[DIGEST_TEXT], standard[48], stamp[24];

    callback_signature_worker(secret, body, size, hex);
    callback_signature_standard(secret, event, now_s, body, size, standard);
    snprintf(stamp, sizeof stamp, "%lld", (long long)now_s);
    list = append_header(list, "Content-Type", "application/json");
    list = append_header(list, "X-Worker-Signature", hex);
    list = append_header(list, "webhook-id", event);
    list = append_header(list, "webhook-timestamp", stamp);
    return append_header(list, "webhook-signature", standard);
}

/* A status counts even if the body that follows is too long for us. */
static bool has_status(const struct http_answer *answer)
{
    return answer->status > 0 && (answer->curl == CURLE_OK || answer->curl == CURLE_FILESIZE_EXCEEDED);
}

static void on_answer(void *arg, const struct http_answer *answer)
{
    struct transfer *transfer = arg;
    int64_t told_ms = http_retry_after_ms(answer->easy);
    struct wire result;
    char detail[512];

    transfer->http = NULL;
    transfer->status = has_status(answer) ? (unsigned)answer->status : 0;
    if (!has_status(answer)) {
        snprintf(detail, sizeof detail, "%s (%s)", code_doc(CODE_CALLBACK_UNREACHABLE), answer->error);
        transfer_fail(transfer, CODE_CALLBACK_UNREACHABLE, true, 0, detail);
    } else if (answer->status / 100 == 2) {
        wire_init(&result, WIRE_NOTIFIED);
        result.notified =
            (struct wire_notified){.lease = transfer_lease(transfer), .status = (uint32_t)answer->status};
        transfer_settle(transfer, &result);
    } else if (answer->status == 410) {
        transfer_fail(transfer, CODE_CALLBACK_GONE, false, 0, NULL);
    } else {
        snprintf(detail, sizeof detail, "%s (it answered %ld)", code_doc(CODE_CALLBACK_REFUSED),
                 answer->status);
        transfer_fail(transfer, CODE_CALLBACK_REFUSED, true, told_ms, detail);
    }
}

void callback_start(struct transfer *transfer)
{
    const struct conf *conf = transfer->courier->conf;

    if (*conf->callback_url == '\0') {
        transfer_fail(transfer, CODE_CALLBACK_UNREACHABLE, true, 0, "WORKER_CALLBACK_URL is not set");
        return;
    }
    if (*conf->callback_secret == '\0') {
        transfer_fail(
            transfer, CODE_CALLBACK_REFUSED, true, 0,
            "not sent: WORKER_CALLBACK_SECRET is not set, and no receiver could trust an unsigned callback");
        return;
    }
    if (!add_secret_to_body(transfer)) {
        transfer_fail(transfer, CODE_INTERNAL, false, 0,
                      "the callback's body is no JSON object; post the job again");
        return;
    }
    transfer->tries++;
    transfer->http = http_start(
        transfer->courier->net,
        &(struct http_request){.method = "POST",
                               .url = conf->callback_url,
                               .headers = headers_of(transfer),
                               .body = wire_data(&transfer->lease, 0),
                               .body_size = wire_size(&transfer->lease, 0),
                               .max_answer = MAX_ANSWER,
                               .timeout_ms = transfer_time_ms(transfer, conf->callback_timeout_s * 1000) + 1},
        on_answer, transfer);
}
