/** Proves that routes of the Gateway API take requests only for the hosts of a baseline, also where its kinds come after the policies. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parseAllDocuments } from "yaml";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { admittingNamespace, tryCreate } from "../../support/admission-section.ts";
import { refOf } from "../../support/api-client.ts";
import { KIND_PATIENCE, removeKinds } from "../../support/backend-kinds.ts";
import { admin } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { STRICT } from "../../unit/policies/admission/objects.ts";
import { GATEWAY_ROWS, placed } from "../../unit/policies/admission/other-rows.ts";

const FILE = join(import.meta.dirname, "..", "..", "support", "crds", "gateway-routes.yaml");
const KINDS: readonly KubernetesObject[] = parseAllDocuments(readFileSync(FILE, "utf8")).map((document) => document.toJS());

describe("admission of routes", () => {
  let enforced: string;
  let reported: string;

  before(async () => {
    await installOperatorManifests();
    for (const kind of KINDS) await admin().apply(kind);
    for (const { object } of GATEWAY_ROWS) {
      await eventually(`${object.kind} is served`, () => admin().list(object.apiVersion ?? "", object.kind ?? ""), KIND_PATIENCE);
    }
    [enforced, reported] = await Promise.all([admittingNamespace(STRICT), admittingNamespace({ ...STRICT, mode: "Report" }, "Report")]);
    // A policy learns of a new kind when the API server reads again what is served, up to half a minute later.
    const probe = GATEWAY_ROWS.filter(({ reason }) => reason.endsWith("no list of hosts"));
    await eventually(
      "the policies know the kinds",
      async () => {
        for (const row of probe) expect((await tryCreate(placed(row, enforced))).status).to.equal(403);
      },
      60_000,
    );
  });

  after(() => removeKinds(KINDS.map(refOf)));

  for (const row of GATEWAY_ROWS) {
    it(`${row.reason}: is ${row.says === undefined ? "admitted" : "refused, told or exempt"}`, async () => {
      const { says } = row;
      const [refused, told, exempt] = await Promise.all([
        tryCreate(placed(row, enforced)),
        tryCreate(placed(row, reported)),
        tryCreate(placed(row, enforced, { exempt: row.check, team: "payments" })),
      ]);
      expect(refused.refusal).to.equal(says === undefined ? "" : `the SecurityBaseline of ${enforced} refuses it: ${says}`);
      expect(told.warnings).to.deep.equal(says === undefined ? [] : [`the SecurityBaseline of ${reported} would refuse it: ${says}`]);
      expect([told.status, exempt.status]).to.deep.equal([201, 201]);
    });
  }

  it("another version of a kind is judged alike", async () => {
    const route = {
      apiVersion: "gateway.networking.k8s.io/v1beta1",
      kind: "HTTPRoute",
      metadata: { namespace: enforced, name: "web" },
      spec: {},
    };
    expect((await tryCreate(route as KubernetesObject)).refusal).to.include("it takes requests for every host");
  });
});
