/* commands - the sub-commands of slidemill; each gets its own arguments (argv[0] is its name) and returns the
 * exit code */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

int keeper_main(int argc, char **argv); /* serve */
int run_main(int argc, char **argv);
int estimate_main(int argc, char **argv);
int config_main(int argc, char **argv);
int health_main(int argc, char **argv);
int doctor_main(int argc, char **argv);

#endif
