/** Lists the sections `mesh` at the edge of what the CRD allows. */
import type { Case } from "./case.ts";

const PORT = { name: "metrics", matchLabels: { app: "api" }, port: 9090 };

const istio = (fields: object) => ({ mesh: { provider: "Istio", ...fields } });
const linkerd = (fields: object) => ({ mesh: { provider: "Linkerd", ...fields } });
const port = (fields: object) => istio({ plaintextPorts: [{ ...PORT, ...fields }] });
const without = (field: keyof typeof PORT) => {
  const { [field]: _left, ...rest } = PORT;
  return istio({ plaintextPorts: [rest] });
};

const AT = "spec.mesh.plaintextPorts[0]";

export const MESH_CASES: readonly Case[] = [
  {
    reason: "which mesh it is, nobody can guess",
    bad: { mesh: {} },
    good: linkerd({}),
    at: "spec.mesh.provider",
    says: "required: add provider",
    server: "spec.mesh.provider: Required value",
  },
  {
    reason: "there are two meshes",
    bad: { mesh: { provider: "Consul" } },
    good: linkerd({}),
    at: "spec.mesh.provider",
    says: "is not allowed: write Istio, or Linkerd",
    server: "spec.mesh.provider: Unsupported value",
  },
  {
    reason: "nobody asks a baseline for plain text everywhere",
    bad: istio({ mtls: "Permissive" }),
    good: istio({ mtls: "Strict" }),
    at: "spec.mesh.mtls",
    says: "is not allowed: write Strict",
    server: "spec.mesh.mtls: Unsupported value",
  },
  {
    reason: "Linkerd opens ports by objects of its own",
    bad: linkerd({ plaintextPorts: [PORT] }),
    good: linkerd({ plaintextPorts: [] }),
    at: "spec.mesh",
    says: "`plaintextPorts` are made by Istio: with Linkerd write its own Server and AuthorizationPolicy for such a port",
  },
  {
    reason: "a selector without labels would open the port of every pod",
    bad: port({ matchLabels: {} }),
    good: port({}),
    at: `${AT}.matchLabels`,
    says: "without a label it would hold for every pod: write the labels that the pods have",
  },
  {
    reason: "a key that no pod can have selects nothing",
    bad: port({ matchLabels: { "a b": "c" } }),
    good: port({ matchLabels: { "example.com/a": "c" } }),
    at: `${AT}.matchLabels`,
    says: "not a label key: write a name of at most 63 letters",
  },
  {
    reason: "Istio takes no pattern for a value",
    bad: port({ matchLabels: { app: "*" } }),
    good: port({ matchLabels: { app: "" } }),
    at: `${AT}.matchLabels.app`,
    says: '"*" does not fit: Letters, digits',
    server: `${AT}.matchLabels.app`,
  },
  {
    reason: "a port has a number, not a name",
    bad: port({ port: "metrics" }),
    good: port({ port: 9090 }),
    at: `${AT}.port`,
    says: "must be a whole number",
    server: `${AT}.port`,
  },
  ...(["name", "matchLabels", "port"] as const).map((field) => ({
    reason: `an entry without ${field} says too little`,
    bad: without(field),
    good: port({}),
    at: `${AT}.${field}`,
    says: `required: add ${field}`,
    server: `${AT}.${field}: Required value`,
  })),
  {
    reason: "two entries of one name are one",
    bad: istio({ plaintextPorts: [PORT, PORT] }),
    good: istio({ plaintextPorts: [PORT, { ...PORT, name: "health" }] }),
    at: "spec.mesh.plaintextPorts[1]",
    says: "metrics",
    server: "spec.mesh.plaintextPorts[1]: Duplicate value",
  },
];
