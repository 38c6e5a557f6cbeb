/* test_cli - the slidemill command as a person runs it, with a stand-in for the supervisor behind it
 *
 * serve: what the parent passes on, starts again and gives up.  run: what comes home, what is said, what is
 * left behind.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATIENCE_MS = 20000, TEXT_ROOM = 1 << 16 };

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static char folder[] = "/tmp/test_cli-XXXXXX";

/* ---- helpers ---- */

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A file in the test's folder; "" if it is not there. Static, one per call site's need: copied by the caller
 * if kept. */
static const char *text_of(const char *name)
{
    static char text[TEXT_ROOM];
    char path[256];
    ssize_t size;
    int fd;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    size = fd == -1 ? 0 : read(fd, text, sizeof text - 1);
    if (fd != -1)
        close(fd);
    text[size] = '\0';
    return text;
}

static unsigned count_of(const char *name, const char *part)
{
    unsigned count = 0;

    for (const char *at = strstr(text_of(name), part); at != NULL; at = strstr(at + 1, part))
        count++;
    return count;
}

static void wait_for(const char *name, const char *part, unsigned times)
{
    int64_t until = now_ms() + PATIENCE_MS;

    while (count_of(name, part) < times) {
        if (now_ms() > until)
            fail_msg("no \"%s\" in %s: %s", part, name, text_of(name));
        usleep(2000);
    }
}

static void expect(const char *name, const char *part)
{
    if (strstr(text_of(name), part) == NULL)
        fail_msg("no \"%s\" in %s: %s", part, name, text_of(name));
}

static void expect_no(const char *name, const char *part)
{
    if (strstr(text_of(name), part) != NULL)
        fail_msg("\"%s\" in %s: %s", part, name, text_of(name));
}

static void write_file(const char *name, const char *text)
{
    char path[256];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "we");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static unsigned entries_in(const char *name)
{
    char path[256];
    struct dirent *entry;
    unsigned count = 0;
    DIR *dir;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    dir = opendir(path);
    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL)
        count += entry->d_name[0] != '.';
    closedir(dir);
    return count;
}

static void redirect(const char *name, int to)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    if (fd == -1 || dup2(fd, to) == -1)
        _exit(127);
    close(fd);
}

/* FILES: out and err. UNREAD: err is a pipe that nobody reads. CLOSED: it has none of the three. */
enum words { FILES, UNREAD, CLOSED };

static void direct(enum words words)
{
    int ends[2];

    redirect("out", STDOUT_FILENO);
    redirect("err", STDERR_FILENO);
    if (words == UNREAD && (pipe2(ends, O_CLOEXEC) == -1 || dup2(ends[1], STDERR_FILENO) == -1))
        _exit(127);
    if (words == CLOSED)
        close_range(STDIN_FILENO, STDERR_FILENO, 0);
}

