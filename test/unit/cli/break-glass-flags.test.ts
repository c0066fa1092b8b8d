/** Proves how the flags of an installation become its settings, and what they refuse. */

import { expect } from "chai";
import { Command, CommanderError } from "commander";
import { addBreakGlassFlags, breakGlassSettings } from "../../../operator/cli/break-glass/flags.ts";

function settings(...args: string[]) {
  const command = addBreakGlassFlags(new Command().exitOverride().configureOutput({ writeErr: () => undefined }));
  return breakGlassSettings(command.parse(args, { from: "user" }).opts());
}

describe("the flags of break-glass", () => {
  it("mean the shipped installation when there are none", () => {
    expect(settings()).to.deep.equal({
      namespace: "securitybaseline-breakglass",
      roles: ["sb-cluster-admin", "sb-incident-admin"],
      unboundedRoles: [],
      maxDuration: 14_400,
      custodians: [],
      allowSystemNamespaces: false,
      objectLabels: {},
    });
  });

  it("are read as written, lists sorted and without repetition", () => {
    const args = ["--break-glass-namespace", "emergency", "--break-glass-roles", "view,edit,view", "--break-glass-max-duration", "1h30m"];
    expect(
      settings(
        ...args,
        "--break-glass-allow-system-namespaces",
        "--break-glass-unbounded-roles",
        "cluster-admin,admin",
        "--break-glass-custodians",
        "oidc:b,a group",
      ),
    ).to.deep.equal({
      namespace: "emergency",
      roles: ["edit", "view"],
      unboundedRoles: ["admin", "cluster-admin"],
      maxDuration: 5400,
      custodians: ["a group", "oidc:b"],
      allowSystemNamespaces: true,
      objectLabels: {},
    });
  });

  it("allow no role but that of drills when the list is empty", () => {
    expect(settings("--break-glass-roles", "")).to.have.property("roles").that.deep.equals([]);
  });

  const refused: readonly { reason: string; flag: string; value: string }[] = [
    { reason: "a namespace with capitals", flag: "namespace", value: "Emergency" },
    { reason: "a namespace of 64 characters", flag: "namespace", value: "a".repeat(64) },
    { reason: "a role with a quote", flag: "roles", value: "view,ed'it" },
    { reason: "a role with a slash", flag: "roles", value: "a/b" },
    { reason: "an unbounded role with a quote", flag: "unbounded-roles", value: "cluster'admin" },
    { reason: "an empty name in a list", flag: "roles", value: "view,,edit" },
    { reason: "a group of the API server's own", flag: "custodians", value: "system:masters" },
    { reason: "a group with a line break", flag: "custodians", value: "a\nb" },
    { reason: "a cap below 15 minutes", flag: "max-duration", value: "14m" },
    { reason: "a cap above a day", flag: "max-duration", value: "25h" },
    { reason: "a cap in seconds", flag: "max-duration", value: "3600s" },
    { reason: "no cap at all", flag: "max-duration", value: "" },
  ];
  for (const { reason, flag, value } of refused) {
    it(`refuse ${reason}`, () => {
      expect(() => settings(`--break-glass-${flag}`, value)).to.throw(CommanderError);
    });
  }
});
