/** Declares the checks on Ingresses and routes: for which hosts they take requests, and of which class an Ingress is. */
import { type Check, commas, problemIf, quoted, SECTION } from "./check.ts";

/** Annotation that came before the field `ingressClassName`, and is still obeyed. */
export const INGRESS_CLASS_ANNOTATION = "kubernetes.io/ingress.class";

const IS_INGRESS = "request.kind.kind == 'Ingress'";

/** CEL: the host `h` is none of those in the baseline. Only what looks like a host name is compared with the end of an entry. */
const IS_OTHER = [
  "!(h in variables.hostnames",
  "|| (h.matches('^([*][.])?[a-z0-9]([-a-z0-9.]*[a-z0-9])?$') && variables.hostEnds.exists(e, h.endsWith(e))))",
].join(" ");

const OTHER = `'the host "' + h + '" is not allowed: ' + variables.hostnamesText`;

/** CEL: problems of the parts of an Ingress. Each host stands alone: hosts that are joined could end like an allowed one. */
function ofIngress(object: string): string {
  const rules = `${object}.?spec.?rules.orValue([])`;
  const tls = `${object}.?spec.?tls.orValue([]).map(t, t.?hosts.orValue([]).filter(h, ${IS_OTHER})).filter(l, l.size() > 0)`;
  return [
    problemIf(`${object}.?spec.?defaultBackend.hasValue()`, "'it takes requests for every host: remove spec.defaultBackend'"),
    problemIf(
      `${rules}.exists(r, r.?host.orValue('') == '')`,
      "'it takes requests for every host: ' + variables.hostnamesText + ' in each of spec.rules'",
    ),
    `${rules}.map(r, r.?host.orValue('')).filter(h, h != '' && ${IS_OTHER}).map(h, ${OTHER})`,
    `${tls}.map(l, 'spec.tls names "' + l.join('", "') + '", which is not allowed: ' + variables.hostnamesText)`,
  ]
    .map((part) => `(${part})`)
    .join("\n+ ");
}

/** CEL: problems of a route of the Gateway API; without a host it takes those of its Gateway. */
function ofRoute(object: string): string {
  const hosts = `${object}.?spec.?hostnames.orValue([])`;
  const every = problemIf(`${hosts}.size() == 0`, "'it takes requests for every host: ' + variables.hostnamesText + ' in spec.hostnames'");
  return `(${every}) + ${hosts}.map(h, string(h)).filter(h, ${IS_OTHER}).map(h, ${OTHER})`;
}

export const hostnames: Check<string> = {
  name: "hostnames",
  terms: {
    hostnames: `${SECTION}.hostnames`,
    hostEnds: "variables.hostnames.filter(h, h.startsWith('*.')).map(h, h.substring(1))",
    hostnamesText: `variables.hostnames.size() == 0 ? 'name none' : 'name ' + ${commas("variables.hostnames")}`,
  },
  problems: (object) => `${IS_INGRESS} ? (${ofIngress(object)}) : (${ofRoute(object)})`,
};

export const ingressClasses: Check<string> = {
  name: "ingressClasses",
  terms: { ingressClassesText: quoted(`${SECTION}.ingressClasses`) },
  problems: (object) => {
    const field = `${object}.?spec.?ingressClassName`;
    const annotation = `${object}.?metadata.?annotations[?'${INGRESS_CLASS_ANNOTATION}']`;
    const named = `[string(${field}.orValue('')), string(${annotation}.orValue(''))].filter(c, c != '')`;
    return [
      `(!(${IS_INGRESS}) ? [] : (${named}.size() == 0 ? [''] : ${named}).filter(c, !(c in ${SECTION}.ingressClasses)))`,
      `.map(c, 'ingressClassName "' + c + '" is not one of ' + variables.ingressClassesText)`,
    ].join("");
  },
};
