/** Names the built files, for the build that writes them and for the programs in them that look for each other. */

/** The whole program. */
export const PROGRAM_FILE = "securitybaseline.mjs";

/** The small program that kubectl runs as credential plugin. It lies beside the whole one, or nowhere. */
export const PLUGIN_FILE = "securitybaseline-credential.mjs";
