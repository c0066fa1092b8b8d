/** Declares the check on how Services are reached. */
import { type Check, either, problemIf, SECTION } from "./check.ts";

export const services: Check<string> = {
  name: "services",
  terms: {
    types: `${SECTION}.?services.?types.orValue([])`,
    typesText: `variables.types.size() == 0 ? 'remove it' : 'use ' + ${either("variables.types")}`,
  },
  problems: (service) => {
    const type = `${service}.?spec.?type.orValue('ClusterIP')`;
    const isOther = `has(${SECTION}.services.types) && !(${type} in variables.types)`;
    const claims = `!${SECTION}.services.?externalIPs.orValue(true) && ${service}.?spec.?externalIPs.orValue([]).size() > 0`;
    return [
      problemIf(isOther, `'a Service of type ' + ${type} + ' is not allowed: ' + variables.typesText`),
      problemIf(claims, "'a Service with addresses of its own outside of the cluster is not allowed: remove spec.externalIPs'"),
    ]
      .map((part) => `(${part})`)
      .join("\n+ ");
  },
};
