/* artifact - the documents that are made of a lecture (artifacts.def)
 *
 * The first three are always made; the others if the request asks for them.  A set of artifacts is a number
 * with one bit (1 << enum artifact) for each.
 */
#ifndef PROTO_ARTIFACT_H
#define PROTO_ARTIFACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARTIFACT(NAME, word, file, type, link) ARTIFACT_##NAME,
enum artifact {
#include "proto/artifacts.def"
    ARTIFACTS
};
#undef ARTIFACT

enum { OUTPUTS_ALWAYS = 1 << ARTIFACT_SUMMARY | 1 << ARTIFACT_DOCX | 1 << ARTIFACT_APKG };

/* Whether it is made, and how many are, if these outputs were asked for. */
bool artifact_made(uint32_t outputs, unsigned artifact);
unsigned artifact_count(uint32_t outputs);

/* The texts of its row; static. artifact must be below ARTIFACTS. */
const char *artifact_word(unsigned artifact);
const char *artifact_file(unsigned artifact);
const char *artifact_type(unsigned artifact);
const char *artifact_link(unsigned artifact);

/* The artifact of that word in requests; ARTIFACTS: there is none. */
enum artifact artifact_of(const char *word);

/* Reads words with commas between them ("md,html") into a set; no words are the empty set. Returns false if
 * one of them names no artifact. */
bool artifact_set(uint32_t *outputs, const char *words, size_t size);

#endif
