/** Declares the checks on images: where they come from, and whether their names can come to mean others. */
import { type Check, either, SECTION } from "./check.ts";
import type { PodTerms } from "./pod.ts";

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

const DIGEST = "i[1].matches('@[a-z0-9.+_-]+:[0-9a-fA-F]{32,}$')";
const BEFORE_DIGEST = "i[1].split('@')[0]";
const OTHER_TAG = `(${BEFORE_DIGEST} != i[2] && !${BEFORE_DIGEST}.endsWith(':latest'))`;

export const imageReference: Check<PodTerms> = {
  name: "imageReference",
  terms: {
    digestOnly: `${SECTION}.?imageReference.orValue('') == 'Digest'`,
    referenceText: "variables.digestOnly ? 'write a digest' : 'write a tag other than latest, or a digest'",
  },
  problems: ({ images }) =>
    [
      `${images}.filter(i, !(${DIGEST} || (!variables.digestOnly && ${OTHER_TAG})))`,
      `.map(i, ${USES} + ', which may be another image tomorrow: ' + variables.referenceText)`,
    ].join(""),
};
