/** Tells the bounds of the operator: what it leaves alone, what it cannot do, and how it goes. */
import type { Step } from "./step.ts";

const REPORTED = `kubectl apply --server-side -f - <<'EOF'
apiVersion: v1
kind: Namespace
metadata: {name: team-beta}
---
apiVersion: securitybaseline.dev/v1alpha1
kind: SecurityBaseline
metadata: {name: baseline, namespace: team-beta}
spec:
  mode: Report
  podSecurity: {enforce: restricted}
  network: {}
EOF`;

const OTHER_GROUP = `kubectl --kubeconfig $OPERATOR apply --server-side --field-manager=securitybaseline -f - <<'EOF'
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: secret-manager
  namespace: team-alpha
  labels: {securitybaseline.dev/control: access}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: secret-manager}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: intruders}]
EOF`;

/** Report mode, the bounds of the operator's own token, and removal. */
export const LIMITS: readonly Step[] = [
  {
    title: "Another namespace is only reported on: the status says what is missing, and nothing is written.",
    acts: [
      { run: REPORTED, shows: [/serverside-applied/] },
      { run: "kubectl wait --for=condition=Ready sb/baseline -n team-beta --timeout=60s", shows: [/condition met/] },
      { run: "kubectl get sb -A", shows: [/team-beta +baseline +True +False +3 +0 +Report/] },
      {
        run: `kubectl get sb baseline -n team-beta -o jsonpath='{.status.conditions[?(@.type=="Compliant")].message}'`,
        shows: [/NetworkPolicy default-deny/, /Namespace team-beta/, /mode Report changes nothing/],
      },
      { run: "kubectl get networkpolicies -n team-beta", shows: [/No resources found/] },
      {
        run: "kubectl describe namespace team-beta",
        shows: [/Labels: +kubernetes\.io\/metadata\.name=team-beta\n/],
        lacks: [/pod-security/],
      },
    ],
  },
  {
    title: "The operator's own token ($OPERATOR) reads no Secret, and grants nothing that no baseline asks for.",
    acts: [
      {
        run: "kubectl --kubeconfig $OPERATOR get secrets -n team-alpha",
        code: 1,
        shows: [/User "system:serviceaccount:securitybaseline-system:securitybaseline-operator" cannot list resource "secrets"/],
      },
      { run: OTHER_GROUP, code: 1, shows: [/refused a RoleBinding to other subjects/] },
      { run: "kubectl auth can-i get secrets -n team-alpha --as=eve --as-group=intruders", code: 1, shows: [/^no$/m] },
    ],
  },
  {
    title: "The baseline is deleted: shared objects lose what it had set.",
    acts: [
      { run: "kubectl delete securitybaseline baseline -n team-alpha", shows: [/deleted/] },
      {
        run: "kubectl describe namespace team-alpha",
        shows: [/Labels: +kubernetes\.io\/metadata\.name=team-alpha\nAnnotations: +<none>\n/],
        until: true,
      },
      {
        run: "kubectl get serviceaccount default -n team-alpha -o yaml",
        shows: [/name: default/],
        lacks: [/automount/, /securitybaseline/],
        until: true,
      },
    ],
  },
  {
    title: "What it had made goes by garbage collection, which notices a new kind after half a minute at most.",
    acts: [
      {
        run: "kubectl get roles,rolebindings,networkpolicies,serviceaccounts -n team-alpha",
        shows: [/^NAME +AGE\nserviceaccount\/default +\S+\n$/],
        until: true,
      },
    ],
  },
];
