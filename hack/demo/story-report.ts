/** Tells the end of the story: one page about all of it, for whoever answers for the cluster's security. */
import type { Step } from "./step.ts";

/** The report as a page that loads nothing, and some of its figures. */
export const REPORT: readonly Step[] = [
  {
    title: "One page about the whole cluster: what is covered, open and accepted, and who had access in an emergency.",
    acts: [
      { run: "securitybaseline report -A -o html > $REPORT", shows: [/^$/] },
      { run: "wc -c < $REPORT", shows: [/^ *\d{5}\n$/] },
      { run: "grep -ciE 'https?://|<link|src=' $REPORT", code: 1, shows: [/^0\n$/] },
      {
        run: `securitybaseline report -A -o json | sed -n '/^  "coverage"/,/^  }/p; /^  "exceptions"/,/^  ]/p'`,
        shows: [/"enforced": 3,\n +"reporting": 1,\n/, /"owner": "team-delta",\n +"expires": "2099-03-31T00:00:00Z",\n +"state": "Valid"/],
      },
    ],
  },
];
