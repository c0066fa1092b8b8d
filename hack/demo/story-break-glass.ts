/** Tells the chapter on emergency access: asked for, approved, used, refused where it must be, ended, and told afterwards. */
import type { Step } from "./step.ts";

const PROFILE = `kubectl apply --server-side -f - <<'EOF'
apiVersion: v1
kind: Namespace
metadata: {name: team-gamma}
---
apiVersion: securitybaseline.dev/v1alpha1
kind: SecurityBaseline
metadata: {name: baseline, namespace: team-gamma}
spec:
  breakGlass:
    profiles:
    - name: incident
      role: sb-incident-admin
      requesters: {groups: [gamma-oncall]}
      approvers: {groups: [gamma-leads]}
      maxDuration: 30m
EOF`;

const REASON = "checkout answers 500 since the last rollout";
const REQUEST = "securitybaseline break-glass request -n team-gamma --profile incident";

const KEEP_TOKEN = [
  "IDENTITY=$(kubectl get bgr incident-1 -n team-gamma -o jsonpath='{.status.grant.serviceAccount}')",
  "cp $INCIDENT $KEPT",
  "kubectl --kubeconfig $KEPT config set-credentials kept --token=$(kubectl --kubeconfig $JANE \\",
  "  create token $IDENTITY -n securitybaseline-breakglass --duration 15m)",
  "kubectl --kubeconfig $KEPT config set-context --current --user=kept",
].join("\n");

/** Jane is on call, Lea approves; $JANE and $LEA are their kubeconfigs, with client certificates of their own. */
export const BREAK_GLASS: readonly Step[] = [
  {
    title: "Emergency access: a profile says who may ask for which role, for how long, and who approves.",
    acts: [
      { run: PROFILE, shows: [/serverside-applied/] },
      { run: "kubectl wait --for=condition=BreakGlassReady sb/baseline -n team-gamma --timeout=60s", shows: [/condition met/] },
      {
        run: "securitybaseline break-glass can -n team-gamma --kubeconfig $JANE",
        shows: [/incident +request +sb-incident-admin +30m +1 +no/],
        until: true,
      },
    ],
  },
  {
    title: "Jane asks. An hour is more than the profile gives, so the API server refuses; half an hour waits for an approval.",
    acts: [
      { run: "kubectl --kubeconfig $JANE get pods -n team-gamma", code: 1, shows: [/forbidden/] },
      { run: `${REQUEST} --kubeconfig $JANE --for 1h --reason "${REASON}"`, code: 2, shows: [/30m at most/] },
      { run: `${REQUEST} --kubeconfig $JANE --for 30m --reason "${REASON}" --name incident-1`, shows: [/incident-1/] },
      {
        run: "securitybaseline break-glass list -n team-gamma --kubeconfig $JANE",
        shows: [/incident-1 +jane +incident +Pending/],
        until: true,
      },
    ],
  },
  {
    title: "Nobody approves a request of their own, not even past the command line.",
    acts: [
      {
        run: "securitybaseline break-glass approve incident-1 -n team-gamma --kubeconfig $JANE",
        code: 2,
        shows: [/your own request/],
      },
      {
        run: `kubectl --kubeconfig $JANE create -f - <<EOF
apiVersion: securitybaseline.dev/v1alpha1
kind: BreakGlassDecision
metadata: {name: self-approval, namespace: team-gamma}
spec:
  requestRef: {name: incident-1, uid: $(kubectl get bgr incident-1 -n team-gamma -o jsonpath='{.metadata.uid}')}
  profile: incident
  decision: Approve
  profileHash: $(kubectl get bgr incident-1 -n team-gamma -o jsonpath='{.status.resolved.profileHash}')
  approver: {username: jane}
EOF`,
        code: 1,
        shows: [/orbidden/],
      },
    ],
  },
  {
    title: "Lea approves. Jane mints a token of her own and works with it; what would outlast it is refused.",
    acts: [
      { run: "securitybaseline break-glass approve incident-1 -n team-gamma --kubeconfig $LEA", shows: [/approved: incident-1 of jane/] },
      {
        run: "kubectl wait --for=jsonpath='{.status.phase}'=Active bgr/incident-1 -n team-gamma --timeout=60s",
        shows: [/condition met/],
      },
      {
        run: "securitybaseline break-glass credential incident-1 -n team-gamma --kubeconfig $JANE --print-kubeconfig > $INCIDENT",
        lacks: [/./],
      },
      { run: "kubectl --kubeconfig $INCIDENT get pods -n team-gamma", shows: [/No resources found/] },
      { run: "kubectl --kubeconfig $INCIDENT create configmap found-it --from-literal=cause=typo -n team-gamma", shows: [/created/] },
      {
        run: "kubectl --kubeconfig $JANE create token $(kubectl get bgr incident-1 -n team-gamma -o jsonpath='{.status.grant.serviceAccount}') -n securitybaseline-breakglass --duration 2h",
        code: 1,
        shows: [/refused a token that would outlive its grant/],
      },
      { run: KEEP_TOKEN, shows: [/User "kept" set/] },
      { run: "kubectl --kubeconfig $KEPT get pods -n team-gamma", shows: [/No resources found/] },
      {
        run: "kubectl --kubeconfig $INCIDENT create rolebinding stay --clusterrole=admin --user=jane -n team-gamma",
        code: 1,
        shows: [/orbidden/],
      },
    ],
  },
  {
    title: "Lea ends it before its time: the rights go at once, and the token that Jane kept is worth nothing.",
    acts: [
      { run: "securitybaseline break-glass revoke incident-1 -n team-gamma --kubeconfig $LEA", shows: [/revoked: incident-1 of jane/] },
      { run: "kubectl get bgr -n team-gamma", shows: [/incident-1 +Revoked +incident +jane/], until: true },
      { run: "kubectl --kubeconfig $INCIDENT get pods -n team-gamma", code: 1, shows: [/Unauthorized/], until: true },
      { run: "securitybaseline break-glass show incident-1 -n team-gamma --kubeconfig $JANE", shows: [/^state +Revoked/m] },
      { run: "kubectl --kubeconfig $KEPT get pods -n team-gamma", code: 1, shows: [/orbidden|nauthorized|must be logged in/], until: true },
    ],
  },
  {
    title: "Afterwards the ledger tells of each step, and the audit log who stands behind each action.",
    acts: [
      {
        run: "kubectl get bga -n securitybaseline-breakglass",
        shows: [/ 1 +Requested +jane +team-gamma +incident-1/, / Approved +lea /, / Issuing +operator /, / Active /, / Revoked +lea /],
      },
      { run: "securitybaseline audit verify", shows: [/^ledger intact: \d+ entries/] },
      {
        run: "securitybaseline audit trace --audit-log $AUDIT_LOG --request team-gamma/incident-1",
        shows: [/jane +asked /, /lea +decided +Approve /, /jane +minted +token JTI=/, /jane +did +create .*configmaps/],
      },
    ],
  },
];
