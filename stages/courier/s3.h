/* s3 - an S3 bucket as the store: fetch, store (in parts if large), and links that fetch what was stored
 *
 * Each transfer sends one request at a time. A request that fails for a while is sent again (store.tries in
 * all); a wrong region or clock is corrected once, for all transfers. An upload in parts that cannot be
 * finished is aborted, or it would cost storage for ever.
 */
#ifndef STAGES_COURIER_S3_H
#define STAGES_COURIER_S3_H

#include "stages/courier/transfer.h"

/* Each begins or goes on with a transfer of FETCH or REVISIT, STORE, LINK: it sends a request, or answers the
 * lease at once and frees the transfer. */
void s3_fetch(struct transfer *transfer);
void s3_store(struct transfer *transfer);
void s3_link(struct transfer *transfer);

/* Ends a transfer of any store as CANCEL asks: aborts an upload in parts first, then fails the lease. */
void s3_cancel(struct transfer *transfer);

#endif
