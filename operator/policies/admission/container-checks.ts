/** Declares the checks on containers: what they may do to the node, where they write, and what they are told in their environment. */
import { type Check, commas, SECTION } from "./check.ts";
import { CONTAINER, onWindows, type PodTerms } from "./pod.ts";

const ADDED = "c.?securityContext.?capabilities.?add.orValue([])";
const DROPPED = "c.?securityContext.?capabilities.?drop.orValue([])";

/** CEL: a capability that is added, as the container runtime reads it: in any case, with or without the kernel's prefix. */
const READ = "a.upperAscii().replace('CAP_', '')";

export const dropCapabilities: Check<PodTerms> = {
  name: "dropCapabilities",
  terms: { capabilities: `${SECTION}.dropCapabilities`, capabilitiesText: commas(`${SECTION}.dropCapabilities`) },
  problems: (pod) => {
    const drops = `('ALL' in ${DROPPED} || variables.capabilities.all(d, d in ${DROPPED}))`;
    const addsNone = `!${ADDED}.exists(a, 'ALL' in variables.capabilities || ${READ} == 'ALL' || ${READ} in variables.capabilities)`;
    return [
      `(${onWindows(pod)} ? [] : ${pod.all}.filter(c, !(${drops} && ${addsNone})))`,
      `.map(c, ${CONTAINER} + ' must drop the capabilities ' + variables.capabilitiesText + ' and add none of them')`,
    ].join("");
  },
};

export const readOnlyRootFilesystem: Check<PodTerms> = {
  name: "readOnlyRootFilesystem",
  asked: `${SECTION}.?readOnlyRootFilesystem.orValue(false)`,
  problems: (pod) =>
    [
      `(${onWindows(pod)} ? [] : ${pod.all}.filter(c, !c.?securityContext.?readOnlyRootFilesystem.orValue(false)))`,
      `.map(c, ${CONTAINER} + ' may write to its own file system: set securityContext.readOnlyRootFilesystem: true, and mount volumes where it writes')`,
    ].join(""),
};

export const secretEnvironment: Check<PodTerms> = {
  name: "secretEnvironment",
  asked: `!${SECTION}.?secretEnvironment.orValue(true)`,
  problems: ({ all }) => {
    const one = "c.?env.orValue([]).exists(e, has(e.valueFrom) && has(e.valueFrom.secretKeyRef))";
    const whole = "c.?envFrom.orValue([]).exists(e, has(e.secretRef))";
    return `${all}.filter(c, ${one} || ${whole}).map(c, ${CONTAINER} + ' takes environment variables from a Secret: mount it as a volume')`;
  },
};
