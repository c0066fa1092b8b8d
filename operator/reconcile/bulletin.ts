/** Keeps what is news in the whole cluster, and which namespaces are to be told of it: one change concerns all of them, and costs no burst of writes. */
import { isDeepStrictEqual } from "node:util";
import { type ClusterNews, clusterNews } from "../plan/beyond.ts";
import type { BaselineEntry, Caches } from "./caches.ts";
import type { ToldOfCluster } from "./status.ts";

export class Bulletin {
  /** What weakens every namespace; undefined while that is not known. */
  #news: ClusterNews | undefined;
  /** Namespaces whose turn it is to be told. */
  readonly #due = new Set<string>();

  /** Others may have led meanwhile. */
  clear(): void {
    this.#news = undefined;
    this.#due.clear();
  }

  /** Looks at the whole cluster. True if something else weakens every namespace than before. `entry`: its posture; `now`: milliseconds since the epoch. */
  renew(caches: Caches, entry: BaselineEntry | undefined, now: number): boolean {
    const exceptions = entry && (entry.baseline.spec?.exceptions ?? []);
    const news = clusterNews(caches, exceptions, now);
    if (isDeepStrictEqual(news, this.#news)) return false;
    this.#news = news;
    return true;
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
