/** Tells tests when everything has come to rest: nobody writes about some namespaces any more. */
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import { auditEvents, auditMark, WRITE_VERBS } from "./audit-log.ts";
import { eventually } from "./eventually.ts";
import { described, namespaceOf } from "./operator-requests.ts";

/** Milliseconds. Who puts back what another one changes does so within a few of them. */
const SILENCE = 2_000;

/** Waits until a whole span of silence has passed in these namespaces, whoever the writers are. Events apart: they are no part of the state. */
export function awaitSilence(namespaces: readonly string[]): Promise<void> {
  return eventually("nobody writes any more", async () => {
    const mark = await auditMark();
    await delay(SILENCE);
    const writes = await auditEvents(mark, { verbs: WRITE_VERBS });
    const about = writes.filter((event) => namespaces.includes(namespaceOf(event) ?? "") && event.objectRef?.resource !== "events");
    const told = about.map((event) => `${event.user.username}: ${described(event)}`);
    expect(told, told.join(", ")).to.deep.equal([]);
  });
}
