/* s3_error - see s3_error.h */
#include "stages/courier/s3_error.h"

#include <stdio.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "proto/utf8.h"

enum { MAX_BODY = 65536 };

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

static void collect(xmlNode *root, struct s3_xml *xml)
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
        collect(root, xml);
    xmlFreeDoc(doc);
}

/* First row that fits decides. status 0: any, below 10: all of that hundred; code NULL: any. Beyond the 5xx
 * that S3 itself sends, an edge or a proxy in front of it has its own (520-530, 598): as passing as a 503. */
static const struct {
    long status;
    const char *code;
    enum s3_deed deed;
    enum code give_up;
} rules[] = {
    {0, "RequestTimeTooSkewed", S3_RESET, CODE_S3_DENIED},
    {0, "AuthorizationHeaderMalformed", S3_MOVE, CODE_S3_DENIED},
    {0, "PermanentRedirect", S3_MOVE, CODE_S3_ERROR},
    {301, NULL, S3_MOVE, CODE_S3_ERROR},
    {302, NULL, S3_MOVE, CODE_S3_ERROR},
    {307, NULL, S3_MOVE, CODE_S3_ERROR},
    {308, NULL, S3_MOVE, CODE_S3_ERROR},
    {0, "NoSuchUpload", S3_RESTART, CODE_S3_ERROR},
    {0, "InternalError", S3_AGAIN, CODE_S3_UNAVAILABLE},
    {0, "SlowDown", S3_AGAIN, CODE_S3_UNAVAILABLE},
    {0, "ServiceUnavailable", S3_AGAIN, CODE_S3_UNAVAILABLE},
    {0, "RequestTimeout", S3_AGAIN, CODE_S3_UNAVAILABLE},
    {0, "OperationAborted", S3_AGAIN, CODE_S3_UNAVAILABLE},
    {0, "ConditionalRequestConflict", S3_AGAIN, CODE_S3_UNAVAILABLE},
    {0, "ExpiredToken", S3_GIVE_UP, CODE_S3_DENIED},
    {0, "InvalidToken", S3_GIVE_UP, CODE_S3_DENIED},
    {0, "AccessDenied", S3_GIVE_UP, CODE_S3_DENIED},
    {0, "InvalidAccessKeyId", S3_GIVE_UP, CODE_S3_DENIED},
    {0, "SignatureDoesNotMatch", S3_GIVE_UP, CODE_S3_DENIED},
    {0, "NoSuchKey", S3_GIVE_UP, CODE_S3_NOT_FOUND},
    {0, "NoSuchBucket", S3_GIVE_UP, CODE_S3_NOT_FOUND},
    {0, "IncompleteBody", S3_AGAIN, CODE_S3_UNAVAILABLE},
    {408, NULL, S3_AGAIN, CODE_S3_UNAVAILABLE},
    {425, NULL, S3_AGAIN, CODE_S3_UNAVAILABLE},
    {429, NULL, S3_AGAIN, CODE_S3_UNAVAILABLE},
    {501, NULL, S3_GIVE_UP, CODE_S3_ERROR},
    {505, NULL, S3_GIVE_UP, CODE_S3_ERROR},
    {5, NULL, S3_AGAIN, CODE_S3_UNAVAILABLE},
    {401, NULL, S3_GIVE_UP, CODE_S3_DENIED},
    {403, NULL, S3_GIVE_UP, CODE_S3_DENIED},
    {404, NULL, S3_GIVE_UP, CODE_S3_NOT_FOUND},
};

static bool status_fits(long row, long status)
{
    return row == 0 || row == status || (row < 10 && row == status / 100);
}

enum s3_deed s3_error_judge(long status, const char *code, enum code *give_up)
{
    *give_up = CODE_S3_UNAVAILABLE;
    if (status == 0)
        return S3_AGAIN;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (!status_fits(rules[i].status, status) ||
            (rules[i].code != NULL && strcmp(rules[i].code, code) != 0))
            continue;
        *give_up = rules[i].give_up;
        return rules[i].deed;
    }
    *give_up = CODE_S3_ERROR;
    return S3_GIVE_UP;
}
