/* commands - the entry points of slidemill's sub-commands
 *
 * Each gets its own arguments (argv[0] is its name) and returns the exit code of the process (proto/exits.h).
 */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

int serve_main(int argc, char **argv);
int run_main(int argc, char **argv);
int estimate_main(int argc, char **argv);
int config_main(int argc, char **argv);
int health_main(int argc, char **argv);
int doctor_main(int argc, char **argv);

#endif
