/* doctor_probe - slidemill-vision --probe: does what the configuration names work?
 *
 * Part of `slidemill doctor`, which starts it with a worker's environment: the keys of the model reach no
 * other process.  It asks every endpoint about one built-in slide, as a lease would, and prints what it found
 * on standard output, a JSON object a line:
 *
 *   {"probe":"fault","reason"}                      the configuration cannot be used; nothing was asked
 *   {"probe":"wait","reason"}                       the model is being loaded
 *   {"probe":"endpoint","endpoint","url","model","answered_by","status","code","detail","calls","took_ms",
 *    "protocol","format","tokens","one_role","max_tokens","input_tokens","output_tokens","picture_read",
 *    "limit_requests","limit_tokens"}
 *   {"probe":"ocr","language","works"}              without a model: each language scans are read in
 *   {"probe":"ocr_scripts","installed","works"}     without a model: can scripts be told apart, and the
 * languages
 *
 * status 0: no answer came, and detail says why. code "": all is well.
 */
#ifndef STAGES_VISION_DOCTOR_PROBE_H
#define STAGES_VISION_DOCTOR_PROBE_H

/* Returns the exit code: EXIT_DONE whatever it found; EXIT_CONFIG if the environment is no configuration. */
int doctor_probe_main(void);

#endif
