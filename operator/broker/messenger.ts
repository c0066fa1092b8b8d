/** Tells everybody who wants to know of each new entry of the ledger: standard output, the webhook for people, the webhook for heads. */
import type { LedgerEntry } from "../api/break-glass-audit-entry.ts";
import type { Clock } from "../cluster/clock.ts";
import type { Log } from "../observe/log.ts";
import { createHeads, HEADS_CAPACITY } from "./heads.ts";
import { NOTIFICATION_FORMATS, type NotificationFormat, notificationOf } from "./notifications.ts";
import { createWebhook, type Webhook, type WebhookOptions } from "./webhook.ts";

type Limits = Pick<WebhookOptions, "capacity" | "attempts">;

/** Where to tell. */
export interface MessengerSettings {
  /** `https:` only, as the next one. */
  readonly webhook: string | undefined;
  readonly format: NotificationFormat;
  readonly headsWebhook: string | undefined;
}

export interface Messenger {
  /** A term of leadership began at this head of the ledger, if it has one. */
  began(head: LedgerEntry | undefined): void;
  /** A link was appended; `history` are those of its request, itself included. Returns at once and never throws. */
  appended(entry: LedgerEntry, history: readonly LedgerEntry[]): void;
  /** Names of the webhooks that the last attempt did not reach. */
  failing(): readonly string[];
  /** Gives up what waits to be told. */
  close(): Promise<void>;
}

export interface MessengerOptions {
  readonly settings: MessengerSettings;
  /** Writes one line to where logs are collected. */
  readonly print: (line: string) => void;
  readonly log: Log;
  readonly clock: Clock;
}

/** News that wait while nobody can be told. */
const CAPACITY = 100;
/** With growing pauses of up to five minutes: about an hour. */
const ATTEMPTS = 20;

/** Makes a messenger; nothing is opened before the first message. */
export function createMessenger({ settings, print, log, clock }: MessengerOptions): Messenger {
  const open = (name: string, url: string | undefined, limits: Limits): Webhook | undefined =>
    url === undefined ? undefined : createWebhook({ name, url, ...limits, log, clock, random: Math.random });
  const people = open("notification", settings.webhook, { capacity: CAPACITY, attempts: ATTEMPTS });
  // The newest head stands for all before it: it is worth trying until the next one comes.
  const keeper = open("heads", settings.headsWebhook, { capacity: HEADS_CAPACITY, attempts: Number.POSITIVE_INFINITY });
  const showHead = createHeads({ print, webhook: keeper });
  return {
    began: (head) => {
      if (head !== undefined) showHead(head);
    },
    appended: (entry, history) => {
      showHead(entry);
      const news = notificationOf(entry, history);
      if (news !== undefined) people?.send(NOTIFICATION_FORMATS[settings.format](news));
    },
    failing: () => [...(people?.failing() === true ? ["notification"] : []), ...(keeper?.failing() === true ? ["heads"] : [])],
    close: async () => void (await Promise.all([people?.close(), keeper?.close()])),
  };
}
