/* xml - libxml2's text writer, writing into bytes
 *
 * https://gnome.pages.gitlab.gnome.org/libxml2/html/xmlwriter_8h.html.  Text and values are escaped; they are
 * UTF-8 without the control characters that XML 1.0 forbids (text_clean).
 * A failure of the writer can only be lack of memory or a bug of ours: it ends the process.
 */
#ifndef STAGES_ASSEMBLER_LIB_XML_H
#define STAGES_ASSEMBLER_LIB_XML_H

#include <stddef.h>

#include "stages/assembler/lib/bytes.h"

struct xml;

/* To be called once, before the first thread that writes XML. */
void xml_prepare(void);

/* Begins a document (with its declaration); xml_end finishes it, closes what is open and frees. */
struct xml *xml_new(struct bytes *to);
void xml_end(struct xml **xml);

/* The same without a declaration: a part of what stands in to already. */
struct xml *xml_part(struct bytes *to);

/* Begins an element; xml_close ends the one that was opened last. Attributes come before everything else that
 * stands in the element. Names may have a prefix, whose namespace an element around declares. */
void xml_open(struct xml *xml, const char *name);
void xml_close(struct xml *xml);
void xml_attr(struct xml *xml, const char *name, const char *value);
void xml_attr_number(struct xml *xml, const char *name, long long value);

/* The text, or its first size bytes. */
void xml_text(struct xml *xml, const char *text);
void xml_text_part(struct xml *xml, const char *text, size_t size);

/* Writes constant markup of ours as it is; never text of others. */
void xml_raw(struct xml *xml, const char *markup);

/* <name/>, <name w:val="value"/>, <name>text</name> */
void xml_empty(struct xml *xml, const char *name);
void xml_value(struct xml *xml, const char *name, const char *value);
void xml_leaf(struct xml *xml, const char *name, const char *text);

#endif
