/* s3_error - see s3_error.h */
#include "stages/courier/s3_error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>
#include <libxml/parser.h>
#include <libxml/tree.h>

#include "proto/panic.h"
#include "proto/utf8.h"

enum { MAX_BODY = 65536, KEY_SHOWN = 300, LOCATION_SHOWN = 200 };

/* ---- what the body says ---- */

static void copy_text(xmlNode *node, char *out, size_t room)
{
    xmlChar *text = xmlNodeGetContent(node);

    if (text != NULL) {
        size_t size = utf8_cut((const char *)text, strlen((const char *)text), room - 1);

        memcpy(out, text, size);
        out[size] = '\0';
    }
    xmlFree(text);
}

static void collect_texts(xmlNode *root, struct s3_xml *xml)
{
    const struct {
        const char *name;
        char *out;
        size_t room;
    } wanted[] = {{"Code", xml->code, sizeof xml->code},
                  {"Message", xml->message, sizeof xml->message},
                  {"Region", xml->region, sizeof xml->region},
                  {"UploadId", xml->upload, sizeof xml->upload},
                  {"StringToSign", xml->to_sign, sizeof xml->to_sign}};

    snprintf(xml->root, sizeof xml->root, "%s", (const char *)root->name);
    for (xmlNode *node = root->children; node != NULL; node = node->next) {
        for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
            if (node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, wanted[i].name) == 0)
                copy_text(node, wanted[i].out, wanted[i].room);
        }
    }
}

void s3_xml_parse(const char *body, size_t size, struct s3_xml *xml)
{
    xmlDoc *doc = NULL;
    xmlNode *root;

    *xml = (struct s3_xml){.root = ""};
    if (size > 0 && size <= MAX_BODY) /* without XML_PARSE_NOENT entities stay unexpanded */
        doc = xmlReadMemory(body, (int)size, NULL, NULL,
                            XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOBLANKS);
    if (doc == NULL)
        return;
    root = xmlDocGetRootElement(doc);
    if (root != NULL && xmlGetIntSubset(doc) == NULL)
        collect_texts(root, xml);
    xmlFreeDoc(doc);
}

/* ---- what follows from it ---- */

enum { MAX_STATUSES = 4, MAX_CODES = 7 };

/* The first row decides that has the status or the code of the answer. A status below 10 stands for all of
 * that hundred. Beyond the 5xx that S3 itself sends, an edge or a proxy in front of it has its own (520-530,
 * 598): as passing as a 503. */
static const struct {
    enum s3_deed deed;
    enum code give_up;
    long statuses[MAX_STATUSES];
    const char *codes[MAX_CODES];
} rules[] = {
    {S3_RESET, CODE_S3_DENIED, {0}, {"RequestTimeTooSkewed"}},
    {S3_MOVE, CODE_S3_DENIED, {0}, {"AuthorizationHeaderMalformed"}},
    {S3_MOVE, CODE_S3_ERROR, {301, 302, 307, 308}, {"PermanentRedirect"}},
    {S3_RESTART, CODE_S3_ERROR, {0}, {"NoSuchUpload"}},
    {S3_GIVE_UP,
     CODE_S3_DENIED,
     {0},
     {"ExpiredToken", "InvalidToken", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch"}},
    {S3_GIVE_UP, CODE_S3_NOT_FOUND, {0}, {"NoSuchKey", "NoSuchBucket"}},
    {S3_AGAIN,
     CODE_S3_UNAVAILABLE,
     {408, 425, 429},
     {"InternalError", "SlowDown", "ServiceUnavailable", "RequestTimeout", "OperationAborted",
      "ConditionalRequestConflict", "IncompleteBody"}},
    {S3_GIVE_UP, CODE_S3_ERROR, {501, 505}, {NULL}},
    {S3_AGAIN, CODE_S3_UNAVAILABLE, {5}, {NULL}},
    {S3_GIVE_UP, CODE_S3_DENIED, {401, 403}, {NULL}},
    {S3_GIVE_UP, CODE_S3_NOT_FOUND, {404}, {NULL}},
};

static bool rule_fits(size_t rule, long status, const char *code)
{
    for (int i = 0; i < MAX_STATUSES && rules[rule].statuses[i] != 0; i++)
        if (rules[rule].statuses[i] == status || rules[rule].statuses[i] == status / 100)
            return true;
    for (int i = 0; i < MAX_CODES && rules[rule].codes[i] != NULL; i++)
        if (strcmp(rules[rule].codes[i], code) == 0)
            return true;
    return false;
}

enum s3_deed s3_error_judge(long status, const char *code, enum code *give_up)
{
    *give_up = CODE_S3_UNAVAILABLE;
    if (status == 0)
        return S3_AGAIN;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (!rule_fits(i, status, code))
            continue;
        *give_up = rules[i].give_up;
        return rules[i].deed;
    }
    *give_up = CODE_S3_ERROR;
    return S3_GIVE_UP;
}

/* ---- how a person is told ---- */

/* Bytes of text to show: at most so many, and no half character. Other text than UTF-8 is not shown. */
static int shown(const char *text, size_t max)
{
    size_t size = strlen(text);

    return utf8_valid(text, size) ? (int)utf8_cut(text, size, max) : 0;
}

char *s3_error_silence(const char *key, const char *why)
{
    char *out;

    must(asprintf(&out, "'%.*s': %.*s", shown(key, KEY_SHOWN), key, shown(why, KEY_SHOWN), why) != -1);
    return out;
}

bool s3_error_bucket_twice(const char *endpoint, const char *bucket)
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
        s3_error_bucket_twice(refusal->endpoint, refusal->bucket))
        return "; AWS_ENDPOINT_URL_S3 names the bucket already, so every request names it twice: leave it "
               "out "
               "there";
    return "";
}

char *s3_error_refusal(const struct s3_refusal *refusal)
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
