/** Keeps what is news in the whole cluster, and which namespaces are to be told of it: one change concerns all of them, and costs no burst of writes. */
import { isDeepStrictEqual } from "node:util";
import { type ClusterNews, clusterNews, type Sight } from "../plan/beyond.ts";
import type { BaselineEntry } from "./caches.ts";
import type { ToldOfCluster } from "./status.ts";

export class Bulletin {
  /** What weakens every namespace; undefined while that is not known. */
  #news: ClusterNews | undefined;
  /** Nobody has been told yet that it is another than before. */
  #fresh = false;
  /** Namespaces whose turn it is to be told. */
  readonly #due = new Set<string>();

  /** Others may have led meanwhile. */
  clear(): void {
    this.#news = undefined;
    this.#fresh = false;
    this.#due.clear();
  }

  /** Looks at the whole cluster. `entry`: its posture; `now`: milliseconds since the epoch. */
  renew(sight: Sight, entry: Pick<BaselineEntry, "baseline"> | undefined, now: number): void {
    const exceptions = entry && (entry.baseline.spec?.exceptions ?? []);
    const news = clusterNews(sight, exceptions, now);
    if (isDeepStrictEqual(news, this.#news)) return;
    this.#news = news;
    this.#fresh = true;
  }

  /** Whether something else weakens every namespace than when this was last asked. */
  take(): boolean {
    const fresh = this.#fresh;
    this.#fresh = false;
    return fresh;
  }

  /** Notes that it is a namespace's turn. */
  tell(namespace: string): void {
    this.#due.add(namespace);
  }

  /** What to tell in the status of a baseline; nothing where the posture of the whole cluster lists it itself. */
  for({ posture, home }: BaselineEntry): ToldOfCluster | undefined {
    if (this.#news === undefined || !posture.namespaced) return undefined;
    return { news: this.#news, due: this.#due.has(home) };
  }

  /** Notes that a namespace has been told. */
  told(namespace: string): void {
    this.#due.delete(namespace);
  }
}
