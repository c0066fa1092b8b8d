/** Tests what the rest of the house derives from the list of controls. */
import { expect } from "chai";
import schemas from "../../../operator/api/generated/schemas.json" with { type: "json" };
import { controls, ownedKinds } from "../../../operator/controls/index.ts";

describe("list of controls", () => {
  it("has one control per section of the schema, named as the section", () => {
    const properties: Record<string, { readonly type: string }> = schemas.SecurityBaseline.properties.spec.properties;
    const sections = Object.keys(properties).filter((field) => properties[field]?.type === "object");
    expect(controls.map((control) => control.name)).to.have.members(sections);
  });

  it("names the conditions that users wait for", () => {
    expect(controls.map((control) => control.condition)).to.deep.equal([
      "AccessReady",
      "AdmissionReady",
      "BreakGlassReady",
      "ImagesReady",
      "MeshReady",
      "NetworkReady",
      "PodSecurityReady",
      "RuntimeReady",
      "SecretsReady",
      "ServiceAccountsReady",
    ]);
  });

  it("owns each kind once, and of one that sections share each part once", () => {
    const kinds = ownedKinds.map(({ kind, aspect }) => (aspect === undefined ? kind : `${kind}/${aspect.name}`));
    expect(kinds).to.have.members([
      ...["Namespace", "Namespace/admission", "Namespace/images", "Namespace/mesh"],
      ...["NetworkPolicy", "Role", "RoleBinding", "ServiceAccount", "NamespacedImageValidatingPolicy"],
      ...["PeerAuthentication", "AuthorizationPolicy", "TracingPolicyNamespaced"],
      ...["ExternalSecret", "SecretStore", "SecretProviderClass", "SealedSecret"],
    ]);
  });

  for (const { name, standards } of controls) {
    it(`${name} serves one to four standards, by short ids`, () => {
      expect(standards).to.have.length.within(1, 4);
      for (const id of standards) expect(id).to.match(/^(CIS-5(\.\d+){2}|NSA-[a-z-]+)$/);
    });
  }
});
