/* vault - seals the passwords of PDFs while their jobs are open, and lets two requests be compared by theirs
 *
 * The key is made at the first start and lies in the state folder, beside the ledger but not in it: a copy of
 * the ledger alone reveals no password.
 */
#ifndef SUPERVISOR_VAULT_H
#define SUPERVISOR_VAULT_H

struct vault;

/* Reads the key from the working folder, or makes it. */
struct vault *vault_open(void);
void vault_free(struct vault **vault);

/* Encrypts the password with AES-256-GCM for the job of that name alone. Returns lower-case hex, which the
 * caller frees. */
char *vault_seal(const struct vault *vault, const char *job, const char *password);

/* Decrypts it; the caller frees the password. NULL: it was sealed with another key or for another job, or is
 * damaged. */
char *vault_unseal(const struct vault *vault, const char *job, const char *sealed);

/* Combines the digest of a request with its password into mark: the same for the same password, and of no use
 * for guessing it without the key. */
void vault_mark(const struct vault *vault, const char *digest, const char *password, char mark[65]);

#endif
