/* backslash - see backslash.h */
#include "stages/vision/answer/backslash.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "proto/panic.h"

enum { ROUNDS = 3, MAX_NAME = 20 };

/* Names that nobody writes as letters of a formula. A blank before and after each. */
static const char commands[] =
    " alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho "
    "sigma tau "
    "upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega "
    "frac dfrac tfrac sqrt sum prod int iint iiint oint lim limits sup inf max min log ln exp sin cos tan "
    "cot sec csc "
    "arcsin arccos arctan sinh cosh tanh det gcd arg dim ker deg left right big Big bigg Bigg bigl bigr "
    "begin end text "
    "textbf textit textrm mathrm mathbf mathbb mathcal mathit mathsf mathfrak mathscr operatorname "
    "boldsymbol vec hat "
    "bar tilde dot ddot overline underline widehat widetilde overbrace underbrace leq geq neq le ge ne lt gt "
    "approx "
    "equiv sim simeq cong propto ll gg times cdot cdots ldots dots vdots ddots div pm mp ast circ bullet "
    "oplus otimes "
    "in notin ni subset subseteq supset supseteq cup cap setminus emptyset varnothing forall exists nexists "
    "neg land "
    "lor to rightarrow leftarrow leftrightarrow Rightarrow Leftarrow Leftrightarrow mapsto implies iff "
    "longrightarrow "
    "xrightarrow xleftarrow uparrow downarrow infty partial nabla angle perp parallel mid langle rangle "
    "lfloor rfloor "
    "lceil rceil quad qquad hline binom dbinom tbinom pmod bmod mod ce hbar ell Re Im aleph prime therefore "
    "because "
    "triangle square dagger star stackrel overset underset substack phantom boxed cancel displaystyle label "
    "tag abs "
    "norm bra ket braket dv pdv qty SI si unit num degree ";

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Does a command's name begin here? */
static bool names_command(const char *at, const char *end)
{
    char word[MAX_NAME + 3] = " ";
    size_t size = 0;

    while (at + size < end && size < MAX_NAME && is_letter(at[size]))
        size++;
    memcpy(word + 1, at, size);
    word[1 + size] = ' ';
    return size > 1 && strstr(commands, word) != NULL;
}

static size_t run_at(const char *at, const char *end)
{
    size_t size = 0;

    while (at + size < end && at[size] == '\\')
        size++;
    return size;
}

/* All in pairs, and one pair before a command. */
static bool is_doubled(const char *text, size_t size)
{
    const char *end = text + size;
    bool command = false;

    for (const char *at = text; at < end; at++) {
        size_t run = run_at(at, end);

        if (run % 2 != 0)
            return false;
        command = command || (run > 0 && names_command(at + run, end));
        at += run;
    }
    return command;
}

static size_t halve(char *text, size_t size)
{
    size_t used = 0;

    for (size_t at = 0; at < size; at++) {
        text[used++] = text[at];
        at += text[at] == '\\';
    }
    return used;
}

/* Several backslashes before a command are one, where there are no rows. */
static size_t join(char *text, size_t size)
{
    const char *end = text + size;
    size_t used = 0;

    if (memmem(text, size, "\\begin", 6) != NULL || memchr(text, '&', size) != NULL)
        return size;
    for (size_t at = 0; at < size;) {
        size_t run = run_at(text + at, end), kept = run;

        if (run > 1 && names_command(text + at + run, end))
            kept = 1;
        memmove(text + used, text + at, kept);
        used += kept;
        at += run;
        if (run == 0)
            text[used++] = text[at++];
    }
    return used;
}

void backslash_mend(FILE *out, const char *formula, size_t size)
{
    char *text = need(size + 1);

    memcpy(text, formula, size);
    for (int round = 0; round < ROUNDS && is_doubled(text, size); round++)
        size = halve(text, size);
    size = join(text, size);
    fwrite(text, 1, size, out);
    free(text);
}
