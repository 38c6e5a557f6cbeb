/* checkup - slidemill-vision --checkup: does what the configuration names work?
 *
 * Part of `slidemill doctor`, which starts it with a worker's environment: the keys of the model reach no
 * other process.  It asks every endpoint about one built-in slide, as a lease would, and tells what it found
 * on standard output, a JSON object a line:
 *
 *   {"checkup":"fault","reason"}                      the configuration cannot be used; nothing was asked
 *   {"checkup":"wait","reason"}                       the model is being loaded
 *   {"checkup":"endpoint","endpoint","url","model","answered_by","status","code","detail","calls","took_ms",
 *    "protocol","format","tokens","one_role","max_tokens","input_tokens","output_tokens","picture_read",
 *    "limit_requests","limit_tokens"}
 *   {"checkup":"ocr","language","works"}              without a model: each language scans are read in
 *   {"checkup":"ocr_scripts","installed","works"}     without a model: can scripts be told apart, and the
 * languages
 *
 * status 0: no answer came, and detail says why. code "": all is well.
 */
#ifndef STAGES_VISION_CHECKUP_H
#define STAGES_VISION_CHECKUP_H

/* Returns the exit code: EXIT_DONE however the news are, unless the environment is faulty. */
int checkup_main(void);

#endif
