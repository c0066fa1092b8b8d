/** Tells the middle of the story: what happens to changes by hand, and how they are told. */
import type { Step } from "./step.ts";

/** Changes by hand, and what the baseline's status says about them. */
export const DRIFT: readonly Step[] = [
  {
    title: "An administrator opens default-deny to everybody.",
    acts: [
      {
        tamper: `kubectl patch networkpolicy default-deny -n team-alpha --type=merge -p '{"spec":{"ingress":[{}]}}'`,
        object: "networkpolicy default-deny -n team-alpha",
        field: ".spec.ingress",
      },
    ],
  },
  {
    title: "Somebody adds himself to a RoleBinding.",
    acts: [
      {
        tamper: [
          "kubectl patch rolebinding secret-manager -n team-alpha --type=json -p \\",
          `  '[{"op":"add","path":"/subjects/-","value":{"kind":"User","name":"mallory","apiGroup":"rbac.authorization.k8s.io"}}]'`,
        ].join("\n"),
        object: "rolebinding secret-manager -n team-alpha",
        field: ".subjects[*].name",
      },
      {
        run: "kubectl auth can-i get secrets -n team-alpha --as=mallory",
        code: 1,
        shows: [/^no$/m],
        until: true,
      },
    ],
  },
  {
    title: "The Pod Security level of the namespace is lowered.",
    acts: [
      {
        tamper: "kubectl label namespace team-alpha pod-security.kubernetes.io/enforce=privileged --overwrite",
        object: "namespace team-alpha",
        field: ".metadata.labels.pod-security\\.kubernetes\\.io/enforce",
      },
    ],
  },
  {
    title: "The ServiceAccount default hands out its token again.",
    acts: [
      {
        tamper: `kubectl patch serviceaccount default -n team-alpha -p '{"automountServiceAccountToken":true}'`,
        object: "serviceaccount default -n team-alpha",
        field: ".automountServiceAccountToken",
      },
    ],
  },
  {
    title: "The label that says whose an object is gets stripped.",
    acts: [
      {
        tamper: "kubectl label networkpolicy allow-dns -n team-alpha app.kubernetes.io/managed-by-",
        object: "networkpolicy allow-dns -n team-alpha",
        field: ".metadata.labels",
      },
    ],
  },
  {
    title: "A NetworkPolicy is deleted.",
    acts: [
      {
        tamper: "kubectl delete networkpolicy default-deny -n team-alpha",
        object: "networkpolicy -n team-alpha --field-selector=metadata.name=default-deny --output-watch-events",
        field: ".type",
      },
    ],
  },
  {
    title: "Everything is in place, and the status tells what was changed, in which field and by which field manager.",
    acts: [
      {
        run: "kubectl get sb -A -o wide",
        shows: [/team-alpha +baseline +True +True +0 +0 +Enforce .*every section is in place/],
        until: true,
      },
      {
        run: "kubectl describe securitybaseline baseline -n team-alpha | sed -n '/^  Drift:/,$p'",
        shows: [
          /Fields:\n +spec\.ingress\n/,
          /Fields:\n +subjects\n/,
          /metadata\.labels\["pod-security\.kubernetes\.io\/enforce"\]/,
          /automountServiceAccountToken/,
          /metadata\.labels\["app\.kubernetes\.io\/managed-by"\]/,
          /Type: +Missing/,
          /Manager: +kubectl-patch/,
          /State: +Repaired/,
          /DriftRepaired +.*RoleBinding secret-manager: subjects was changed by kubectl-patch/,
        ],
        lacks: [/State: +Open/],
        until: true,
      },
    ],
  },
];
