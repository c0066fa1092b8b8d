/** Opens pages in a headless Chromium for tests, through the browser's own debugging protocol: no driver and no other package. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";

/** Where Debian and others put it. */
const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Path of the browser; `CHROMIUM` in the environment names one. @throws Error if there is none */
export function chromiumPath(): string {
  const named = process.env["CHROMIUM"];
  const found = (named ? [named] : PLACES).find((path) => existsSync(path));
  if (found === undefined) throw new Error("these tests need Chromium: install the package chromium, or say by CHROMIUM where it is");
  return found;
}

type Params = Readonly<Record<string, unknown>>;

/** What the browser tells without being asked. */
export interface BrowserEvent {
  readonly method: string;
  readonly params: Params;
}

interface Waiting {
  resolve(result: Params): void;
  reject(error: Error): void;
}

/** One tab. */
export class BrowserPage {
  /** Everything that the tab told so far. */
  readonly events: BrowserEvent[] = [];
  readonly #send: (method: string, params: Params) => Promise<Params>;
  readonly #listeners = new Set<(event: BrowserEvent) => void>();

  constructor(send: (method: string, params: Params) => Promise<Params>) {
    this.#send = send;
  }

  /** Takes what the tab tells. */
  tell(event: BrowserEvent): void {
    this.events.push(event);
    for (const listener of this.#listeners) listener(event);
  }

  send<T>(method: string, params: Params = {}): Promise<T> {
    return this.#send(method, params) as Promise<T>;
  }

  /** Opens an address and waits until all of it is there. */
  open(url: string): Promise<void> {
    return this.#loading("Page.navigate", { url });
  }

  /** Opens the same address anew. */
  reload(): Promise<void> {
    return this.#loading("Page.reload", {});
  }

  async #loading(method: string, params: Params): Promise<void> {
    const loaded = this.#next("Page.loadEventFired");
    await this.send(method, params);
    await loaded;
  }

  /** Value of an expression in the page, as JSON can hold it. */
  async evaluate<T>(expression: string): Promise<T> {
    const answer = await this.send<{ result: { value?: T }; exceptionDetails?: { exception?: { description?: string } } }>(
      "Runtime.evaluate",
      { expression, returnByValue: true, awaitPromise: true },
    );
    if (answer.exceptionDetails !== undefined) throw new Error(answer.exceptionDetails.exception?.description ?? "the page threw");
    return answer.result.value as T;
  }

  /** Presses and releases a key, as `Tab`, `Enter` or a letter. */
  async press(key: string): Promise<void> {
    const { code = 0, text = key } = KEYS[key] ?? {};
    const common = { key, code: key, windowsVirtualKeyCode: code };
    await this.send("Input.dispatchKeyEvent", { ...common, type: "keyDown", ...(text === "" ? {} : { text }) });
    await this.send("Input.dispatchKeyEvent", { ...common, type: "keyUp" });
  }

  /** Writes where the cursor is. */
  async type(text: string): Promise<void> {
    await this.send("Input.insertText", { text });
  }

  /** Clicks with the mouse into the middle of the first element that the selector finds. */
  async click(selector: string): Promise<void> {
    const [x, y] = await this.evaluate<[number, number]>(`(() => {
      const element = document.querySelector(${JSON.stringify(selector)});
      element.scrollIntoView({ block: "center" });
      const { left, top, width, height } = element.getBoundingClientRect();
      return [left + width / 2, top + height / 2];
    })()`);
    for (const type of ["mousePressed", "mouseReleased"]) {
      await this.send("Input.dispatchMouseEvent", { type, x, y, button: "left", clickCount: 1 });
    }
  }

  /** Makes the page believe in a screen or paper, light or dark. */
  async emulate({ media = "screen", scheme = "light" }: { readonly media?: "screen" | "print"; readonly scheme?: "light" | "dark" }) {
    await this.send("Emulation.setEmulatedMedia", { media, features: [{ name: "prefers-color-scheme", value: scheme }] });
  }

