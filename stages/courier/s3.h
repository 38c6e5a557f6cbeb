/* s3 - an S3 bucket as the store: fetch, store (in parts if large), and links that fetch what was stored
 *
 * Each transfer sends one request at a time.  A request that fails for a while is sent again (store.tries in
 * all), a wrong region or clock is put right once and for all transfers.  An upload in parts that cannot be
 * finished is taken back, or it would cost storage for ever.
 */
#ifndef STAGES_COURIER_S3_H
#define STAGES_COURIER_S3_H

#include "stages/courier/transfer.h"

/* NULL after logging why: the endpoint is no URL. */
struct s3 *s3_open(const struct conf *conf);
void s3_close(struct s3 **s3);

/* Names of what is missing, separated by ", "; "" if nothing is. */
void s3_lacks(const struct conf *conf, char *out, size_t room);

void s3_fetch(struct transfer *transfer);
void s3_store(struct transfer *transfer);
void s3_link(struct transfer *transfer);

/* Gives up a transfer from outside; an upload under way is taken back first. */
void s3_cancel(struct transfer *transfer);

/* Frees what the store keeps for a transfer. */
void s3_forget(struct transfer *transfer);

#endif
