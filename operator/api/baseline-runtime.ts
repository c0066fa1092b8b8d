/** Declares the runtime section of a SecurityBaseline: which deeds of processes in pods are watched, and which end whoever does them. */
import type { SectionMode } from "./shared-types.ts";

/** What sees the deeds: `Tetragon` by policies of the namespace, `Falco` by rules that are printed and applied by hand. */
export type RuntimeBackend = "Tetragon" | "Falco";

/** A deed that a process of a pod may be watched for. There is no rule text of one's own here: write that for the backend itself. */
export type RuntimePreset = "SensitiveFileRead" | "TemporaryFileExecution" | "TokenRead" | "UserNamespaceCreation" | "UsermodeHelperWrite";

/**
 * What processes of running pods do, as the kernel sees it. Watch a preset first; when nothing of your own does it any more, it may kill.
 *
 * @rule (has(self.watch) && size(self.watch) > 0) || (has(self.kill) && size(self.kill) > 0)
 * @message no preset is named: write SensitiveFileRead or another one into `watch`, or remove the section
 * @rule self.backend != 'Falco' || !has(self.kill) || size(self.kill) == 0
 * @message Falco only watches: write these presets into `watch`, and remove `kill`
 */
export interface RuntimeSection {
  /** Mode of this section; default: `spec.mode`. */
  readonly mode?: SectionMode;
  /** What sees the deeds. */
  readonly backend: RuntimeBackend;
  /**
   * Deeds that are told of, and nothing else.
   * @listType atomic
   * @maxItems 5
   * @rule self.all(a, self.exists_one(b, b == a))
   * @message an entry stands twice: write it once
   */
  readonly watch?: readonly RuntimePreset[];
  /**
   * Deeds that end the process that does them, and are told of. A preset may stand here and in `watch`: then it kills.
   * @listType atomic
   * @maxItems 5
   * @rule self.all(a, self.exists_one(b, b == a))
   * @message an entry stands twice: write it once
   * @rule !self.exists(a, a == 'TokenRead')
   * @message TokenRead only watches, because programs that need the token read it, too: write it into `watch`
   * @rule !self.exists(a, a == 'UsermodeHelperWrite')
   * @message UsermodeHelperWrite only watches, because the write is done before the process ends: write it into `watch`
   */
  readonly kill?: readonly RuntimePreset[];
}
