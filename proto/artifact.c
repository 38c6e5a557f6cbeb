/* artifact - see artifact.h */
#include "proto/artifact.h"

#include <string.h>

#include "proto/panic.h"

#define ROW(name, word, file, type, link) {word, file, type, link},
static const struct {
    const char *word, *file, *type, *link;
} rows[ARTIFACTS] = {ARTIFACT_TABLE(ROW)};

bool artifact_made(uint32_t outputs, unsigned artifact)
{
    return artifact < ARTIFACTS && ((outputs | OUTPUTS_ALWAYS) >> artifact & 1) == 1;
}

unsigned artifact_count(uint32_t outputs)
{
    unsigned count = 0;

    for (unsigned n = 0; n < ARTIFACTS; n++)
        count += artifact_made(outputs, n);
    return count;
}

const char *artifact_word(unsigned artifact)
{
    must(artifact < ARTIFACTS);
    return rows[artifact].word;
}

const char *artifact_file(unsigned artifact)
{
    must(artifact < ARTIFACTS);
    return rows[artifact].file;
}

const char *artifact_type(unsigned artifact)
{
    must(artifact < ARTIFACTS);
    return rows[artifact].type;
}

const char *artifact_link(unsigned artifact)
{
    must(artifact < ARTIFACTS);
    return rows[artifact].link;
}

static enum artifact find(const char *word, size_t size)
{
    unsigned artifact = 0;

    while (artifact < ARTIFACTS &&
           (strlen(rows[artifact].word) != size || memcmp(rows[artifact].word, word, size) != 0))
        artifact++;
    return (enum artifact)artifact;
}

enum artifact artifact_of(const char *word)
{
    return find(word, strlen(word));
}

bool artifact_set(uint32_t *outputs, const char *words, size_t size)
{
    const char *end = words + size;

    *outputs = 0;
    while (words < end) {
        const char *comma = memchr(words, ',', (size_t)(end - words));
        size_t length = (size_t)((comma == NULL ? end : comma) - words);
        enum artifact artifact = find(words, length);

        if (artifact == ARTIFACTS)
            return false;
        *outputs |= 1u << artifact;
        words += length + (comma != NULL);
    }
    return true;
}
