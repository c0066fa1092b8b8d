/** Turns the section `podSecurity` into the Pod Security labels of the baseline's Namespace. */
import { namespace, POD_SECURITY_LABELS } from "../../kinds/namespace.ts";
import type { Control } from "../control.ts";
import { defaulted } from "../defaulted.ts";

/** The section `podSecurity`. */
export const podSecurity: Control<"podSecurity"> = {
  name: "podSecurity",
  condition: "PodSecurityReady",
  alarms: true,
  standards: ["CIS-5.2.1", "NSA-pod-security"],
  owns: [namespace],
  desired(section, context) {
    const { enforce, audit = enforce, warn = enforce } = section;
    const version = defaulted(section.version, "podSecurity.version");
    const { auditVersion = version, warnVersion = version } = section;
    const {
      enforce: refuses,
      enforceVersion,
      audit: notes,
      auditVersion: notesVersion,
      warn: warns,
      warnVersion: warnsVersion,
    } = POD_SECURITY_LABELS;
    const labels = {
      ...levelLabels([notes, audit], [notesVersion, auditVersion]),
      ...levelLabels([refuses, enforce], [enforceVersion, version]),
      ...levelLabels([warns, warn], [warnsVersion, warnVersion]),
    };
    return [{ kind: namespace, name: context.namespace, body: {}, labels }];
  },
};

type Label<T> = readonly [key: string, value: T];

/** Without a level there is no version: alone it would change what the cluster's own default means. */
function levelLabels([key, level]: Label<string | undefined>, version: Label<string>): Readonly<Record<string, string>> {
  return level === undefined ? {} : Object.fromEntries([[key, level], version]);
}
