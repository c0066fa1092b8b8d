/** Declares the policies on what section `images` makes: a stolen token can neither trust another signer nor let in what none has signed. */
import { IMAGE_LABELS, IMAGES_FIELD_MANAGER } from "../../api/names.ts";
import {
  FAILURE_POLICIES,
  HUB_NAMES,
  MESSAGE_AFTER_NAME,
  MESSAGE_BEFORE_NAME,
  REFERENCE_ENDS,
} from "../../controls/images/image-policy.ts";
import {
  ATTESTOR_NAME,
  CONSTANT_SPEC,
  EVERY_IMAGE_IS_SIGNED,
  imageValidatingPolicy,
  SIGNED_BY_PREFIX,
} from "../../kinds/image-validating-policy.ts";
import { literal, quote, quoteList, quoteMap } from "../cel.ts";
import { type Confinement, changes, enforces, matchKind, type Place } from "./confine.ts";
import { type SharedField, sharedFields } from "./shared-fields.ts";
import { onlyKeys, SPECS, sameMap } from "./spec-keys.ts";

const OTHER = "of the namespace's SecurityBaseline, in mode Enforce";

/** CEL: the baseline asks this backend for something. */
function asksFor(backend: string): string {
  return `${enforces("images")} && params.spec.images.backend == ${quote(backend)}`;
}

/** CEL: entries of the section that become the policy of a name, which is CEL itself: none or one. */
function signers(name: string): string {
  return `(${asksFor("Kyverno")} ? params.spec.images.?signers.orValue([]).filter(e, ${quote(SIGNED_BY_PREFIX)} + e.name == ${name}) : [])`;
}

/** CEL: the section asks for a policy of this name. */
export function imagePolicyAsked(name: string): string {
  return `(${signers(name)}.size() == 1)`;
}

/** CEL of the one entry, where there is one. */
const ENTRY = "variables.entries[0]";

function ofEntry(expression: string, otherwise: string): string {
  return `variables.entries.size() == 1 ? ${expression} : ${otherwise}`;
}

/** CEL: the names under which image `i` can be asked for. */
const NAMES = HUB_NAMES.map(
  ([beginning, names]) => `i.startsWith(${quote(beginning)}) ? ${quoteList(names)}.map(n, n + i.substring(${beginning.length})) : `,
).join("");

/** CEL: the globs of the entry in one text; no glob has a blank. */
const ASKED_GLOBS = [
  `${ENTRY}.images.map(i, (${NAMES}[i])`,
  `  .map(n, n.endsWith('/*') ? n : ${quoteList(REFERENCE_ENDS)}.map(end, n + end).join(' ')).join(' ')).join(' ')`,
].join("\n");

const REFERENCES = "variables.spec.?matchImageReferences.orValue([])";

/** CEL: whom the attestor trusts. */
const COSIGN = [
  `has(${ENTRY}.keyless)`,
  `  ? {'keyless': dyn({'identities': [{'issuer': ${ENTRY}.keyless.issuer, 'subject': ${ENTRY}.keyless.subject}]})}`,
  `  : {'key': dyn({'data': ${ENTRY}.publicKey})}`,
].join("\n");

const VALIDATIONS = `[{'expression': ${quote(EVERY_IMAGE_IS_SIGNED)}, 'message': ${quote(MESSAGE_BEFORE_NAME)} + ${ENTRY}.name + ${quote(MESSAGE_AFTER_NAME)}}]`;

const ACTIONS = "variables.spec.?validationActions.orValue([])";
const ACTIONS_BEFORE = "variables.before.?validationActions.orValue([])";

/** CEL: what the policy does. On the way to Deny it may only audit while the baseline holds that, and it never goes back. */
const STEP: Readonly<Record<string, string>> = {
  holds: `variables.asked == 'Deny' && params.spec.images.?onViolation.orValue('') == 'Hold' && !('Deny' in ${ACTIONS_BEFORE})`,
  action: `variables.holds && !('Deny' in ${ACTIONS}) ? 'Audit' : variables.asked`,
};

const { validationConfigurations, ...CONSTANT_KEYS } = CONSTANT_SPEC;

