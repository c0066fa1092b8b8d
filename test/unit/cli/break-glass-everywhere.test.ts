/** Proves that `break-glass list -A` shows whoever may not list the requests of the cluster those of the namespaces in which they may. */
import { expect } from "chai";
import { runList } from "../../../operator/cli/break-glass/list.ts";
import { type Answers, captureIo, openStage, refusal } from "../../support/command-line.ts";
import { requestObject } from "../../support/request-objects.ts";

const API = "/apis/securitybaseline.dev/v1alpha1";
const ALL = `GET ${API}/breakglassrequests`;
const NAMESPACES = "GET /api/v1/namespaces";
const FORBIDDEN = refusal(403, "Forbidden", 'breakglassrequests is forbidden: User "lee" cannot list');

const inNamespace = (namespace: string): string => `GET ${API}/namespaces/${namespace}/breakglassrequests`;
const named = (...names: readonly string[]) => ({ json: { metadata: {}, items: names.map((name) => ({ metadata: { name } })) } });
const holding = (namespace: string, name: string) => ({ json: { metadata: {}, items: [requestObject(name, { namespace })] } });

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function list(answers: Answers, output: "text" | "json" = "text"): Promise<Outcome & { readonly asked: readonly string[] }> {
  await using stage = await openStage(answers);
  const io = captureIo();
  const code = await runList({ kubeconfig: stage.kubeconfig, all: false, allNamespaces: true, output }, io);
  return { code, ...io.printed, asked: stage.server.seen.map(({ url }) => url.pathname) };
}

describe("break-glass list -A", () => {
  it("goes through the namespaces, and says which it had to leave out", async () => {
    const { code, stdout, stderr } = await list({
      [ALL]: FORBIDDEN,
      [NAMESPACES]: named("shop", "payments", "kube-system"),
      [inNamespace("payments")]: holding("payments", "incident-aaaaa"),
      [inNamespace("shop")]: holding("shop", "incident-bbbbb"),
      [inNamespace("kube-system")]: FORBIDDEN,
    });
    expect(code).to.equal(0);
    expect(stdout.match(/^\S+ +\S+-\w{5}/gm)).to.deep.equal(["payments   incident-aaaaa", "shop       incident-bbbbb"]);
    expect(stderr).to.equal("left out, because you may not list their requests: kube-system\n");
  });

  it("names five of many that it left out", async () => {
    const refused = ["a", "b", "c", "d", "e", "f", "g"];
    const { stderr } = await list({
      [ALL]: FORBIDDEN,
      [NAMESPACES]: named("payments", ...refused),
      ...Object.fromEntries(refused.map((name) => [inNamespace(name), FORBIDDEN])),
      [inNamespace("payments")]: holding("payments", "incident-aaaaa"),
    });
    expect(stderr).to.equal("left out, because you may not list their requests: a, b, c, d, e and 2 more\n");
  });

  it("prints for programs what it found, without a word in it", async () => {
    const { stdout } = await list(
      { [ALL]: FORBIDDEN, [NAMESPACES]: named("payments"), [inNamespace("payments")]: holding("payments", "incident-aaaaa") },
      "json",
    );
    expect(JSON.parse(stdout)).to.have.property("items").that.has.length(1);
  });

  it("asks for nothing else where the cluster may be listed", async () => {
    const { asked, stderr } = await list({ [ALL]: holding("payments", "incident-aaaaa") });
    expect({ asked, stderr }).to.deep.equal({ asked: [`${API}/breakglassrequests`], stderr: "" });
  });

  const dead: readonly { reason: string; answers: Answers; code: number; stderr: string }[] = [
    {
      reason: "says how to name one where nobody says which namespaces there are",
      answers: { [ALL]: FORBIDDEN, [NAMESPACES]: refusal(403, "Forbidden", "no") },
      code: 2,
      stderr: "securitybaseline: you may list neither the requests of the whole cluster nor its namespaces: name the namespace with -n\n",
    },
    {
      reason: "does not call it nothing where no namespace may be looked into",
      answers: { [ALL]: FORBIDDEN, [NAMESPACES]: named("payments"), [inNamespace("payments")]: FORBIDDEN },
      code: 2,
      stderr: "securitybaseline: you may list the requests of none of the 1 namespaces: ask to be added to the approvers of a profile\n",
    },
    {
      reason: "leaves nothing out for another reason than missing rights",
      answers: { [ALL]: FORBIDDEN, [NAMESPACES]: named("payments"), [inNamespace("payments")]: refusal(500, "InternalError", "etcd") },
      code: 3,
      stderr: "securitybaseline: etcd\n",
    },
  ];
  for (const { reason, answers, code, stderr } of dead) {
    it(reason, async () => expect(await list(answers)).to.deep.include({ code, stdout: "", stderr }));
  }
});
