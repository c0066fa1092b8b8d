/** Proves what holds for the objects of every baseline, whatever it asks for. */
import { expect } from "chai";
import fc from "fast-check";
import type { SecurityBaseline } from "../../../operator/api/baseline.ts";
import { validate, withDefaults } from "../../../operator/api/validate.ts";
import type { Desired } from "../../../operator/controls/control.ts";
import type { EndpointSet } from "../../../operator/facts/kube-api.ts";
import { desiredWith } from "../../support/in-effect.ts";
import { arbitraryBaseline, arbitraryEndpoints } from "./arbitrary-baseline.ts";
import { shuffled } from "./shuffle.ts";

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: object;
    readonly ownerReferences?: readonly unknown[];
  };
  readonly subjects?: readonly { readonly kind: string; readonly name: string }[];
  readonly spec?: { readonly ingress: readonly Record<string, unknown>[]; readonly egress: readonly Record<string, unknown>[] };
}

function desired(baseline: SecurityBaseline, kubeAPI: readonly EndpointSet[]): readonly Desired[] {
  return desiredWith(baseline, kubeAPI, baseline.metadata.namespace);
}

function manifestOf(object: Desired): Manifest {
  return object.manifest as unknown as Manifest;
}

function holdsForAll(property: (baseline: SecurityBaseline, kubeAPI: readonly EndpointSet[]) => void): void {
  const run = (baseline: SecurityBaseline, kubeAPI: readonly EndpointSet[]) => {
    property(baseline, kubeAPI);
  };
  fc.assert(fc.property(arbitraryBaseline, arbitraryEndpoints, run), { numRuns: 150 });
}

/** RFC 1123 subdomain, the narrowest of the rules that the kinds have for their names. */
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** The order that design 0001 promises, written down a second time on purpose. */
const KIND_ORDER = [
  ...["Namespace", "ServiceAccount", "NetworkPolicy"],
  ...["SecretStore", "ExternalSecret", "SealedSecret", "SecretProviderClass"],
  ...["Role", "RoleBinding"],
];

describe("objects of any baseline", () => {
  it("come from baselines that the schema accepts", () => {
    holdsForAll((baseline) => expect(validate("SecurityBaseline", baseline)).to.deep.equal([]));
  });

  it("are the same bytes each time", () => {
    holdsForAll((baseline, kubeAPI) => {
      const again = desired(structuredClone(baseline), structuredClone(kubeAPI));
      expect(JSON.stringify(again)).to.equal(JSON.stringify(desired(baseline, kubeAPI)));
    });
  });

  it("do not depend on the order of names, sets, keys and endpoints", () => {
    holdsForAll((baseline, kubeAPI) => {
      const other = desired(shuffled(baseline), shuffled({ kubeAPI }).kubeAPI);
      expect(JSON.stringify(other)).to.equal(JSON.stringify(desired(baseline, kubeAPI)));
    });
  });

  it("do not depend on whether the API server filled in the defaults", () => {
    holdsForAll((baseline, kubeAPI) => expect(desired(withDefaults(baseline), kubeAPI)).to.deep.equal(desired(baseline, kubeAPI)));
  });

  it("leave the baseline as it was", () => {
    holdsForAll((baseline, kubeAPI) => {
      const before = structuredClone(baseline);
      desired(baseline, kubeAPI);
      expect(baseline).to.deep.equal(before);
    });
  });

  it("stand in the order of writes", () => {
    holdsForAll((baseline, kubeAPI) => {
      const places = desired(baseline, kubeAPI).map(({ kind, name }) => {
        const last = kind.kind === "NetworkPolicy" && name === "default-deny" ? "1" : "0";
        return `${KIND_ORDER.indexOf(kind.kind)} ${last} ${name}`;
      });
      expect(places.filter((place, index) => place < (places[index - 1] ?? ""))).to.deep.equal([]);
    });
  });

  it("have valid names, each once per kind", () => {
    holdsForAll((baseline, kubeAPI) => {
      const keys = desired(baseline, kubeAPI).map(({ kind, name }) => `${kind.kind} ${name}`);
      expect(new Set(keys).size).to.equal(keys.length);
      for (const { name } of desired(baseline, kubeAPI)) expect(name).to.match(SUBDOMAIN).and.to.have.length.at.most(253);
    });
  });

  it("are named in their manifest as they are known", () => {
    holdsForAll((baseline, kubeAPI) => {
      for (const object of desired(baseline, kubeAPI)) {
        const { apiVersion, kind, metadata } = manifestOf(object);
        expect([apiVersion, kind, metadata.name]).to.deep.equal([object.kind.apiVersion, object.kind.kind, object.name]);
      }
    });
  });

  it("never leave the baseline's own namespace, whatever the caller believes it to be", () => {
    holdsForAll((baseline, kubeAPI) => {
      const own = baseline.metadata.namespace;
      for (const object of desiredWith(baseline, kubeAPI, "elsewhere")) {
        const { kind, metadata } = manifestOf(object);
        expect(kind === "Namespace" ? metadata.name : metadata.namespace).to.equal(own);
      }
    });
  });

  it("carry exactly our two labels, or none of ours where they are shared", () => {
    holdsForAll((baseline, kubeAPI) => {
      for (const object of desired(baseline, kubeAPI)) {
        const labels = Object.keys(manifestOf(object).metadata.labels ?? {});
        if (object.shared) expect(labels.filter((label) => !label.startsWith("pod-security.kubernetes.io/"))).to.deep.equal([]);
        else expect(labels).to.have.members(["app.kubernetes.io/managed-by", "securitybaseline.dev/control"]);
      }
    });
  });

  it("are owned exactly where garbage collection shall delete them", () => {
    holdsForAll((baseline, kubeAPI) => {
      const collected = baseline.metadata.uid !== undefined && baseline.spec?.deletionPolicy !== "Retain";
      for (const object of desired(baseline, kubeAPI)) {
        expect(manifestOf(object).metadata.ownerReferences !== undefined).to.equal(collected && !object.shared);
      }
    });
  });

  it("bind groups only, and none of Kubernetes, but for the account that mints tokens of stores", () => {
    const minting = "external-secrets-token: ServiceAccount external-secrets";
    const allowed = (line: string) => line === minting || (line.includes(": Group ") && !line.includes(": Group system:"));
    holdsForAll((baseline, kubeAPI) => {
      const lines = desired(baseline, kubeAPI)
        .map(manifestOf)
        .flatMap(({ metadata, subjects = [] }) => subjects.map(({ kind, name }) => `${metadata.name}: ${kind} ${name}`));
      expect(lines.filter((line) => !allowed(line))).to.deep.equal([]);
    });
  });

  it("never hold a rule with an empty list of peers, which would mean everybody", () => {
    holdsForAll((baseline, kubeAPI) => {
      const policies = desired(baseline, kubeAPI).filter(({ kind }) => kind.kind === "NetworkPolicy");
      const specs = policies.flatMap((object) => manifestOf(object).spec ?? []);
      for (const rule of specs.flatMap(({ ingress, egress }) => [...ingress, ...egress])) {
        expect(rule["from"] ?? rule["to"]).to.be.an("array").that.is.not.empty;
        expect(rule["ports"] ?? [1]).to.be.an("array").that.is.not.empty;
      }
    });
  });
});
