/** Runs `break-glass installation`, which prints what emergency access needs in a cluster, for settings of an installation's own. */
import type { BreakGlassSettings } from "../../breakglass/types.ts";
import { breakGlassInstallation } from "../../policies/installation.ts";
import type { CommandIo } from "../io.ts";
import { type ManifestForm, printManifests } from "../manifest-text.ts";

/** Prints namespace, roles, bindings and policies. Equal settings give equal bytes. */
export function runInstallation(settings: BreakGlassSettings, form: ManifestForm, io: Pick<CommandIo, "stdout">): void {
  io.stdout(printManifests(form, breakGlassInstallation(settings)));
}
