/* xml - see xml.h */
#include "stages/assembler/lib/xml.h"

#include <stdio.h>
#include <stdlib.h>

#include <libxml/parser.h>
#include <libxml/xmlwriter.h>

#include "proto/panic.h"

struct xml {
    xmlTextWriterPtr writer;
};

static int bytes_write(void *context, const char *data, int size)
{
    bytes_add(context, data, (size_t)size);
    return size;
}

void xml_prepare(void)
{
    xmlInitParser();
}

struct xml *xml_part(struct bytes *to)
{
    struct xml *xml = need(sizeof *xml);
    xmlOutputBufferPtr out = xmlOutputBufferCreateIO(bytes_write, NULL, to, NULL);

    must(out != NULL);
    xml->writer = xmlNewTextWriter(out);
    must(xml->writer != NULL);
    return xml;
}

struct xml *xml_new(struct bytes *to)
{
    struct xml *xml = xml_part(to);

    must(xmlTextWriterStartDocument(xml->writer, NULL, "UTF-8", "yes") >= 0);
    return xml;
}

void xml_end(struct xml **xml)
{
    must(xmlTextWriterEndDocument((*xml)->writer) >= 0);
    xmlFreeTextWriter((*xml)->writer);
    free(*xml);
    *xml = NULL;
}

void xml_open(struct xml *xml, const char *name)
{
    must(xmlTextWriterStartElement(xml->writer, BAD_CAST name) >= 0);
}

void xml_close(struct xml *xml)
{
    must(xmlTextWriterEndElement(xml->writer) >= 0);
}

void xml_attr(struct xml *xml, const char *name, const char *value)
{
    must(xmlTextWriterWriteAttribute(xml->writer, BAD_CAST name, BAD_CAST value) >= 0);
}

void xml_attr_number(struct xml *xml, const char *name, long long value)
{
    char text[24];

    snprintf(text, sizeof text, "%lld", value);
    xml_attr(xml, name, text);
}

void xml_text(struct xml *xml, const char *text)
{
    must(xmlTextWriterWriteString(xml->writer, BAD_CAST text) >= 0);
}

void xml_text_part(struct xml *xml, const char *text, size_t size)
{
    xmlChar *copy = xmlStrndup(BAD_CAST text, (int)size);

    must(copy != NULL && xmlTextWriterWriteString(xml->writer, copy) >= 0);
    xmlFree(copy);
}

void xml_raw(struct xml *xml, const char *markup)
{
    must(xmlTextWriterWriteRaw(xml->writer, BAD_CAST markup) >= 0);
}

void xml_empty(struct xml *xml, const char *name)
{
    xml_open(xml, name);
    xml_close(xml);
}

void xml_value(struct xml *xml, const char *name, const char *value)
{
    xml_open(xml, name);
    xml_attr(xml, "w:val", value);
    xml_close(xml);
}

void xml_leaf(struct xml *xml, const char *name, const char *text)
{
    xml_open(xml, name);
    xml_text(xml, text);
    xml_close(xml);
}
