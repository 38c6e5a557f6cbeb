/* artifact - what is made of a lecture, one row each
 *
 * The first three are always made; the others if the request asks for them.  A set of them is a number with a
 * bit for each.
 */
#ifndef PROTO_ARTIFACT_H
#define PROTO_ARTIFACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* row(SUFFIX, word in requests, file name, media type, name of its link in callbacks) */
#define ARTIFACT_TABLE(row)                                                                                  \
    row(SUMMARY, "summary", "summary.json", "application/json", "summary_json_url")                          \
        row(DOCX, "docx", "lecture.docx",                                                                    \
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx_url")           \
            row(APKG, "apkg", "lecture.apkg", "application/octet-stream", "anki_url")                        \
                row(MD, "md", "lecture.md", "text/markdown; charset=utf-8", "md_url")                        \
                    row(HTML, "html", "lecture.html", "text/html; charset=utf-8", "html_url")                \
                        row(TSV, "tsv", "cards.tsv", "text/tab-separated-values; charset=utf-8", "tsv_url")

#define ENUM_ARTIFACT(name, word, file, type, link) ARTIFACT_##name,
enum artifact { ARTIFACT_TABLE(ENUM_ARTIFACT) ARTIFACTS };

enum { OUTPUTS_ALWAYS = 1 << ARTIFACT_SUMMARY | 1 << ARTIFACT_DOCX | 1 << ARTIFACT_APKG };

/* Is it made, if these outputs are asked for? */
bool artifact_made(uint32_t outputs, unsigned artifact);
unsigned artifact_count(uint32_t outputs);

/* The texts of a row; static. */
const char *artifact_word(unsigned artifact);
const char *artifact_file(unsigned artifact);
const char *artifact_type(unsigned artifact);
const char *artifact_link(unsigned artifact);

/* By the word in requests; ARTIFACTS: there is none. */
enum artifact artifact_of(const char *word);

/* The set that words between commas name ("md,html"). false: one of them is none; no words are the empty set.
 */
bool artifact_set(uint32_t *outputs, const char *words, size_t size);

#endif
