/** Proves that no two processes of the operator ever have the same name in the lease, and what is off unless somebody switches it on. */
import { hostname } from "node:os";
import { expect } from "chai";
import { Command } from "commander";
import { addOperatorFlags, operatorSettings } from "../../operator/settings.ts";

const settingsOf = (...flags: readonly string[]) => operatorSettings(addOperatorFlags(new Command()).parse(flags, { from: "user" }).opts());
const identity = (): string => settingsOf().identity;

describe("the identity of an instance", () => {
  it("differs for two that share host and process number, as a restarted container does", () => {
    expect(new Set(Array.from({ length: 100 }, identity)).size).to.equal(100);
  });

  it("tells the host, and fits into an Event, whose reportingInstance may have 128 characters", () => {
    expect(identity()).to.match(new RegExp(`^${hostname().slice(0, 63)}_[0-9a-f-]{36}$`));
    expect(63 + 1 + 36).to.be.at.most(128);
  });
});

describe("pods that mount a token", () => {
  it("are counted only by who says so", () => {
    expect([settingsOf().countTokenPods, settingsOf("--count-token-pods").countTokenPods]).to.deep.equal([false, true]);
  });
});

describe("the engine that refuses", () => {
  it("is the API server unless somebody names another one that there is", () => {
    expect([settingsOf().admissionEngine, settingsOf("--admission-engine=Kyverno").admissionEngine]).to.deep.equal(["Native", "Kyverno"]);
    const parse = () =>
      addOperatorFlags(new Command().exitOverride().configureOutput({ writeErr: () => undefined })).parse(["--admission-engine=Off"], {
        from: "user",
      });
    expect(parse).to.throw("Allowed choices are Native, Kyverno, Gatekeeper.");
  });
});

describe("policy reports", () => {
  it("are written only by who names their group", () => {
    expect([settingsOf().policyReports, settingsOf("--policy-reports=openreports.io").policyReports]).to.deep.equal([
      "Off",
      "openreports.io",
    ]);
    const parse = () =>
      addOperatorFlags(new Command().exitOverride().configureOutput({ writeErr: () => undefined })).parse(["--policy-reports=Both"], {
        from: "user",
      });
    expect(parse).to.throw("Allowed choices are Off, wgpolicyk8s.io, openreports.io.");
  });
});
