/* s3_url - where a bucket's objects are: scheme, host, and what stands before the key in the path
 *
 * Pure. AWS: virtual style (path style for a bucket with a dot, which no certificate covers). Any other
 * endpoint: path style unless s3.path_style says no.
 */
#ifndef STAGES_COURIER_S3_URL_H
#define STAGES_COURIER_S3_URL_H

#include <stdbool.h>

struct s3_url {
    char *scheme, *host; /* host with the port, if that is not the scheme's own */
    char *folder;        /* what stands before "/key": "", "/bucket" or "/prefix/bucket", as plain bytes */
};

/* 0, or -1: the endpoint is not a URL of http or https. style: yes, no, auto. */
int s3_url_open(struct s3_url *url, const char *endpoint, const char *bucket, const char *region,
                const char *style);
void s3_url_close(struct s3_url *url);

/* The path of a key, as plain bytes. The caller frees. */
char *s3_url_path(const struct s3_url *url, const char *key);

/* scheme://host + encoded path + "?query" if there is one. The caller frees. */
char *s3_url_text(const struct s3_url *url, const char *path, const char *query);

#endif