  async resize(width: number, height: number): Promise<void> {
    await this.send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: false });
  }

  /** A PNG of what is seen. */
  async screenshot(): Promise<Buffer> {
    const { data } = await this.send<{ data: string }>("Page.captureScreenshot", { format: "png" });
    return Buffer.from(data, "base64");
  }

  /** The page as it would be printed. */
  async pdf(): Promise<Buffer> {
    const { data } = await this.send<{ data: string }>("Page.printToPDF", { printBackground: false, preferCSSPageSize: true });
    return Buffer.from(data, "base64");
  }

  #next(method: string): Promise<BrowserEvent> {
    return new Promise((resolve) => {
      const listener = (event: BrowserEvent): void => {
        if (event.method !== method) return;
        this.#listeners.delete(listener);
        resolve(event);
      };
      this.#listeners.add(listener);
    });
  }
}

const KEYS: Readonly<Record<string, { readonly code: number; readonly text: string }>> = {
  Tab: { code: 9, text: "" },
  Enter: { code: 13, text: "\r" },
  " ": { code: 32, text: " " },
};

/** A browser of its own, without a profile of anybody. */
export class Browser implements AsyncDisposable {
  readonly #process: ChildProcess;
  /** Goes with the browser. */
  readonly folder: string;
  readonly #waiting = new Map<number, Waiting>();
  readonly #pages = new Map<string, BrowserPage>();
  #last = 0;

  private constructor(process: ChildProcess, folder: string) {
    this.#process = process;
    this.folder = folder;
    this.#read(process.stdio[4] as Readable);
    process.once("exit", () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("the browser ended"));
    });
  }

  /** Starts the browser. @throws Error if there is none */
  static async start(): Promise<Browser> {
    const path = chromiumPath();
    const folder = await mkdtemp(join(tmpdir(), "securitybaseline-browser-"));
    const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-background-networking", "--no-first-run"];
    const args = [...flags, "--remote-debugging-pipe", `--user-data-dir=${folder}`, "about:blank"];
    const child = spawn(path, args, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    await once(child, "spawn");
    return new Browser(child, folder);
  }

  /** A new tab that tells of its requests, its console and what its policy refuses. */
  async newPage(): Promise<BrowserPage> {
    const { targetId } = (await this.#send("Target.createTarget", { url: "about:blank" })) as { targetId: string };
    const { sessionId } = (await this.#send("Target.attachToTarget", { targetId, flatten: true })) as { sessionId: string };
    const page = new BrowserPage((method, params) => this.#send(method, params, sessionId));
    this.#pages.set(sessionId, page);
    for (const domain of ["Page", "Runtime", "Network", "Log"]) await page.send(`${domain}.enable`);
    return page;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const gone = once(this.#process, "exit");
    await this.#send("Browser.close", {}).catch(() => this.#process.kill());
    await gone;
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  #send(method: string, params: Params, sessionId?: string): Promise<Params> {
    this.#last += 1;
    const id = this.#last;
    const message = JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) });
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      (this.#process.stdio[3] as Writable).write(`${message}\0`);
    });
  }

  /** Messages end with a zero byte. */
  #read(pipe: Readable): void {
    let kept = "";
    pipe.setEncoding("utf8");
    pipe.on("data", (chunk: string) => {
      const messages = (kept + chunk).split("\0");
      kept = messages.pop() ?? "";
      for (const message of messages) this.#take(JSON.parse(message));
    });
  }

  #take(message: {
    id?: number;
    result?: Params;
    error?: { message: string };
    method?: string;
    params?: Params;
    sessionId?: string;
  }): void {
    const { id, result = {}, error, method, params = {}, sessionId = "" } = message;
    if (id === undefined) {
      if (method !== undefined) this.#pages.get(sessionId)?.tell({ method, params });
      return;
    }
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(error.message));
  }
}

if (import.meta.main) tellPath();

/** Tells whoever is about to run tests with it which browser there is, or in one line how to get one. */
function tellPath(): void {
  try {
    process.stdout.write(`Chromium: ${chromiumPath()}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
