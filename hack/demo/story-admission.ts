/** Tells how the API server refuses what a baseline does not admit: first it only tells, then it refuses, also while the operator does nothing. */
import type { Step } from "./step.ts";

const REPORTED = `kubectl patch sb baseline -n team-delta --type=merge -p '{"spec":{"admission":{"mode":"Report",
  "registries":["registry.example.com/delta"],"imageReference":"Tag","secretEnvironment":false}}}'`;

const COUNTED = [
  `kubectl get sb baseline -n team-delta -o jsonpath='{range .status.controls[?(@.name=="admission")].workloads}`,
  '{.refused} of {.judged}: {range .entries[*]}{.kind} {.name}: {.message}{"\\n"}{end}{end}\'',
].join("");

const REFUSED = [
  "the SecurityBaseline of team-delta refuses it: ",
  'container "nginx" uses nginx, which is not from registry.example.com/delta; ',
  'container "nginx" uses nginx, which may be another image tomorrow: write a tag other than latest, or a digest',
].join("");

/** A Deployment from before, what is told of it, and what becomes of another one. */
export const ADMISSION: readonly Step[] = [
  {
    title:
      "Which images, labels and limits workloads have is stated in the baseline, too. In mode Report the API server warns, and the status counts what is there.",
    acts: [
      { run: "kubectl create deployment legacy --image=nginx --replicas=0 -n team-delta", shows: [/created/] },
      { run: REPORTED, shows: [/patched/] },
      {
        run: COUNTED,
        shows: [/^1 of 1: Deployment legacy: container "nginx" uses nginx, which is not from registry\.example\.com\/delta/],
        until: true,
      },
      {
        run: "kubectl create deployment report --image=nginx --replicas=0 -n team-delta",
        shows: [/^Warning: .*the SecurityBaseline of team-delta would refuse it: container "nginx" uses nginx/m, /created/],
      },
    ],
  },
  {
    title: "In mode Enforce it refuses, and tells all that is wrong at once. No webhook is asked, and no operator: it is frozen meanwhile.",
    acts: [
      {
        run: `kubectl patch sb baseline -n team-delta --type=merge -p '{"spec":{"admission":{"mode":"Enforce"}}}'`,
        shows: [/patched/],
      },
      {
        run: "kubectl get namespace team-delta -L securitybaseline.dev/admission",
        shows: [/^team-delta +Active +\S+ +Enforce$/m],
        until: true,
      },
      {
        run: "kubectl create deployment shop --image=nginx -n team-delta",
        code: 1,
        shows: [new RegExp(REFUSED.replaceAll(/[.*]/g, "\\$&"))],
      },
      { run: "kill -STOP $OPERATOR_PID", shows: [] },
      {
        run: "kubectl create deployment shop --image=nginx -n team-delta",
        code: 1,
        shows: [new RegExp(REFUSED.replaceAll(/[.*]/g, "\\$&"))],
      },
      { run: "kubectl create deployment shop --image=registry.example.com/delta/shop:1.4 --replicas=0 -n team-delta", shows: [/created/] },
      { run: "kubectl scale deployment legacy --replicas=1 -n team-delta", shows: [/scaled/] },
      { run: "kill -CONT $OPERATOR_PID", shows: [] },
    ],
  },
  {
    title: "What ran before is left alone, and can be scaled; its new pods are refused, and its events say why.",
    acts: [
      {
        run: "kubectl get events -n team-delta --field-selector reason=FailedCreate -o jsonpath='{.items[0].message}'",
        shows: [/the SecurityBaseline of team-delta refuses it: container "nginx" uses nginx/],
        until: true,
      },
      { run: "kubectl get securitybaselines -n team-delta", shows: [/baseline +True +True +0 +0 +Enforce/], until: true },
    ],
  },
];
