/** Tells how the API server refuses what a baseline does not admit: first it only tells, then it refuses, also while the operator does nothing. */
import type { Step } from "./step.ts";

const REPORTED = `kubectl apply --server-side -f - <<'EOF'
apiVersion: securitybaseline.dev/v1alpha1
kind: SecurityBaseline
metadata: {name: baseline, namespace: team-epsilon}
spec:
  admission:
    mode: Report
    registries: [registry.example.com/epsilon]
    imageReference: Tag
EOF`;

const COUNTED = [
  `kubectl get sb baseline -n team-epsilon -o jsonpath='{range .status.controls[?(@.name=="admission")].workloads}`,
  '{.refused} of {.judged}: {range .entries[*]}{.kind} {.name}: {.message}{"\\n"}{end}{end}\'',
].join("");

const REFUSED = [
  "the SecurityBaseline of team-epsilon refuses it: ",
  'container "nginx" uses nginx, which is not from registry.example.com/epsilon; ',
  'container "nginx" uses nginx, which may be another image tomorrow: write a tag other than latest, or a digest',
].join("");

/** A Deployment from before, what is told of it, and what becomes of another one. */
export const ADMISSION: readonly Step[] = [
  {
    title:
      "Which images, labels and limits workloads have is stated in the baseline, too. In mode Report the API server warns, and the status counts what is there.",
    acts: [
      { run: "kubectl create namespace team-epsilon", shows: [/created/] },
      { run: "kubectl create deployment legacy --image=nginx --replicas=0 -n team-epsilon", shows: [/created/] },
      { run: REPORTED, shows: [/serverside-applied/] },
      {
        run: COUNTED,
        shows: [/^1 of 1: Deployment legacy: container "nginx" uses nginx, which is not from registry\.example\.com\/epsilon/],
        until: true,
      },
      {
        run: "kubectl create deployment report --image=nginx --replicas=0 -n team-epsilon",
        shows: [/^Warning: .*the SecurityBaseline of team-epsilon would refuse it: container "nginx" uses nginx/m, /created/],
      },
    ],
  },
  {
    title: "In mode Enforce it refuses, and tells all that is wrong at once. No webhook is asked, and no operator: it is frozen meanwhile.",
    acts: [
      {
        run: `kubectl patch sb baseline -n team-epsilon --type=merge -p '{"spec":{"admission":{"mode":"Enforce"}}}'`,
        shows: [/patched/],
      },
      {
        run: "kubectl get namespace team-epsilon -L securitybaseline.dev/admission",
        shows: [/^team-epsilon +Active +\S+ +Enforce$/m],
        until: true,
      },
      {
        run: "kubectl create deployment shop --image=nginx -n team-epsilon",
        code: 1,
        shows: [new RegExp(REFUSED.replaceAll(/[.*]/g, "\\$&"))],
      },
      { run: "kill -STOP $OPERATOR_PID", shows: [] },
      {
        run: "kubectl create deployment shop --image=nginx -n team-epsilon",
        code: 1,
        shows: [new RegExp(REFUSED.replaceAll(/[.*]/g, "\\$&"))],
      },
      {
        run: "kubectl create deployment shop --image=registry.example.com/epsilon/shop:1.4 --replicas=0 -n team-epsilon",
        shows: [/created/],
      },
      { run: "kubectl scale deployment legacy --replicas=1 -n team-epsilon", shows: [/scaled/] },
      { run: "kill -CONT $OPERATOR_PID", shows: [] },
    ],
  },
  {
    title: "What ran before is left alone, and can be scaled; its new pods are refused, and its events say why.",
    acts: [
      {
        run: "kubectl get events -n team-epsilon --field-selector reason=FailedCreate -o jsonpath='{.items[0].message}'",
        shows: [/the SecurityBaseline of team-epsilon refuses it: container "nginx" uses nginx/],
        until: true,
      },
      { run: "kubectl get securitybaselines -n team-epsilon", shows: [/baseline +True +True +0 +0 +Enforce/], until: true },
    ],
  },
];
