/** Proves which labels an installation may ask for on every object, and what a refusal says to write instead. */
import { expect } from "chai";
import { Command, CommanderError } from "commander";
import { addObjectLabelsFlag } from "../../../operator/cli/object-labels.ts";

function labels(...args: string[]): unknown {
  const command = addObjectLabelsFlag(new Command().exitOverride().configureOutput({ writeErr: () => undefined }));
  return command.parse(args, { from: "user" }).opts()["objectLabels"];
}

function refusalOf(text: string): string {
  try {
    labels("--object-labels", text);
  } catch (error) {
    if (error instanceof CommanderError) return error.message;
    throw error;
  }
  return "accepted";
}

describe("the flag for labels of every object", () => {
  it("asks for none by default", () => {
    expect(labels()).to.deep.equal({});
    expect(labels("--object-labels", "")).to.deep.equal({});
  });

  it("is read as written, sorted by key", () => {
    const text = "team=platform,example.com/cost-center=4-2,app.kubernetes.io/part-of=shop,empty=";
    const read = labels("--object-labels", text);
    expect(JSON.stringify(read)).to.equal(
      '{"app.kubernetes.io/part-of":"shop","empty":"","example.com/cost-center":"4-2","team":"platform"}',
    );
  });

  const refused: readonly { reason: string; text: string; says: string }[] = [
    { reason: "a key without a value", text: "team", says: "write key=value, with commas between labels" },
    { reason: "two values", text: "team=a=b", says: "write key=value, with commas between labels" },
    { reason: "a key twice", text: "team=a,team=b", says: "write each key once" },
    { reason: "17 labels", text: Array.from({ length: 17 }, (_, index) => `l${index}=x`).join(), says: "write at most 16 labels" },
    { reason: "a key with a blank", text: "my team=a", says: "my team is no label key: write at most 63 letters" },
    { reason: "a key of 64 characters", text: `${"k".repeat(64)}=a`, says: "is no label key" },
    { reason: "a domain in capitals", text: "Example.com/team=a", says: "is no label key" },
    { reason: "a domain of 254 characters", text: `${"d".repeat(254)}/team=a`, says: "is no label key" },
    { reason: "a value with a slash", text: "team=a/b", says: "a/b is no label value: write at most 63 letters" },
    { reason: "a value of 64 characters", text: `team=${"v".repeat(64)}`, says: "is no label value" },
    ...[
      "app.kubernetes.io/managed-by",
      "app.kubernetes.io/instance",
      "pod-security.kubernetes.io/enforce",
      "kubernetes.io/metadata.name",
      "rbac.authorization.k8s.io/aggregate-to-admin",
      "securitybaseline.dev/control",
      "argocd.argoproj.io/instance",
      "kustomize.toolkit.fluxcd.io/name",
      "helm.sh/chart",
    ].map((key) => ({
      reason: `a label that decides something: ${key}`,
      text: `${key}=x`,
      says: `${key} decides something for Kubernetes or another tool: choose a key of your own domain, such as company.example/cost-center`,
    })),
  ];
  for (const { reason, text, says } of refused) {
    it(`refuses ${reason}`, () => expect(refusalOf(text)).to.contain(says));
  }

  for (const key of ["mykubernetes.io/x", "example.com/k8s.io", "kubernetes.io.example/x"]) {
    it(`takes a key that only looks like one of those: ${key}`, () => expect(refusalOf(`${key}=x`)).to.equal("accepted"));
  }
});
