/* xml - libxml2's text writer, writing into bytes
 *
 * A failure of the writer can only be lack of memory or a bug of ours: it ends the process.
 */
#ifndef STAGES_ASSEMBLER_LIB_XML_H
#define STAGES_ASSEMBLER_LIB_XML_H

#include <stddef.h>

#include "stages/assembler/lib/bytes.h"

struct xml;

/* Begins a document (with its declaration); xml_end finishes it, closes what is open and frees. */
struct xml *xml_new(struct bytes *to);
void xml_end(struct xml **xml);

/* The same without a declaration: a part of what stands in to already. */
struct xml *xml_part(struct bytes *to);

void xml_open(struct xml *xml, const char *name);
void xml_close(struct xml *xml);
void xml_attr(struct xml *xml, const char *name, const char *value);
void xml_attr_number(struct xml *xml, const char *name, long long value);
void xml_text(struct xml *xml, const char *text);
void xml_text_part(struct xml *xml, const char *text, size_t size);
void xml_raw(struct xml *xml, const char *markup); /* constant markup of ours, never text of others */

/* <name/>, <name w:val="value"/>, <name>text</name> */
void xml_empty(struct xml *xml, const char *name);
void xml_value(struct xml *xml, const char *name, const char *value);
void xml_leaf(struct xml *xml, const char *name, const char *text);

#endif
