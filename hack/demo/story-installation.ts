/** Tells the beginning of the story: installing, as a user would. */
import type { Step } from "./step.ts";

/** What happens before the operator runs. */
export const INSTALLATION: readonly Step[] = [
  {
    title: "Install the CRD, the operator's ServiceAccount with its rights, and the policies that confine it.",
    acts: [
      { run: "kubectl apply --server-side -k config/default", shows: [/securitybaselines\.securitybaseline\.dev serverside-applied/] },
      {
        run: "kubectl wait --for=condition=Established crd/securitybaselines.securitybaseline.dev --timeout=30s",
        shows: [/condition met/],
      },
    ],
  },
];
