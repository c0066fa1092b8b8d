/** Proves what plan says where the cluster is not as expected: kinds that are absent, namespaces that end, are reserved or belong to emergency access. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../../operator/api/baseline.ts";
import type { KubernetesObject } from "../../../../operator/api/object.ts";
import { serviceAccount } from "../../../../operator/kinds/service-account.ts";
import type { Placed } from "./listed-cluster.ts";
import { baselineText, emptyNamespace } from "./stage.ts";
import { ACCESS, EVERYTHING, operated, told, toldOfFile } from "./told.ts";

describe("what plan says of a baseline, by the cluster around it", () => {
  it("says which kind the cluster lacks, and plans the rest", async () => {
    const spec: SecurityBaselineSpec = { ...ACCESS, secrets: { sealedSecrets: [{ name: "smtp", encryptedData: { password: "AgB" } }] } };
    const { code, changes, problems, unknown } = await told(spec, operated(ACCESS), (cluster) => cluster.absent.add("sealedsecrets"));
    expect({ code, changes, unknown }).to.deep.equal({ code: 1, changes: [], unknown: [] });
    expect(problems).to.deep.equal([
      "SealedSecret (bitnami.com/v1alpha1) is not served by this cluster: install its operator, or remove it from spec.secrets",
    ]);
  });

  it("opens to the endpoints of the API server that are there", async () => {
    const spec: SecurityBaselineSpec = {
      network: { defaultDeny: ["Egress"], allowDNS: false, egress: [{ name: "api", to: [{ preset: "KubeAPI" }] }] },
    };
    const slice = {
      metadata: { name: "kubernetes", namespace: "default" },
      endpoints: [{ addresses: ["192.0.2.7"] }],
      ports: [{ port: 6443, protocol: "TCP" }],
    };
    const before = [...operated(spec), ["endpointslices", slice as unknown as KubernetesObject]] as const satisfies readonly Placed[];
    const { fields } = await told(spec, before);
    expect(fields).to.have.length(1);
    expect(fields[0]?.["to"]).to.contain("192.0.2.7/32");
  });

  it("is the posture of the cluster, in the namespace of emergency access", async () => {
    const spec = {
      breakGlass: {
        profiles: [
          {
            name: "cluster",
            role: "sb-cluster-admin",
            requesters: { groups: ["ops"] },
            approvers: { groups: ["leads"], required: 2 },
            maxDuration: "1h",
          },
        ],
      },
    };
    const text = JSON.stringify({
      apiVersion: "securitybaseline.dev/v1alpha1",
      kind: "ClusterSecurityBaseline",
      metadata: { name: "cluster" },
      spec,
    });
    const { changes, notes } = await toldOfFile(text, emptyNamespace("securitybaseline-breakglass"));
    expect(changes).to.deep.equal([
      "Create Role break-glass-approve-cluster",
      "Create Role break-glass-request-cluster",
      "Create RoleBinding break-glass-approve-cluster",
      "Create RoleBinding break-glass-request-cluster",
    ]);
    expect(notes).to.deep.equal(["whether the installation of emergency access allows what is asked for, is known to the operator alone"]);
  });

  it("is that nothing is done in a namespace that is being deleted, reserved, or for emergency access", async () => {
    const ending = emptyNamespace("payments").map(
      ([resource, object]): Placed => [
        resource,
        { ...object, metadata: { ...object.metadata, deletionTimestamp: "2026-11-23T09:00:00Z" } },
      ],
    );
    expect(await told(ACCESS, ending)).to.include({ code: 1, refused: "namespace payments is being deleted: nothing is done in it" });
    expect((await toldOfFile(baselineText("kube-system", ACCESS), [])).refused).to.contain("--allow-reserved-namespaces");
    expect((await toldOfFile(baselineText("securitybaseline-breakglass", ACCESS), [])).refused).to.contain(
      "is stated by the ClusterSecurityBaseline",
    );
  });

  it("is planned as well where the operator is not installed, and says so", async () => {
    const { changes, notes } = await told(ACCESS, emptyNamespace("payments"), (cluster) => cluster.absent.add("securitybaselines"));
    expect(changes).to.include("Create Role log-reader");
    expect(notes).to.deep.equal(["the cluster has no SecurityBaseline: install the operator first"]);
  });

  it("says what is awaited: an object that is being deleted", async () => {
    const { changes, notes } = await told(
      EVERYTHING,
      operated(EVERYTHING, (model) => model.terminate(serviceAccount, "api")),
    );
    expect(changes).to.deep.equal([]);
    expect(notes).to.deep.equal(["ServiceAccount api is being deleted; it is made again once it is gone"]);
  });
});