/** Policies of Kyverno: for each signer one that says exactly what its entry does. */
export function imagePolicies(place: Place): Confinement {
  return {
    name: "image-policies",
    about: "Image policies that the operator writes trust the signers of the namespace's baseline alone, for exactly their images.",
    operations: ["CREATE", "UPDATE"],
    matches: [matchKind(imageValidatingPolicy)],
    by: { place, withoutBaseline: "DenyCreation" },
    conditions: changes("spec"),
    variables: {
      ...SPECS,
      entries: signers("object.metadata.name"),
      globs: ofEntry(ASKED_GLOBS, "''"),
      attestors: ofEntry(`[{'name': dyn(${quote(ATTESTOR_NAME)}), 'cosign': dyn(${COSIGN})}]`, "[]"),
      checks: ofEntry(VALIDATIONS, "[]"),
      asked: ofEntry("params.spec.images.?action.orValue('Audit')", "''"),
      ...STEP,
    },
    validations: [
      {
        expression: imagePolicyAsked("object.metadata.name"),
        message: `refused a policy on images that no baseline asks for: its name must be ${SIGNED_BY_PREFIX} and the name of an entry in spec.images.signers ${OTHER}`,
      },
      {
        expression: "variables.spec.?attestors.orValue([]) == variables.attestors",
        message: `refused a policy on images that trusts another signer: its only attestor must be the one of its entry in spec.images.signers ${OTHER}`,
      },
      {
        expression: [
          `${REFERENCES}.all(r, r.all(k, k == 'glob') && !r.?glob.orValue('').contains(' '))`,
          `${REFERENCES}.map(r, string(r.?glob.orValue(''))).join(' ') == variables.globs`,
        ].join("\n&& "),
        message: `refused a policy on other images: its globs must be those of the images of its entry in spec.images.signers ${OTHER}`,
      },
      {
        expression: [
          `variables.spec.?failurePolicy.orValue('') == ${quoteMap(FAILURE_POLICIES)}[?variables.action].orValue('none')`,
          `variables.action in ${ACTIONS}`,
          `${ACTIONS}.all(a, a == variables.action || a in ${ACTIONS_BEFORE})`,
        ].join("\n&& "),
        message: `refused a policy on images with other consequences: validationActions must be spec.images.action ${OTHER}, or Audit on the way there with onViolation Hold, and failurePolicy Fail for Deny, Ignore for Audit`,
      },
      {
        expression: [
          onlyKeys("", [
            ...Object.keys(CONSTANT_SPEC),
            "failurePolicy",
            "validationActions",
            "matchImageReferences",
            "attestors",
            "validations",
          ]),
          ...Object.entries(CONSTANT_KEYS).map(([key, value]) => `variables.spec.?${key}.orValue(null) == ${literal(value)}`),
          sameMap("validationConfigurations", literal(validationConfigurations)),
          "variables.spec.?validations.orValue([]) == variables.checks",
        ].join("\n&& "),
        message:
          "refused a policy on images that looks away: what it matches and how it checks is the same in each, without exceptions of any kind",
      },
    ],
  };
}

/** The label of each backend that is told by one. */
const LABELS = Object.entries(IMAGE_LABELS).map(([backend, { key, value }]) => {
  const field: SharedField = { map: "labels", key, values: [value], manager: IMAGES_FIELD_MANAGER };
  return { backend, value, field };
});

/** Labels of those who check the whole cluster, which only a baseline gives. */
export const IMAGE_LABEL_FIELDS: readonly SharedField[] = LABELS.map(({ field }) => field);

/** The labels where a baseline is: the one that it asks for in mode Enforce; otherwise they may only be given up. */
export function imageLabelsAsked(place: Place): Confinement {
  return sharedFields(place, {
    name: "image-labels",
    about: "The labels by which the operator has images of a namespace checked are those that its baseline asks for.",
    asked: LABELS.map(({ backend, value, field }) => ({
      field,
      value: `${asksFor(backend)} ? ${quote(value)} : ''`,
      says: `it is ${value} where spec.images ${OTHER} asks for ${backend}, and absent where that asks for nothing of it`,
    })),
  });
}
