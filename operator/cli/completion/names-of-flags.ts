/** Says which flags and arguments are names of something that can be looked up, for completion. PURE. */

/** What names can be looked up. `OpenRequests` are those on which something can still be decided. */
export type Names = "Namespaces" | "Contexts" | "Profiles" | "Requests" | "OpenRequests";

/** By long name of the flag. */
export const NAMES_OF_FLAGS: Readonly<Record<string, Names>> = {
  "--break-glass-namespace": "Namespaces",
  "--context": "Contexts",
  "--extends": "OpenRequests",
  "--falco-namespace": "Namespaces",
  "--namespace": "Namespaces",
  "--profile": "Profiles",
};

/** By name of the command whose argument it is. Access that is over can be looked at and reviewed, no more. */
export const NAMES_OF_ARGUMENTS: Readonly<Record<string, Names>> = {
  approve: "OpenRequests",
  credential: "OpenRequests",
  deny: "OpenRequests",
  review: "Requests",
  revoke: "OpenRequests",
  show: "Requests",
  withdraw: "OpenRequests",
};
