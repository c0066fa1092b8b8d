/** Measures an edit: from a changed spec to a status that says it is in place. */

import type { SecurityBaselineSpec } from "../../operator/api/baseline.ts";
import { applyBaseline, FULL_SPEC } from "../../test/support/baselines.ts";
import type { Arena } from "./arena.ts";
import { isReadyIn } from "./creation.ts";
import { type Distribution, distributionOf } from "./statistics.ts";

const PORT = 20_000;

/** Edits so many baselines one after the other; milliseconds until each is Ready. `first`: number of the first edit, no two may be equal. */
export async function measureEdits(
  arena: Arena,
  namespaces: readonly string[],
  edits: { first: number; count: number },
): Promise<Distribution> {
  const taken: number[] = [];
  for (let number = edits.first; number < edits.first + edits.count; number++) {
    taken.push(await timeEdit(arena, namespaces[number % namespaces.length] ?? "", PORT + number));
  }
  return distributionOf(taken);
}

async function timeEdit({ baselines }: Arena, namespace: string, port: number): Promise<number> {
  const done = baselines.sees(
    `${namespace} is Ready with port ${port}`,
    ({ object }) => isReadyIn(namespace, object) && hasPort(object.spec, port),
  );
  const sent = performance.now();
  await Promise.all([done, applyBaseline(namespace, withPort(port))]);
  return (await done) - sent;
}

/** The full posture with one entry more, which becomes one NetworkPolicy or changes it. */
function withPort(port: number): SecurityBaselineSpec {
  const { ingress = [] } = FULL_SPEC.network ?? {};
  const edited = { name: "edited", from: [{ preset: "SameNamespace" as const }], ports: [{ port }] };
  return { ...FULL_SPEC, network: { ...FULL_SPEC.network, ingress: [...ingress, edited] } };
}

function hasPort(spec: SecurityBaselineSpec | undefined, port: number): boolean {
  return spec?.network?.ingress?.some(({ ports = [] }) => ports.some((one) => one.port === port)) ?? false;
}
