/** Lists the sections `runtime` at the edge of what the CRD allows. */
import type { Case } from "./case.ts";

const tetragon = (fields: object) => ({ runtime: { backend: "Tetragon", ...fields } });
const falco = (fields: object) => ({ runtime: { backend: "Falco", ...fields } });

const WATCHED = tetragon({ watch: ["TokenRead"] });

export const RUNTIME_CASES: readonly Case[] = [
  {
    reason: "what sees the deeds, nobody can guess",
    bad: { runtime: { watch: ["TokenRead"] } },
    good: WATCHED,
    at: "spec.runtime.backend",
    says: "required: add backend",
    server: "spec.runtime.backend: Required value",
  },
  {
    reason: "there are two backends",
    bad: { runtime: { backend: "KubeArmor", watch: ["TokenRead"] } },
    good: falco({ watch: ["TokenRead"] }),
    at: "spec.runtime.backend",
    says: "is not allowed: write Tetragon, or Falco",
    server: "spec.runtime.backend: Unsupported value",
  },
  {
    reason: "a rule of one's own belongs to the backend itself",
    bad: tetragon({ watch: ["/etc/passwd"] }),
    good: WATCHED,
    at: "spec.runtime.watch[0]",
    says: "is not allowed: write SensitiveFileRead, or TemporaryFileExecution, or TokenRead",
    server: "spec.runtime.watch[0]: Unsupported value",
  },
  ...[tetragon({}), tetragon({ watch: [], kill: [] })].map((bad) => ({
    reason: "without a preset nothing is watched, although it reads as if something were",
    bad,
    good: tetragon({ watch: [], kill: ["SensitiveFileRead"] }),
    at: "spec.runtime",
    says: "no preset is named: write SensitiveFileRead or another one into `watch`, or remove the section",
  })),
  {
    reason: "programs that need the token read it, too",
    bad: tetragon({ watch: ["TokenRead"], kill: ["SensitiveFileRead", "TokenRead"] }),
    good: tetragon({ watch: ["TokenRead"], kill: ["SensitiveFileRead"] }),
    at: "spec.runtime.kill",
    says: "TokenRead only watches, because programs that need the token read it, too: write it into `watch`",
  },
  {
    reason: "the kernel has obeyed before the process ends",
    bad: tetragon({ kill: ["UsermodeHelperWrite"] }),
    good: tetragon({ watch: ["UsermodeHelperWrite"], kill: [] }),
    at: "spec.runtime.kill",
    says: "UsermodeHelperWrite only watches, because the write is done before the process ends: write it into `watch`",
  },
  {
    reason: "Falco kills nothing",
    bad: falco({ watch: ["TokenRead"], kill: ["SensitiveFileRead"] }),
    good: falco({ watch: ["TokenRead", "SensitiveFileRead"], kill: [] }),
    at: "spec.runtime",
    says: "Falco only watches: write these presets into `watch`, and remove `kill`",
  },
  ...(["watch", "kill"] as const).flatMap((list): Case[] => [
    {
      reason: "twice is no more than once",
      bad: tetragon({ [list]: ["SensitiveFileRead", "UserNamespaceCreation", "SensitiveFileRead"] }),
      good: tetragon({ watch: ["SensitiveFileRead", "UserNamespaceCreation"], kill: ["UserNamespaceCreation", "SensitiveFileRead"] }),
      at: `spec.runtime.${list}`,
      says: "an entry stands twice: write it once",
    },
    {
      reason: "there are not more presets than that",
      bad: tetragon({ [list]: Array.from({ length: 6 }, () => "SensitiveFileRead") }),
      good: tetragon({ [list]: ["SensitiveFileRead"] }),
      at: `spec.runtime.${list}`,
      says: "write at most 5",
      server: `spec.runtime.${list}: Too many: 6: must have at most 5 items`,
    },
  ]),
];
