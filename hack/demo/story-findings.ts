/** Tells what others add beside a baseline: it is not undone, it is told, and somebody answers for it or mends it. */
import type { Step } from "./step.ts";

const LISTED = `kubectl get sb baseline -n team-alpha -o jsonpath='{range .status.findings[*]}{.severity} {.rule} {.ref.name}: {.message}{"\\n"}{end}'`;

const ACCEPTED = `kubectl patch sb baseline -n team-alpha --type=merge -p '{"spec":{"exceptions":[{
  "rule":"UserSubject","ref":{"kind":"RoleBinding","name":"ann-views"},
  "reason":"the identity provider gets groups in March","owner":"team-alpha","expires":"2099-03-31T00:00:00Z"}]}}'`;

/** Two bindings of somebody else: one goes, one is accepted. */
export const FINDINGS: readonly Step[] = [
  {
    title: "RBAC only adds: somebody binds more beside the baseline. It is not ours to delete, so the status lists it, with what to do.",
    acts: [
      { run: "kubectl create rolebinding bob-admin -n team-alpha --clusterrole=cluster-admin --user=bob", shows: [/created/] },
      { run: "kubectl create rolebinding ann-views -n team-alpha --clusterrole=view --user=ann", shows: [/created/] },
      { run: "kubectl get sb -A", shows: [/team-alpha +baseline +True +False +0 +3 +Enforce/], until: true },
      {
        run: LISTED,
        shows: [
          /^Critical ClusterAdminBinding bob-admin: grants cluster-admin to User bob, /m,
          /^High UserSubject ann-views: grants view to User ann: delete the binding, and give the role to a group by spec\.access$/m,
        ],
      },
    ],
  },
  {
    title: "One binding goes. For the other one somebody answers until a day: it stays listed, and counts no more.",
    acts: [
      { run: "kubectl delete rolebinding bob-admin -n team-alpha", shows: [/deleted/] },
      { run: ACCEPTED, shows: [/patched/] },
      { run: "kubectl get sb -A", shows: [/team-alpha +baseline +True +True +0 +0 +Enforce/], until: true },
      {
        run: `kubectl get sb baseline -n team-alpha -o jsonpath='{range .status.findings[*]}{.ref.name}: accepted by {.accepted.owner} until {.accepted.expires}{"\\n"}{end}'`,
        shows: [/^ann-views: accepted by team-alpha until 2099-03-31T00:00:00Z$/m],
      },
      { run: "kubectl delete rolebinding ann-views -n team-alpha", shows: [/deleted/] },
    ],
  },
];
