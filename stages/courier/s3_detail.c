/* s3_detail - see s3_detail.h */
#include "stages/courier/s3_detail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "proto/panic.h"
#include "proto/utf8.h"

enum { KEY_SHOWN = 300, LOCATION_SHOWN = 200 };

/* Bytes of text to show: at most so many, and no half character. Other text than UTF-8 is not shown. */
static int shown(const char *text, size_t max)
{
    size_t size = strlen(text);

    return utf8_valid(text, size) ? (int)utf8_cut(text, size, max) : 0;
}

char *s3_detail_silence(const char *key, const char *why)
{
    char *out;

    must(asprintf(&out, "'%.*s': %.*s", shown(key, KEY_SHOWN), key, shown(why, KEY_SHOWN), why) != -1);
    return out;
}

bool s3_detail_names_bucket(const char *endpoint, const char *bucket)
{
    size_t size = strlen(bucket);
    CURLU *url = curl_url();
    char *host = NULL, *path = NULL;
    bool named = false;

    if (size > 0 && url != NULL && curl_url_set(url, CURLUPART_URL, endpoint, 0) == CURLUE_OK) {
        if (curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK)
            named = strncmp(host, bucket, size) == 0 && host[size] == '.';
        if (curl_url_get(url, CURLUPART_PATH, &path, CURLU_URLDECODE) == CURLUE_OK) {
            size_t length = strlen(path);

            while (length > 1 && path[length - 1] == '/')
                length--;
            named = named || (length > size && path[length - size - 1] == '/' &&
                              strncmp(path + length - size, bucket, size) == 0);
        }
    }
    curl_free(host);
    curl_free(path);
    curl_url_cleanup(url);
    return named;
}

/* What to change where the answer alone would mislead. */
static const char *advice(const struct s3_refusal *refusal)
{
    if (refusal->status / 100 == 3)
        return "; set AWS_ENDPOINT_URL_S3 or AWS_REGION to where the bucket is";
    if ((refusal->status == 404 || strncmp(refusal->xml->code, "NoSuch", 6) == 0) &&
        s3_detail_names_bucket(refusal->endpoint, refusal->bucket))
        return "; AWS_ENDPOINT_URL_S3 names the bucket already, so every request names it twice: leave it "
               "out "
               "there";
    return "";
}

char *s3_detail_refusal(const struct s3_refusal *refusal)
{
    const struct s3_xml *xml = refusal->xml;
    int code = shown(xml->code, sizeof xml->code), message = shown(xml->message, sizeof xml->message);
    int location = shown(refusal->location, LOCATION_SHOWN), query = (int)strcspn(refusal->location, "?#");
    char *out;

    location = query < location ? query : location;
    must(asprintf(&out, "'%.*s' in bucket %s: the store answered %ld%s%.*s%s%.*s%s%.*s%s",
                  shown(refusal->key, KEY_SHOWN), refusal->key, refusal->bucket, refusal->status,
                  code == 0 ? "" : " ", code, xml->code, message == 0 ? "" : ": ", message, xml->message,
                  location == 0 ? "" : "; it points to ", location, refusal->location,
                  advice(refusal)) != -1);
    return out;
}
