/** Tells how a Pod Security level waits for pods that run already. */
import type { Step } from "./step.ts";

const RAISED = `kubectl patch sb baseline -n team-delta --type=merge -p '{"spec":{
  "podSecurity":{"enforce":"restricted","onViolation":"Hold"}}}'`;

const LEVEL = "kubectl get namespace team-delta -L pod-security.kubernetes.io/enforce,pod-security.kubernetes.io/warn";

/** A pod that would not be let in again, and the level before and after it is gone. */
export const RUNNING_PODS: readonly Step[] = [
  {
    title: "Pod Security judges pods when they are created. With onViolation: Hold a level rises once no pod breaks it any more.",
    acts: [
      {
        run: `kubectl run node-agent --image=busybox -n team-delta --overrides='{"spec":{"hostNetwork":true}}'`,
        shows: [/pod\/node-agent created/],
      },
      { run: RAISED, shows: [/patched/] },
      {
        run: `kubectl get sb baseline -n team-delta -o jsonpath='{range .status.conditions[?(@.type=="Ready")]}{.reason}: {.message}{"\\n"}{end}'`,
        shows: [/^Held: .*running pods break restricted:latest: node-agent \(host namespaces, /],
        until: true,
      },
      { run: LEVEL, shows: [/^team-delta +Active +\S+ {3,}restricted$/m] },
      { run: "kubectl delete pod node-agent -n team-delta", shows: [/deleted/] },
      { run: LEVEL, shows: [/^team-delta +Active +\S+ +restricted +restricted$/m], until: true },
      { run: "kubectl get securitybaselines -n team-delta", shows: [/baseline +True +True +0 +0 +Enforce/], until: true },
    ],
  },
];
