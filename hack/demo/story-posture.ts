/** Tells the first half of the story: one object becomes the posture of a namespace, and by whom it can be used. */
import type { Step } from "./step.ts";

/** From the baseline to what its groups can do. */
export const POSTURE: readonly Step[] = [
  {
    title: "A team's namespace and its baseline: one object says who may do what, what may run and which traffic may flow.",
    acts: [
      { run: "cat config/samples/team-alpha.yaml", shows: [/kind: SecurityBaseline/] },
      { run: "kubectl apply --server-side -f config/samples/team-alpha.yaml", shows: [/securitybaseline.*\/baseline serverside-applied/] },
      { run: "kubectl wait --for=condition=Ready sb/baseline -n team-alpha --timeout=60s", shows: [/condition met/] },
      { run: "kubectl get sb -A", shows: [/team-alpha +baseline +True +True +0 +0 +Enforce/] },
    ],
  },
  {
    title: "What it became: Roles and RoleBindings, NetworkPolicies, Pod Security labels and ServiceAccounts.",
    acts: [
      {
        run: "kubectl get roles,rolebindings,networkpolicies,serviceaccounts -n team-alpha",
        shows: [
          /rolebinding\S*\/app-deployer +Role\/app-deployer/,
          /role\S*\/secret-manager/,
          /networkpolicy\S*\/default-deny +<none>/,
          /networkpolicy\S*\/allow-egress-to-database +app=api/,
          /serviceaccount\/controller/,
        ],
      },
      {
        run: "kubectl describe namespace team-alpha",
        shows: [/pod-security\.kubernetes\.io\/enforce=restricted\n/, /securitybaseline\.dev\/deletion-policy: Delete\n/],
      },
      {
        run: "kubectl get serviceaccount default -n team-alpha -o jsonpath='{.automountServiceAccountToken}'",
        shows: [/^false$/],
      },
    ],
  },
  {
    title: "The team may deploy, but it may not read Secrets: those are for another group.",
    acts: [
      { run: "kubectl auth can-i create deployments -n team-alpha --as=ann --as-group=team-alpha", shows: [/^yes$/m] },
      { run: "kubectl auth can-i get secrets -n team-alpha --as=ann --as-group=team-alpha", code: 1, shows: [/^no$/m] },
      { run: "kubectl auth can-i get secrets -n team-alpha --as=bob --as-group=team-alpha-secrets", shows: [/^yes$/m] },
      {
        run: "kubectl run shell --image=busybox --privileged -n team-alpha",
        code: 1,
        shows: [/violates PodSecurity "restricted:latest"/],
      },
    ],
  },
];
