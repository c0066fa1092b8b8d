/** Declares the checks on images: where they come from, and whether their names can come to mean others. */
import { type Check, either, SECTION } from "./check.ts";
import { hasDigest, type PodTerms } from "./pod.ts";

const USES = "i[0] + ' uses ' + i[1]";

/** Whole parts of the path are compared: `ghcr.io/acme` is neither `ghcr.io/acme-evil` nor another port of the host. */
export const registries: Check<PodTerms> = {
  name: "registries",
  terms: {
    registries: `${SECTION}.registries.map(r, r + '/')`,
    registriesText: either(`${SECTION}.registries`),
  },
  problems: ({ images }) =>
    `${images}.filter(i, !variables.registries.exists(r, i[3].startsWith(r))).map(i, ${USES} + ', which is not from ' + variables.registriesText)`,
};

/** CEL: the image `i` has a tag, which is not latest. What follows "@" and is no digest is no tag either. */
const OTHER_TAG = "(!i[1].contains('@') && i[1] != i[2] && !i[1].endsWith(':latest'))";

export const imageReference: Check<PodTerms> = {
  name: "imageReference",
  terms: {
    digestOnly: `${SECTION}.?imageReference.orValue('') == 'Digest'`,
    referenceText: "variables.digestOnly ? 'write a digest' : 'write a tag other than latest, or a digest'",
  },
  problems: ({ images }) =>
    [
      `${images}.filter(i, !(${hasDigest("i[1]")} || (!variables.digestOnly && ${OTHER_TAG})))`,
      `.map(i, ${USES} + ', which may be another image tomorrow: ' + variables.referenceText)`,
    ].join(""),
};
