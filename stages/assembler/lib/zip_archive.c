/* zip_archive - see zip_archive.h
 *
 * libzip wants a place to write to that can be sought in; here it is a run of bytes, so that the finished
 * package need not be copied out of libzip's own buffers.
 */
#include "stages/assembler/lib/zip_archive.h"

#include <stdlib.h>
#include <string.h>

#include <zip.h>

#include "proto/panic.h"

enum { DATE = 1 << 5 | 1, TIME = 0, LEVEL = 6 }; /* 1 January 1980, the first day of DOS */

struct zip_archive {
    zip_t *archive;
    struct bytes out;
    zip_uint64_t at;
    zip_error_t error;
};

/* ---- the place to write to ---- */

static zip_int64_t output_write(struct zip_archive *package, const void *data, zip_uint64_t size)
{
    if (package->at + size > package->out.size) {
        size_t missing = package->at + size - package->out.size;

        must(package->at <= package->out.size);
        memcpy(package->out.data + package->at, data, package->out.size - package->at);
        bytes_add(&package->out, (const char *)data + (size - missing), missing);
    } else
        memcpy(package->out.data + package->at, data, size);
    package->at += size;
    return (zip_int64_t)size;
}

static zip_int64_t output_seek(struct zip_archive *package, void *data, zip_uint64_t size)
{
    zip_int64_t at =
        zip_source_seek_compute_offset(package->at, package->out.size, data, size, &package->error);

    if (at < 0)
        return -1;
    package->at = (zip_uint64_t)at;
    return 0;
}

static zip_int64_t output_stat(void *data)
{
    zip_stat_t *stat = data;

    zip_stat_init(stat);
    stat->size = 0;
    stat->valid = ZIP_STAT_SIZE;
    return sizeof *stat;
}

static zip_int64_t output_source(void *state, void *data, zip_uint64_t size, zip_source_cmd_t command)
{
    struct zip_archive *package = state;

    switch (command) {
    case ZIP_SOURCE_SUPPORTS:
        return zip_source_make_command_bitmap(
            ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR,
            ZIP_SOURCE_FREE, ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL, ZIP_SOURCE_BEGIN_WRITE,
            ZIP_SOURCE_COMMIT_WRITE, ZIP_SOURCE_ROLLBACK_WRITE, ZIP_SOURCE_WRITE, ZIP_SOURCE_SEEK_WRITE,
            ZIP_SOURCE_TELL_WRITE, ZIP_SOURCE_REMOVE, -1);
    case ZIP_SOURCE_STAT:
        return output_stat(data);
    case ZIP_SOURCE_ERROR:
        return zip_error_to_data(&package->error, data, size);
    case ZIP_SOURCE_WRITE:
        return output_write(package, data, size);
    case ZIP_SOURCE_SEEK_WRITE:
        return output_seek(package, data, size);
    case ZIP_SOURCE_TELL_WRITE:
        return (zip_int64_t)package->at;
    default: /* nothing is ever read from it, and it need not be opened or closed */
        return 0;
    }
}

/* ---- the package ---- */

struct zip_archive *zip_archive_new(size_t expected)
{
    struct zip_archive *package = need_zero(1, sizeof *package);
    zip_source_t *source;

    zip_error_init(&package->error);
    source = zip_source_function_create(output_source, package, &package->error);
    must(source != NULL);
    bytes_room(&package->out, expected);
    package->archive = zip_open_from_source(source, ZIP_TRUNCATE, &package->error);
    must(package->archive != NULL);
    return package;
}

void zip_archive_add(struct zip_archive *package, const char *name, const void *data, size_t size,
                     enum zip_method method)
{
    zip_source_t *source = zip_source_buffer(package->archive, data, size, 0);
    zip_int64_t index;

    must(source != NULL);
    index = zip_file_add(package->archive, name, source, ZIP_FL_ENC_UTF_8);
    must(index >= 0);
    must(zip_file_set_dostime(package->archive, (zip_uint64_t)index, TIME, DATE, 0) == 0);
    must(zip_set_file_compression(package->archive, (zip_uint64_t)index,
                                  method == ZIP_METHOD_DEFLATED ? ZIP_CM_DEFLATE : ZIP_CM_STORE, LEVEL) == 0);
}

void zip_archive_finish(struct zip_archive **package, struct bytes *to)
{
    must(zip_close((*package)->archive) == 0); /* memory to memory: only a bug can make it fail */
    zip_error_fini(&(*package)->error);
    *to = (*package)->out;
    free(*package);
    *package = NULL;
}
