/** Reads pods and the templates of workloads for the checks on them, in CEL. */

/** CEL: what a check reads of one pod or template. */
export interface PodTerms {
  /** The pod or template, with `metadata` and `spec`. */
  readonly pod: string;
  /** Its containers, init containers among them. */
  readonly containers: string;
  /** The same, and those that were added to debug. */
  readonly all: string;
  /** Its images: lists of what uses it, the text in the pod, the same without tag and digest, and the whole name of that with "/" at its end. */
  readonly images: string;
}

/** CEL: the template of a workload, as an optional value; nothing for a pod. */
export function templateOf(object: string): string {
  return `dyn(${object}).?spec.?jobTemplate.?spec.?template.or(dyn(${object}).?spec.?template)`;
}

/** CEL: the container `c`, as problems name it. */
export const CONTAINER = `'container "' + c.name + '"'`;

/** CEL: the judged object is a pod, not a template. */
export const IS_POD = "request.kind.kind == 'Pod'";

/** CEL: the pod runs on Windows, which has neither capabilities nor a file system that can be read only. */
export function onWindows({ pod }: PodTerms): string {
  return `${pod}.?spec.?os.?name.orValue('') == 'windows'`;
}

/** CEL: where the labels stand that a problem is about; nothing is said of a pod's own. */
export const LABELS_OF_TEMPLATE = `(${IS_POD} ? '' : ' in the labels of its pod template')`;

/** CEL, by name: the terms of a pod, each variable named with this suffix. */
export function podVariables(
  object: string,
  suffix: string,
): { readonly variables: Readonly<Record<string, string>>; readonly terms: PodTerms } {
  const name = (base: string): string => `variables.${base}${suffix}`;
  const list = (field: string): string => `${name("pod")}.?spec.?${field}.orValue([])`;
  const variables = {
    [`pod${suffix}`]: `${templateOf(object)}.orValue(dyn(${object}))`,
    [`containers${suffix}`]: `${list("initContainers")} + ${list("containers")}`,
    [`all${suffix}`]: `${name("containers")} + ${list("ephemeralContainers")}`,
    [`images${suffix}`]: imagesOf(name("all"), list("volumes")),
  };
  return { variables, terms: { pod: name("pod"), containers: name("containers"), all: name("all"), images: name("images") } };
}

/** CEL: the name of an image ends with a digest, as the container runtime takes it. */
export function hasDigest(image: string): string {
  return `${image}.matches('^[^@]+@[a-z0-9]+([.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,}$')`;
}

/**
 * CEL: names of images as the container runtime completes them (https://pkg.go.dev/github.com/distribution/reference#ParseNormalizedNamed): without a host
 * the host is docker.io, and there a name alone is below library.
 */
function imagesOf(containers: string, volumes: string): string {
  const host = "i[2].substring(0, i[2].indexOf('/'))";
  const hasHost = `(i[2].contains('/') && (${host} == 'localhost' || ${host}.matches('[.:A-Z]')))`;
  return [
    `(${containers}.map(c, ['container "' + c.name + '"', string(c.?image.orValue(''))])`,
    // An image as a volume (KEP-4639) is code or data from a registry like any other.
    ` + ${volumes}.filter(v, has(v.image)).map(v, ['volume "' + v.name + '"', string(v.image.?reference.orValue(''))]))`,
    // Some tools fill in the image of their sidecar when the pod is made.
    `.filter(i, ${IS_POD} || i[1] != 'auto')`,
    `.map(i, [i[0], i[1], ${hasDigest("i[1]")} ? i[1].split('@')[0] : i[1]])`,
    ".map(i, [i[0], i[1], i[2].lastIndexOf(':') > i[2].lastIndexOf('/') ? i[2].substring(0, i[2].lastIndexOf(':')) : i[2]])",
    `.map(i, [i[0], i[1], i[2], ${hasHost} ? i[2] : 'docker.io/' + i[2]])`,
    ".map(i, [i[0], i[1], i[2], i[3].startsWith('index.docker.io/') ? i[3].substring(6) : i[3]])",
    ".map(i, [i[0], i[1], i[2], i[3].matches('^docker[.]io/[^/]*$') ? 'docker.io/library/' + i[3].substring(10) + '/' : i[3] + '/'])",
  ].join("\n");
}
