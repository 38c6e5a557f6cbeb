/* state_folder - see state_folder.h */
#include "supervisor/store/state_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "proto/exits.h"
#include "proto/fd_io.h"
#include "proto/hex.h"
#include "proto/log.h"
#include "proto/panic.h"

enum { LOCK_TRIES = 100, LOCK_EVERY_MS = 50 };

static _Noreturn void give_up(const char *path, const char *remedy)
{
    const bool full = errno == ENOSPC || errno == EDQUOT;

    log_error(state_folder_unusable, log_str("path", path), log_str("reason", strerror(errno)),
              log_str("do", full ? "free space on the disk of that folder" : remedy));
    exit(EXIT_SYSTEM);
}

void state_folder_find(struct conf *conf)
{
    const char *base = getenv("XDG_STATE_HOME"), *user = getenv("HOME");
    char *path = NULL;

    if (*conf->state_dir != '\0')
        return;
    if (geteuid() == 0)
        path = need_dup("/var/lib/slidemill");
    else if (base != NULL && *base == '/')
        path = need_format("%s/slidemill", base);
    else
        path = need_format("%s/.local/state/slidemill", user == NULL ? "" : user);
    conf_set(&conf->state_dir, path);
    free(path);
}

/* true: the folder is there now, or it cannot be seen whether it is. errno says why not. */
static bool make_folder(const char *path)
{
    struct stat info;
    int number;

    if (mkdir(path, 0700) == 0 || errno == EEXIST)
        return true;
    number = errno; /* also where one is there already, in a folder that takes none */
    if ((number == EROFS || number == EACCES) && (stat(path, &info) == 0 || errno == EACCES))
        return true;
    errno = number;
    return false;
}

/* The folder and those above it. */
static void make_folders(const char *path, const char *remedy)
{
    char *copy = need_dup(path);

    for (char *slash = copy;; *slash = '/') {
        slash = strchr(slash + 1, '/');
        if (slash != NULL)
            *slash = '\0';
        if (!make_folder(copy))
            give_up(path, remedy);
        if (slash == NULL)
            break;
    }
    free(copy);
}

static void lock_it(const char *folder)
{
    int fd = open("lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600); /* kept open for the life of the process */
    const struct timespec pause = {0, LOCK_EVERY_MS * 1000000L};
    int tries = 0;

    if (fd == -1)
        give_up(folder, "let this user write to the state folder, or set SLIDEMILL_STATE_DIR");
    while (flock(fd, LOCK_EX | LOCK_NB) == -1) {
        if (errno != EWOULDBLOCK || ++tries == LOCK_TRIES)
            give_up(folder, "stop the other slidemill that uses this folder, or set SLIDEMILL_STATE_DIR");
        nanosleep(&pause, NULL);
    }
}

static void clear_sockets(void)
{
    DIR *dir = opendir("run");
    const struct dirent *entry;

    while (dir != NULL && (entry = readdir(dir)) != NULL)
        if (entry->d_name[0] != '.' &&
            strstr(entry->d_name, ".life") == NULL && /* those are worker_lock.c's */
            unlinkat(dirfd(dir), entry->d_name, 0) == -1)
            give_up("run", "empty the folder run in the state folder");
    if (dir != NULL)
        closedir(dir);
}

static void own_folder(const char *name)
{
    if (mkdir(name, 0700) == -1 && errno != EEXIST)
        give_up(name, "let this user write to the state folder, or set SLIDEMILL_STATE_DIR");
}

/* With a bucket nothing is written to it. */
static void make_store(const struct conf *conf)
{
    static const char remedy[] =
        "set store.dir (SLIDEMILL_STORE_DIR) to a folder that this user may make and write to";

    make_folders(conf->store_dir, remedy);
    if (*conf->s3_bucket == '\0' && access(conf->store_dir, R_OK | W_OK | X_OK) == -1)
        give_up(conf->store_dir, remedy);
}

void state_folder_enter(struct conf *conf)
{
    char *path, *store;

    umask(0077);
    state_folder_find(conf);
    make_folders(conf->state_dir, "set SLIDEMILL_STATE_DIR to a folder that can be made");
    path = realpath(conf->state_dir, NULL);
    if (path == NULL || chdir(path) == -1)
        give_up(conf->state_dir, "set SLIDEMILL_STATE_DIR to a folder this user may use");
    conf_set(&conf->state_dir, path);
    lock_it(path);
    own_folder("run");
    clear_sockets();
    store = *conf->store_dir == '\0' ? need_format("%s/objects", path) : need_dup(conf->store_dir);
    conf_set(&conf->store_dir, store);
    make_store(conf);
    free(store);
    free(path);
}

/* ---- secrets ---- */

/* false: there is none, or none that was written whole. One that cannot be read is not replaced. */
static bool read_secret(const char *file, char hex[STATE_FOLDER_SECRET_ROOM])
{
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t size;

    if (fd == -1 && errno == ENOENT)
        return false;
    size = fd == -1 ? -1 : read(fd, hex, STATE_FOLDER_SECRET_ROOM - 1);
    if (size == -1)
        give_up(file, "let this user read the file in the state folder");
    close(fd);
    hex[STATE_FOLDER_SECRET_ROOM - 1] = '\0';
    return size == STATE_FOLDER_SECRET_ROOM - 1;
}

static void make_secret(const char *file, char hex[STATE_FOLDER_SECRET_ROOM])
{
    unsigned char bytes[STATE_FOLDER_SECRET_ROOM / 2];
    int fd, folder;

    if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
        give_up(file, "the system gives no random bytes");
    hex_encode(hex, bytes, sizeof bytes);
    fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd == -1 || fd_write_all(fd, hex, STATE_FOLDER_SECRET_ROOM - 1) == -1 || fsync(fd) == -1 ||
        close(fd) == -1)
        give_up(file, "let this user write to the state folder");
    folder = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder == -1 || fsync(folder) == -1 || close(folder) == -1)
        give_up(file, "let this user write to the state folder");
}

void state_folder_secret(const char *file, char hex[STATE_FOLDER_SECRET_ROOM])
{
    if (!read_secret(file, hex))
        make_secret(file, hex);
}

void state_folder_link_secret(struct conf *conf)
{
    char hex[STATE_FOLDER_SECRET_ROOM];

    if (*conf->link_secret != '\0')
        return;
    state_folder_secret("link.secret", hex);
    conf_set(&conf->link_secret, hex);
}
