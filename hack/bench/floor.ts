/**
 * Brings deleted objects back with the least that any program must do, so that repair has a floor to be held against.
 * It watches and applies, as a process and a ServiceAccount of its own; it compares nothing, reports nothing and keeps nothing but the bodies.
 */
import { type RawAccess, RawClient } from "./raw-client.ts";

/** What the process is told at its start. It answers with "ready" and works until its parent goes. */
export interface FloorTask {
  readonly access: RawAccess;
  /** Path and query of the collection that it looks after. */
  readonly collection: string;
  /** Path and body of each object, by `namespace/name`. */
  readonly objects: Readonly<Record<string, { readonly path: string; readonly body: string }>>;
}

async function restore({ access, collection, objects }: FloorTask): Promise<void> {
  const client = new RawClient(access, 16);
  const tell = (): void => void process.send?.("ready");
  for await (const { type, object } of client.watch(collection, new AbortController().signal, tell)) {
    const lost = type === "DELETED" ? objects[`${object.metadata?.namespace}/${object.metadata?.name}`] : undefined;
    if (lost) client.apply(lost.path, lost.body).catch(fail);
  }
}

function fail(error: unknown): never {
  process.stderr.write(`floor: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

process.once("disconnect", () => process.exit(0));
process.once("message", (task: FloorTask) => void restore(task).catch(fail));
