/** Plays an admission webhook of somebody else, on the loopback address: it refuses one resource of one namespace with the status that the test wants. */
import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { selfSigned } from "./certificate.ts";
import { admin } from "./cluster.ts";

const ADMISSION = "admissionregistration.k8s.io/v1";

export interface Webhook extends AsyncDisposable {
  /** As refusals name it. */
  readonly name: string;
}

/** Which requests are refused, and how. `code` undefined: the webhook hangs up instead of answering. */
export interface Refusing {
  readonly namespace: string;
  readonly apiGroup: string;
  /** Plural name as in URLs. */
  readonly resource: string;
  readonly code: number | undefined;
  readonly message: string;
}

/** Puts the webhook up; disposing takes it away again. It is in force some time after this returned. */
export async function startWebhook({ namespace, apiGroup, resource, code, message }: Refusing): Promise<Webhook> {
  const identity = selfSigned("webhook");
  const server = createServer(identity, async (request, response) => {
    if (code === undefined) {
      request.socket.destroy();
      return;
    }
    const { request: review } = (await json(request)) as { request: { uid: string } };
    const answer = { uid: review.uid, allowed: false, status: { code, message } };
    response
      .setHeader("content-type", "application/json")
      .end(JSON.stringify({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", response: answer }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const name = `guard-${namespace}.example.com`;
  await admin().create({
    apiVersion: ADMISSION,
    kind: "ValidatingWebhookConfiguration",
    metadata: { name },
    webhooks: [
      {
        name,
        admissionReviewVersions: ["v1"],
        sideEffects: "None",
        failurePolicy: "Fail",
        timeoutSeconds: 5,
        clientConfig: {
          url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/`,
          caBundle: Buffer.from(identity.cert).toString("base64"),
        },
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
        rules: [{ apiGroups: [apiGroup], apiVersions: ["*"], operations: ["CREATE", "UPDATE"], resources: [resource] }],
      },
    ],
  });
  return {
    name,
    [Symbol.asyncDispose]: async () => {
      await admin().delete({ apiVersion: ADMISSION, kind: "ValidatingWebhookConfiguration", name });
      server.closeAllConnections();
      server.close();
    },
  };
}
