/* artifact - see artifact.h */
#include "proto/artifact.h"

#include <string.h>

#include "proto/panic.h"

static const struct {
    const char *word, *file, *type, *link;
} rows[ARTIFACTS] = {
#define ARTIFACT(NAME, word, file, type, link) {word, file, type, link},
#include "proto/artifacts.def"
#undef ARTIFACT
};

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

#define TEXT_OF(text)                                                                                        \
    const char *artifact_##text(unsigned artifact)                                                           \
    {                                                                                                        \
        must(artifact < ARTIFACTS);                                                                          \
        return rows[artifact].text;                                                                          \
    }
TEXT_OF(word)
TEXT_OF(file)
TEXT_OF(type)
TEXT_OF(link)

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
