/* test_vault - a sealed password opens with the key it was sealed with, for the job it was sealed for */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "supervisor/store/vault.h"

static const char password[] = "ünlöck \xe1\x84\x80 me";

static void a_password_comes_back_after_a_restart(void **state)
{
    struct vault *vault = vault_open();
    char *sealed = vault_seal(vault, "job-1", password), *again = vault_seal(vault, "job-1", password),
         *opened;
    struct stat info;

    (void)state;
    assert_null(strstr(sealed, "6e6cc3b6636b")); /* what it would be in plain hex */
    assert_string_not_equal(sealed, again);
    vault_free(&vault);
    assert_int_equal(stat("password.key", &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    vault = vault_open();
    opened = vault_unseal(vault, "job-1", sealed);
    assert_string_equal(opened, password);
    vault_free(&vault);
    free(opened);
    free(sealed);
    free(again);
}

static void what_does_not_belong_together_stays_shut(void **state)
{
    struct vault *vault = vault_open();
    char *sealed = vault_seal(vault, "job-1", password);
    size_t size = strlen(sealed);

    (void)state;
    assert_null(vault_unseal(vault, "job-2", sealed));
    for (size_t i = 0; i < size; i++) { /* not one digit of it may be another */
        char digit = sealed[i];

        sealed[i] = digit == '0' ? '1' : '0';
        assert_null(vault_unseal(vault, "job-1", sealed));
        sealed[i] = digit;
    }
    for (size_t cut = 0; cut < size; cut++) {
        char digit = sealed[cut];

        sealed[cut] = '\0';
        assert_null(vault_unseal(vault, "job-1", sealed));
        sealed[cut] = digit;
    }
    vault_free(&vault);
    assert_int_equal(unlink("password.key"), 0);
    vault = vault_open();
    assert_null(vault_unseal(vault, "job-1", sealed));
    vault_free(&vault);
    free(sealed);
}

static void marks_tell_passwords_apart(void **state)
{
    static const char digest[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    struct vault *vault = vault_open();
    char one[65], same[65], other[65];

    (void)state;
    vault_mark(vault, digest, "a", one);
    vault_mark(vault, digest, "a", same);
    vault_mark(vault, digest, "b", other);
    assert_int_equal(strlen(one), 64);
    assert_string_equal(one, same);
    assert_string_not_equal(one, other);
    assert_string_not_equal(one, digest);
    vault_free(&vault);
    assert_int_equal(unlink("password.key"), 0);
    vault = vault_open(); /* another key: nothing to be learned by trying passwords on a copy of the ledger */
    vault_mark(vault, digest, "a", other);
    assert_string_not_equal(one, other);
    vault_free(&vault);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_password_comes_back_after_a_restart),
        cmocka_unit_test(what_does_not_belong_together_stays_shut),
        cmocka_unit_test(marks_tell_passwords_apart),
    };
    char folder[] = "/tmp/slidemill-vault-XXXXXX";
    int failed;

    if (mkdtemp(folder) == NULL || chdir(folder) == -1)
        return 1;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    return unlink("password.key") == -1 || rmdir(folder) == -1 ? 1 : failed;
}
