/** Says what another policy engine judges of section `admission`, and turns the API server's own policies on that into ones that only warn. */
import type { AdmissionCheck } from "../../api/baseline-admission.ts";
import type { Policy } from "../policy.ts";
import { policiesOn, type Subject } from "./subject.ts";

/** Who refuses what section `admission` does not admit; `Native` is the API server itself. */
export type AdmissionEngine = "Native" | "Kyverno" | "Gatekeeper";

/** Checks that an engine enforces where an installation asks for it. */
export const ENGINE_CHECKS: Readonly<Record<AdmissionEngine, readonly AdmissionCheck[]>> = {
  Native: [],
  Kyverno: [
    "registries",
    "imageReference",
    "requiredLabels",
    "resources",
    "dropCapabilities",
    "readOnlyRootFilesystem",
    "secretEnvironment",
    "tokenAccounts",
    "priorityClasses",
    "runtimeClasses",
    "services",
    "hostnames",
    "ingressClasses",
    "storageClasses",
  ],
  Gatekeeper: ["registries", "requiredLabels", "resources"],
};

/** Every engine, as flags name them. */
export const ADMISSION_ENGINES = Object.keys(ENGINE_CHECKS) as readonly AdmissionEngine[];

/** What the API cannot tell about an engine, one sentence; undefined where the API server itself enforces. */
export function engineCaveat(engine: AdmissionEngine): string | undefined {
  const checks = ENGINE_CHECKS[engine];
  if (checks.length === 0) return undefined;
  const told = `this installation leaves it to ${engine} to refuse what breaks ${checks.join(", ")}`;
  return `${told}: of that the API server only warns, and whether ${engine} does refuse could not be checked`;
}

/** The API server's own policies about a subject beside an engine. No check is without somebody who is asked to refuse. */
export function besideEngine<Of>(engine: AdmissionEngine, subject: Subject<Of>): readonly Policy[] {
  const isLeft = ({ name }: { readonly name: AdmissionCheck }): boolean => ENGINE_CHECKS[engine].includes(name);
  const [left, kept] = [subject.checks.filter(isLeft), subject.checks.filter((check) => !isLeft(check))];
  const [refusing, telling] = policiesOn(subject);
  if (left.length === 0) return [refusing, telling];
  if (kept.length === 0) return [onlyWarning(refusing), telling];
  const [rest] = policiesOn({ ...subject, checks: kept });
  const [taken] = policiesOn({ ...subject, name: `${subject.name}-${engine.toLowerCase()}`, checks: left });
  return [rest, onlyWarning(taken), telling];
}

/** `Ignore` as well: a policy that fails closed refuses what it has no parameter for, whatever its actions are. */
function onlyWarning(policy: Policy): Policy {
  const about = policy.about.replace(/^Refuses/, "Warns of").replace(/\.$/, ", where another engine is to refuse them.");
  return { ...policy, about, onFailure: "Ignore", actions: ["Warn", "Audit"] };
}
