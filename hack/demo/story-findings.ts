/** Tells how a namespace that is old gets a baseline: what others left in it is told beforehand and afterwards, and is mended or accepted. */
import type { Step } from "./step.ts";

const LEFT = `kubectl apply --server-side -n team-delta -f - <<'EOF'
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: allow-all}
spec: {podSelector: {}, ingress: [{}]}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: builder}
automountServiceAccountToken: false
secrets: [{name: builder-token-x7k2p}]
EOF`;

const SENTENCES = [
  "kubectl get sb baseline -n team-delta -o jsonpath=\\",
  `'{range .status.findings[*]}{.severity} {.rule} {.ref.kind}/{.ref.name}: {.message}{"\\n"}{end}'`,
].join("\n");

const ACCEPTED = `kubectl patch sb baseline -n team-delta --type=merge -p '{"spec":{"exceptions":[{
  "rule":"LegacyServiceAccountToken","ref":{"kind":"ServiceAccount","name":"builder"},
  "reason":"the old build server signs in by this token until it is replaced",
  "owner":"team-delta","expires":"2099-03-31T00:00:00Z"}]}}'`;

const ANSWERED_FOR = [
  "kubectl get sb baseline -n team-delta -o jsonpath=\\",
  `'{range .status.findings[*]}{.ref.name}: accepted by {.accepted.owner} until {.accepted.expires}{"\\n"}{end}'`,
].join("\n");

/** A namespace as others left it, its plan, its findings, and how these end. */
export const FINDINGS: readonly Step[] = [
  {
    title: "A namespace without a baseline, as the years left it: a binding of every right, an open network, an old token.",
    acts: [
      { run: "kubectl create namespace team-delta", shows: [/created/] },
      { run: "kubectl create rolebinding migration -n team-delta --clusterrole=cluster-admin --group=contractors", shows: [/created/] },
      { run: LEFT, shows: [/networkpolicy\S*\/allow-all serverside-applied/, /serviceaccount\/builder serverside-applied/] },
    ],
  },
  {
    title: "A plan tells what a baseline would change there, and what would weaken it all the same. Nothing is written.",
    acts: [
      { run: "cat hack/demo/team-delta.yaml", shows: [/kind: SecurityBaseline/] },
      {
        run: "securitybaseline plan -f hack/demo/team-delta.yaml",
        shows: [
          /^ {2}\+ NetworkPolicy default-deny$/m,
          /^ {2}\+ RoleBinding app-deployer$/m,
          /^ {2}~ ServiceAccount default\n +automountServiceAccountToken: true -> false$/m,
          /^ {4}Critical ClusterAdminBinding RoleBinding\/migration: /m,
          /^ {4}High PermissiveNetworkPolicy NetworkPolicy\/allow-all: /m,
          /^ {4}Medium LegacyServiceAccountToken ServiceAccount\/builder: /m,
          /^Plan: 4 to create, 2 to change, 0 to remove; 3 findings$/m,
        ],
        // The API server's controllers make the ServiceAccount default a moment after the namespace.
        until: true,
      },
      { run: "kubectl get sb,networkpolicies -n team-delta", shows: [/allow-all/], lacks: [/baseline|default-deny/] },
    ],
  },
  {
    title: "The baseline is applied. What others left is not ours to delete, so it is told: the worst first, each with what to do.",
    acts: [
      { run: "kubectl apply --server-side -f hack/demo/team-delta.yaml", shows: [/serverside-applied/] },
      { run: "kubectl get securitybaselines -n team-delta", shows: [/baseline +True +False +0 +3 +Enforce/], until: true },
      {
        run: "kubectl describe sb baseline -n team-delta | sed -n '/^  Findings:/,/^  Inventory:/{/Inventory/!p;}'",
        shows: [
          /Message: +grants cluster-admin to Group contractors, .*: delete the binding, /,
          /Name: +migration\n.*Severity: +Critical\n.*Name: +allow-all\n.*Severity: +High\n.*Name: +builder\n.*Severity: +Medium\n$/s,
        ],
      },
      {
        run: SENTENCES,
        shows: [
          /^Critical ClusterAdminBinding RoleBinding\/migration: .*: delete the binding, and give what is needed by spec\.access$/m,
          /^High PermissiveNetworkPolicy NetworkPolicy\/allow-all: .*: narrow its peers and ports, or list the flow in spec\.network/m,
          /^Medium LegacyServiceAccountToken ServiceAccount\/builder: .*: remove its field `secrets`, /m,
        ],
      },
    ],
  },
  {
    title: "Two are mended. For the third one somebody answers until a day: it stays listed, and counts no more.",
    acts: [
      {
        run: "kubectl delete rolebinding/migration networkpolicy/allow-all -n team-delta",
        shows: [/"migration" deleted/, /"allow-all" deleted/],
      },
      { run: ACCEPTED, shows: [/patched/] },
      { run: "kubectl get securitybaselines -n team-delta", shows: [/baseline +True +True +0 +0 +Enforce/], until: true },
      { run: ANSWERED_FOR, shows: [/^builder: accepted by team-delta until 2099-03-31T00:00:00Z\n$/] },
    ],
  },
];
