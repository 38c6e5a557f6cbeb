/* vault - passwords of PDFs while their jobs are open: sealed, and marked so that two can be compared
 *
 * The key is made at the first start and lies in the state folder, beside the ledger but not in it: a copy of
 * the ledger alone tells no password.
 */
#ifndef SUPERVISOR_VAULT_H
#define SUPERVISOR_VAULT_H

struct vault;

/* Reads the key from the working folder, or makes it. */
struct vault *vault_open(void);
void vault_free(struct vault **vault);

/* AES-256-GCM as lower-case hex (malloced), good for the job of that name alone. */
char *vault_seal(const struct vault *vault, const char *job, const char *password);

/* malloced; NULL: sealed with another key or for another job, or damaged. */
char *vault_unseal(const struct vault *vault, const char *job, const char *sealed);

/* What a request's digest becomes if a password came with it: the same for the same password, and of no use
 * for guessing it without the key. */
void vault_mark(const struct vault *vault, const char *digest, const char *password, char mark[65]);

#endif