/* Starts slidemill in the test's folder. */
static pid_t start_with(enum words words, const char *plan, const char *const *arguments)
{
    const char *argv[8] = {"slidemill"};
    pid_t pid;

    for (int i = 0; arguments[i] != NULL; i++)
        argv[i + 1] = arguments[i];
    pid = fork();
    assert_true(pid != -1);
    if (pid == 0) {
        char parent[32];

        if (chdir(folder) == -1 || prctl(PR_SET_PDEATHSIG, SIGKILL) == -1)
            _exit(127);
        direct(words);
        snprintf(parent, sizeof parent, "%d", (int)getpid());
        setenv("DOUBLE_PARENT", parent, 1);
        setenv("DOUBLE_PLAN", plan, 1);
        execv(CLI_PROGRAM, (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    return pid;
}

static pid_t start(const char *plan, const char *const *arguments)
{
    return start_with(FILES, plan, arguments);
}

/* Its exit code; 128 and the number if a signal ended it. */
static int end_of(pid_t pid)
{
    struct pollfd item = {.fd = pidfd_open(pid, 0), .events = POLLIN};
    int status;

    assert_int_equal(poll(&item, 1, PATIENCE_MS), 1);
    close(item.fd);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int outcome(const char *plan, const char *const *arguments)
{
    return end_of(start(plan, arguments));
}

static int make_folder(void **state)
{
    char path[256];

    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/trace", folder);
    setenv("DOUBLE_TRACE", path, 1);
    return 0;
}

/* Every test begins in an empty folder with a lecture and an empty nest folder in it. */
static int clean(void **state)
{
    char command[256];

    (void)state;
    snprintf(command, sizeof command, "rm -rf %s/* && mkdir %s/nests", folder, folder);
    if (system(command) != 0)
        return -1;
    snprintf(command, sizeof command, "%s/nests", folder);
    setenv("TMPDIR", command, 1);
    write_file("Week 1 (final).pdf", "%PDF-1.7\nnot much of a lecture\n");
    return 0;
}

static int drop_folder(void **state)
{
    char command[256];

    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

/* ---- serve ---- */

static const char *const serve[] = {"serve", NULL};

static void passes_final_codes_on(void **state)
{
    static const struct {
        const char *plan;
        int code;
    } rows[] = {{"exit-64", 64}, {"exit-71", 71}, {"exit-78", 78}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(outcome(rows[i].plan, serve), rows[i].code);
        assert_int_equal(count_of("trace", "start"), i + 1);
    }
}

static void starts_again_what_was_killed(void **state)
{
    int64_t began = now_ms();
    pid_t pid = start("killed-2", serve);

    (void)state;
    wait_for("trace", "ready", 1);
    assert_int_equal(count_of("trace", "start"), 3);
    assert_true(now_ms() - began >= 2000); /* at least a second between two starts */
    kill(pid, SIGTERM);
    assert_int_equal(end_of(pid), 0);
    assert_int_equal(count_of("trace", "start"), 3);
    expect("err", "\"code\":137");
}

static void starts_again_what_exits_with_a_fault(void **state)
{
    pid_t pid = start("exit-70", serve);

    (void)state;
    wait_for("trace", "start", 2);
    kill(pid, SIGTERM); /* it may hit the pause or the supervisor: both end it */
    assert_true(end_of(pid) != 137);
}

static void forwards_signals(void **state)
{
    pid_t pid = start("wait", serve);

    (void)state;
    wait_for("trace", "ready", 1);
    kill(pid, SIGHUP);
    wait_for("trace", "HUP", 1);
    kill(pid, SIGHUP);
    wait_for("trace", "HUP", 2);
    kill(pid, SIGINT);
    assert_int_equal(end_of(pid), 0);
    assert_int_equal(count_of("trace", "TERM"), 1); /* asked once, by whichever way we were asked */
    assert_int_equal(count_of("trace", "start"), 1);
}

static void holds_signals_back_until_the_supervisor_takes_them(void **state)
{
    pid_t pid = start("slow", serve);

    (void)state;
    wait_for("trace", "start", 1);
    kill(pid, SIGHUP);
    wait_for("trace", "HUP", 1);
    kill(pid, SIGTERM);
    assert_int_equal(end_of(pid), 0);
    assert_int_equal(count_of("trace", "start"), 1);
}

static void goes_on_when_nobody_reads_its_log(void **state)
{
    pid_t pid = start_with(UNREAD, "killed-1", serve);

    (void)state;
    wait_for("trace", "ready", 1);
    assert_int_equal(count_of("trace", "start"), 2);
    kill(pid, SIGTERM);
    assert_int_equal(end_of(pid), 0);
}

/* Else the log would be written into a socket or a file that has got its number. */
static void gives_the_place_of_a_closed_descriptor_to_no_other(void **state)
{
    pid_t pid = start_with(CLOSED, "wait", serve);
    int supervisor;

    (void)state;
    wait_for("trace", "ready", 1);
    assert_int_equal(sscanf(strstr(text_of("trace"), "ready"), "ready %d", &supervisor), 1);
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        char name[64], path[64] = "";

        snprintf(name, sizeof name, "/proc/%d/fd/%d", supervisor, fd);
        assert_true(readlink(name, path, sizeof path - 1) > 0);
        assert_string_equal(path, "/dev/null");
    }
    kill(pid, SIGTERM);
    assert_int_equal(end_of(pid), 0);
}

static void second_stop_kills(void **state)
{
    pid_t pid = start("stubborn", serve);

    (void)state;
    wait_for("trace", "ready", 1);
    kill(pid, SIGTERM);
    wait_for("trace", "TERM", 1);
    kill(pid, SIGTERM);
    assert_int_equal(end_of(pid), 137);
}

static void reaps_strangers(void **state)
{
    char path[64], stat[256] = "";
    int64_t until = now_ms() + PATIENCE_MS;
    pid_t pid = start("orphan", serve);
    int orphan, fd;

    (void)state;
    wait_for("trace", "orphan ", 1);
    orphan = atoi(strstr(text_of("trace"), "orphan ") + 7);
    snprintf(path, sizeof path, "/proc/%d/stat", orphan);
    while ((fd = open(path, O_RDONLY)) != -1) { /* gone only once it was waited for */
        assert_true(read(fd, stat, sizeof stat - 1) >= 0 || errno == ESRCH); /* it went just now */
        close(fd);
        if (now_ms() > until)
            fail_msg("it is still there: %s", stat);
        usleep(2000);
    }
    kill(pid, SIGTERM);
    assert_int_equal(end_of(pid), 0);
}

static void supervisor_does_not_outlive_its_parent(void **state)
{
    pid_t pid = start("wait", serve);
    int64_t until = now_ms() + PATIENCE_MS;
    char program[32];
    int supervisor;

    (void)state;
    wait_for("trace", "ready", 1);
    assert_int_equal(sscanf(strstr(text_of("trace"), "ready"), "ready %d", &supervisor), 1);
    kill(pid, SIGKILL);
    assert_int_equal(end_of(pid), 137);
    snprintf(program, sizeof program, "/proc/%d/exe", supervisor); /* a zombie has none */
    while (access(program, F_OK) == 0 && now_ms() < until)
        usleep(2000);
    assert_int_equal(access(program, F_OK), -1);
    expect_no("trace", "TERM"); /* no drain that nobody waits for */
}

static void gives_the_file_by_its_whole_name(void **state)
{
    static const char *const arguments[] = {"serve", "--config", "mill.cfg", NULL};
    char line[256];

    (void)state;
    write_file("mill.cfg", "drain_s = 1;\n");
    assert_int_equal(outcome("exit-64", arguments), 64);
    snprintf(line, sizeof line, "start --keeper --config %s/mill.cfg\n", folder);
    expect("trace", line);
}

/* ---- run ---- */

static const char *const run[] = {"run", "Week 1 (final).pdf", "-o", "made/deep", "--language", "Español",
                                  NULL};

static void brings_everything_home(void **state)
{
    (void)state;
    setenv("S3_BUCKET", "not-for-this", 1);
    setenv("WORKER_CALLBACK_URL", "http://not.for/this", 1);
    setenv("OPENAI_API_KEY", "passed-on", 1);
    assert_int_equal(outcome("complete", run), 0);
    unsetenv("S3_BUCKET");
    unsetenv("WORKER_CALLBACK_URL");
    unsetenv("OPENAI_API_KEY");
    expect("trace", "start --local ");
    expect_no("trace", "S3_BUCKET");
    expect_no("trace", "WORKER_CALLBACK_URL");
    expect("trace", "OPENAI_API_KEY=passed-on");
    expect("trace", "hello stage 0 slot 0 generation 1 credit 0\n");
    expect("trace", "submit Week 1 (final).pdf in Español, key [] e-mail [], 31 bytes, digest fits\n");
    expect("trace", "TERM");
    assert_string_equal(text_of("made/deep/lecture.docx"), "docx");
    assert_string_equal(text_of("made/deep/lecture.apkg"), "apkg");
    assert_int_equal(entries_in("made/deep"), 3);
    assert_int_equal(entries_in("nests"), 0);
    expect("out", "made/deep/summary.json\nmade/deep/lecture.docx\nmade/deep/lecture.apkg\n3 slides in ");
    expect("out", " s: 1 explained, 1 text only, 1 failed; 2 cards\n");
    expect("out", "slide 2 failed: RENDER_ERROR: evil ?[31m words\n");
    expect("out", "No language model was used");
    expect("out", "OPENAI_API_KEY");
    expect("err", "inspecting  0:00\nexplaining  2/3 slides  0:00\nwriting  2/3 slides  0:00\n");
    expect_no("err", "\033");
}

static void names_the_folder_after_the_lecture(void **state)
{
    static const char *const arguments[] = {"run", "Week 1 (final).pdf", NULL};

    (void)state;
    assert_int_equal(outcome("complete", arguments), 0);
    assert_int_equal(entries_in("Week 1 (final)"), 3);
    expect("trace", "in English,");
    assert_int_equal(outcome("complete", arguments), 0); /* again: replaced */
    assert_int_equal(entries_in("Week 1 (final)"), 3);
}

static void tells_why_there_is_nothing(void **state)
{
    static const struct {
        const char *name, *plan;
        int code;
        const char *said;
        bool logged; /* a fault of ours: the log is kept */
    } rows[] = {
        {"the job failed", "fail", 65, "Week 1 (final).pdf: PDF_ENCRYPTED: the PDF needs a password", false},
        {"the disk is full", "refuse", 73, "STORAGE_FULL: no room in ", false},
        {"the supervisor dies", "die", 70, "ended before the work was done (signal 6)", true},
        {"the supervisor finds the configuration wrong", "exit-78", 78, "(exit code 78)", true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char log[256];

        print_message("  %s\n", rows[i].name);
        assert_int_equal(clean(NULL), 0);
        assert_int_equal(outcome(rows[i].plan, run), rows[i].code);
        expect("err", rows[i].said);
        assert_string_equal(text_of("out"), "");
        if (!rows[i].logged) {
            expect_no("err", "the log is ");
            continue;
        }
        assert_int_equal(sscanf(strstr(text_of("err"), "the log is "), "the log is %255s", log), 1);
        assert_int_equal(access(log, R_OK), 0);
        *strrchr(log, '/') = '\0';
        assert_int_equal(entries_in(log + strlen(folder)), 1);
    }
}

static void leaves_nothing_when_stopped(void **state)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

    (void)state;
    for (size_t i = 0; i < COUNT(signals); i++) {
        static const char *const arguments[] = {"run", "Week 1 (final).pdf", "-o", "new", NULL};
        char path[256];
        pid_t pid;

        assert_int_equal(clean(NULL), 0);
        pid = start("endless", arguments);
        wait_for("trace", "asked", 2);
        kill(pid, signals[i]);
        assert_int_equal(end_of(pid), 130);
        assert_int_equal(entries_in("nests"), 0);
        snprintf(path, sizeof path, "%s/new", folder);
        assert_int_equal(access(path, F_OK), -1);
        expect("err", "stopped; nothing is kept");
    }
}

static void leaves_nothing_when_nobody_reads_its_words(void **state)
{
    (void)state;
    assert_int_equal(end_of(start_with(UNREAD, "complete", run)), 0);
    assert_int_equal(entries_in("nests"), 0);
    assert_int_equal(entries_in("made/deep"), 3);
}

static void refuses_before_anything_is_started(void **state)
{
    static const struct {
        const char *name, *file, *env, *folder;
        int code;
        const char *said;
    } rows[] = {
        {"no such file", "none.pdf", NULL, "new", 66, "cannot read none.pdf: No such file"},
        {"a folder", "nests", NULL, "new", 66, "Is a directory"},
        {"a device", "/dev/zero", NULL, "new", 66, "not a regular file"},
        {"an empty file", "empty.pdf", NULL, "new", 65, "empty.pdf: EMPTY_FILE: the file is empty"},
        {"something else", "text.pdf", NULL, "new", 65,
         "text.pdf: UNSUPPORTED_TYPE: the file is plain text, not a PDF"},
        {"half a mark", "late.pdf", NULL, "new", 65, "late.pdf: UNSUPPORTED_TYPE: the file is plain text"},
        {"too large", "large.pdf", "SLIDEMILL_LIMIT_PDF_BYTES=1024", "new", 65,
         "2000 bytes; the limit is 1024"},
        {"a wrong setting", "Week 1 (final).pdf", "SLIDEMILL_LIMIT_PDF_BYTES=1", "new", 78, "out of bounds"},
        {"a file where the results should go", "Week 1 (final).pdf", NULL, "text.pdf", 71, "Not a directory"},
        {"a name a terminal would obey", "\033[31m.pdf", NULL, "new", 66, "cannot read ?[31m.pdf"},
    };
    char late[2001];

    (void)state;
    memset(late, ' ', sizeof late - 1);
    late[sizeof late - 1] = '\0';
    memcpy(late + 1022, "%PDX", 4);
    write_file("late.pdf", late);
    memcpy(late + 1020, "%PDF", 4);
    write_file("large.pdf", late);
    write_file("empty.pdf", "");
    write_file("text.pdf", "Hello");
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *const arguments[] = {"run", rows[i].file, "-o", rows[i].folder, NULL};
        char *env = rows[i].env == NULL ? NULL : strdup(rows[i].env);

        print_message("  %s\n", rows[i].name);
        if (env != NULL)
            putenv(env);
        assert_int_equal(outcome("complete", arguments), rows[i].code);
        unsetenv("SLIDEMILL_LIMIT_PDF_BYTES");
        free(env);
        expect("err", rows[i].said);
        assert_string_equal(text_of("trace"), "");
        assert_int_equal(entries_in("nests"), 0);
        if (strcmp(rows[i].folder, "new") == 0)
            assert_string_equal(text_of("new/summary.json"), "");
    }
}

/* ---- the table of commands ---- */

static void knows_its_commands(void **state)
{
    static const struct {
        const char *arguments[4];
        int code;
        const char *out, *err;
    } rows[] = {
        {{"version"}, 0, "slidemill " SLIDEMILL_VERSION "\n", ""},
        {{"--version"}, 0, "slidemill ", ""},
        {{"help"}, 0, "slidemill run LECTURE.pdf", ""},
        {{"-h"}, 0, "slidemill serve", ""},
        {{"run", "--help"}, 0, "--outputs LIST", ""},
        {{"config", "-h"}, 0, "slidemill config reference|default", ""},
        {{"frobnicate", "--help"}, 0, "slidemill serve", ""},
        {{NULL}, 64, "slidemill run LECTURE.pdf", ""},
        {{"srve"}, 64, "", "no command srve; did you mean serve?"},
        {{"RUN"}, 64, "", "did you mean run?"},
        {{"frobnicate"}, 64, "", "no command frobnicate\n"},
        {{"\033[2J"}, 64, "", "no command ?[2J\n"},
        {{"run"}, 64, "", "one PDF file, not 0"},
        {{"run", "--fast", "a.pdf"}, 64, "", "usage: slidemill run"},
        {{"run", "--language=", "a.pdf"}, 64, "", "the language needs a name"},
        {{"config"}, 64, "", "usage: slidemill config"},
        {{"config", "reference", "x"}, 64, "", "usage: slidemill config"},
        {{"config", "check"}, 0, "no fault", ""},
        {{"config", "check", "bad.cfg"}, 78, "", "bad.cfg:1): \"99999\" is out of bounds"},
        {{"config", "check", "money.cfg"}, 78, "", "budget.day_usd: \"$5\" is not an amount"},
        {{"config", "check", "prices.cfg"}, 78, "", "model.prices: \"free\" is not MODEL INPUT OUTPUT"},
        {{"config", "check", "latin1.cfg"}, 78, "", "job.default_language (latin1.cfg:1): "},
        {{"config", "show", "bad.cfg"}, 78, "http.port = 8000  # default", "out of bounds"},
        {{"config", "show"}, 0, "http.port = 8000  # default", ""},
        {{"config", "reference"}, 0, "| `http.port` | `PORT` |", ""},
        {{"config", "default"}, 0, "#port = 8000;", ""},
        {{"health", "--url", "http://127.0.0.1:1/"}, 1, "", "http://127.0.0.1:1/health: "},
        {{"health", "--url", "file:///etc"}, 1, "", "file:///etc/health: Unsupported protocol"},
        {{"serve", "now"}, 64, "", "serve takes no now"},
        {{"serve", "--config", "none.cfg"}, 78, "", "none.cfg: No such file"},
    };

    (void)state;
    write_file("bad.cfg", "http: { port = 99999; };");
    write_file("money.cfg", "budget: { day_usd = \"$5\"; };");
    write_file("prices.cfg", "model: { prices = \"free\"; };");
    write_file("latin1.cfg", "job: { default_language = \"Fran\xe7"
                             "ais\"; };");
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(outcome("exit-0", rows[i].arguments), rows[i].code);
        expect("out", rows[i].out);
        expect("err", rows[i].err);
    }
    assert_string_equal(text_of("trace"), "");
}

#define TEST(name) cmocka_unit_test_setup(name, clean)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(knows_its_commands),
        TEST(passes_final_codes_on),
        TEST(starts_again_what_was_killed),
        TEST(starts_again_what_exits_with_a_fault),
        TEST(forwards_signals),
        TEST(holds_signals_back_until_the_supervisor_takes_them),
        TEST(goes_on_when_nobody_reads_its_log),
        TEST(gives_the_place_of_a_closed_descriptor_to_no_other),
        TEST(second_stop_kills),
        TEST(reaps_strangers),
        TEST(supervisor_does_not_outlive_its_parent),
        TEST(gives_the_file_by_its_whole_name),
        TEST(brings_everything_home),
        TEST(names_the_folder_after_the_lecture),
        TEST(tells_why_there_is_nothing),
        TEST(leaves_nothing_when_stopped),
        TEST(leaves_nothing_when_nobody_reads_its_words),
        TEST(refuses_before_anything_is_started),
    };

    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
