/* s3_url - where a bucket's objects are: scheme, host, and what stands before the key in the path (pure)
 *
 * At AWS the bucket is a part of the host (virtual-hosted style), or of the path if it has a dot, which no
 * certificate covers; at any other endpoint it is a part of the path, unless s3.path_style says no
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html).
 */
#ifndef STAGES_COURIER_S3_URL_H
#define STAGES_COURIER_S3_URL_H

#include <stdbool.h>

struct s3_url {
    char *scheme, *host; /* host with the port, if that is not the scheme's own */
    char *folder;        /* what stands before "/key": "", "/bucket" or "/prefix/bucket", as plain bytes */
};

/* endpoint: a URL; "": AWS in that region. style: s3.path_style, one of yes, no, auto. 0, and s3_url_close()
 * gives back what url holds; -1: the endpoint is not a URL of http or https. */
int s3_url_open(struct s3_url *url, const char *endpoint, const char *bucket, const char *region,
                const char *style);
void s3_url_close(struct s3_url *url);

/* The path of a key, as plain bytes; the caller frees it. */
char *s3_url_path(const struct s3_url *url, const char *key);

/* The URL of an encoded path and query (sigv4.h), "" if there is no query; the caller frees it. */
char *s3_url_text(const struct s3_url *url, const char *path, const char *query);

#endif
