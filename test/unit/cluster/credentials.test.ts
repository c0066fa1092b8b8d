/** Proves where credentials come from, that they follow their files and plugins, and that none gets into an error. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { stringify } from "yaml";
import { type Credentials, loadCredentials } from "../../../operator/cluster/credentials.ts";
import { createTransport } from "../../../operator/cluster/transport.ts";
import { selfSigned } from "../../support/certificate.ts";
import { apiErrorOf } from "../../support/failure.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { startScriptedServer } from "../../support/scripted-server.ts";

const SECRET = "s3cr3t-value";

describe("credentials", () => {
  let folder: string;
  let clock: ManualClock;

  const file = (name: string, content?: string) => {
    const path = join(folder, name);
    if (content !== undefined) writeFileSync(path, content);
    return path;
  };

  const load = (user: object, cluster: object = {}): Credentials => {
    const config = {
      "current-context": "here",
      contexts: [{ name: "here", context: { cluster: "c", user: "u", namespace: "system" } }],
      clusters: [{ name: "c", cluster: { server: "https://api.example:6443/base", ...cluster } }],
      users: [{ name: "u", user }],
    };
    return loadCredentials({ kubeconfig: file("config", stringify(config)), clock });
  };

  const authorization = async (credentials: Credentials) => (await credentials.current()).headers["authorization"];

  /** A plugin that appends a line to `runs` each time and answers what `answer` (an expression over the number of the run) says. */
  const plugin = (answer: string) => {
    const runs = file("runs", "");
    const script = `const fs = require("fs"); fs.appendFileSync(${JSON.stringify(runs)}, "run\\n");
      const run = fs.readFileSync(${JSON.stringify(runs)}, "utf8").split("\\n").length - 1; ${answer}`;
    return { exec: { apiVersion: "client.authentication.k8s.io/v1", command: process.execPath, args: ["-e", script] } };
  };
  const token = (expires: string) =>
    `console.log(JSON.stringify({ status: { token: "token-" + run, expirationTimestamp: ${JSON.stringify(expires)} } }))`;
  const pluginRuns = () => readFileSync(join(folder, "runs"), "utf8").split("\n").length - 1;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "credentials-"));
    clock = new ManualClock();
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const files: readonly { reason: string; user: object; cluster?: object; names: readonly string[] }[] = [
    { reason: "none where all stands in the kubeconfig", user: { token: SECRET }, names: [] },
    {
      reason: "certificate, key and authority, from the kubeconfig's folder on",
      user: { "client-certificate": "jane.crt", "client-key": "jane.key" },
      cluster: { "certificate-authority": "ca.crt" },
      names: ["jane.crt", "jane.key", "ca.crt"],
    },
    {
      reason: "the token file of a provider",
      user: { "auth-provider": { name: "tokenFile", config: { tokenFile: "/run/token" } } },
      names: ["/run/token"],
    },
  ];
  for (const { reason, user, cluster, names } of files) {
    it(`names the files that they are read from: ${reason}`, () => {
      expect(load(user, cluster).files).to.deep.equal(names.map((name) => resolve(folder, name)));
    });
  }

  it("reads server, namespace and token from a kubeconfig", async () => {
    const credentials = load({ token: SECRET });
    expect(credentials.server.href).to.equal("https://api.example:6443/base");
    expect(credentials.namespace).to.equal("system");
    expect(await credentials.current()).to.deep.equal({ headers: { authorization: `Bearer ${SECRET}` }, tls: {} });
  });

  it("reads client certificate, CA, server name and verification into TLS settings", async () => {
    const data = (text: string) => Buffer.from(text).toString("base64");
    const user = { "client-certificate-data": data("cert"), "client-key-data": data("key") };
    const cluster = { "certificate-authority-data": data("ca"), "tls-server-name": "other.example", "insecure-skip-tls-verify": true };
    expect((await load(user, cluster).current()).tls).to.deep.equal({
      ca: "ca",
      cert: "cert",
      key: "key",
      servername: "other.example",
      rejectUnauthorized: false,
    });
  });

  it("knows user name and password, and impersonation", async () => {
    const { headers } = await load({ username: "ann", password: "pw", as: "bob" }).current();
    expect(headers).to.deep.equal({ authorization: "Basic YW5uOnB3", "impersonate-user": "bob" });
  });

  it("follows a token file within 10 s, without its line break", async () => {
    const credentials = load({ "auth-provider": { name: "tokenFile", config: { tokenFile: file("token", "one\n") } } });
    expect(await authorization(credentials)).to.equal("Bearer one");
    file("token", "two\n");
    await clock.advance(9_999);
    expect(await authorization(credentials)).to.equal("Bearer one");
    await clock.advance(1);
    expect(await authorization(credentials)).to.equal("Bearer two");
  });

  it("reads a token file at once after a refusal", async () => {
    const credentials = load({ "auth-provider": { name: "tokenFile", config: { tokenFile: file("token", "one") } } });
    const refused = await credentials.current();
    file("token", "two");
    expect((await credentials.refresh(refused)).headers["authorization"]).to.equal("Bearer two");
    expect(await authorization(credentials)).to.equal("Bearer two");
  });

  it("keeps what worked while a file is missing, until the server refuses it", async () => {
    const credentials = load({ "auth-provider": { name: "tokenFile", config: { tokenFile: file("token", "one") } } });
    const access = await credentials.current();
    rmSync(file("token"));
    await clock.advance(10_000);
    expect(await credentials.current()).to.equal(access);
    const error = await apiErrorOf(credentials.refresh(access));
    expect({ reason: error.reason, class: error.class }).to.deep.equal({ reason: "Credentials", class: "retry" });
    expect(error.message).to.equal("cannot read a file that the credentials name (ENOENT)");
  });

  it("the access stays the same object while nothing changes; a new token does not change the TLS settings", async () => {
    const ca = file("ca.crt", "ca-1");
    const credentials = load(
      { "auth-provider": { name: "tokenFile", config: { tokenFile: file("token", "one") } } },
      { "certificate-authority": ca },
    );
    const first = await credentials.current();
    await clock.advance(10_000);
    expect(await credentials.current()).to.equal(first);
    file("token", "two");
    await clock.advance(10_000);
    const second = await credentials.current();
    expect(second).not.to.equal(first);
    expect(second.tls).to.equal(first.tls);
    file("ca.crt", "ca-2");
    await clock.advance(10_000);
    expect((await credentials.current()).tls).to.deep.equal({ ca: "ca-2" });
  });

  it("a transport trusts a new CA once its file has changed", async () => {
    const [old, next] = [selfSigned("old"), selfSigned("next")];
    const server = await startScriptedServer(() => ({ json: { fine: true } }), next);
    const credentials = load({ token: "t" }, { server: server.url, "certificate-authority": file("ca.crt", old.cert) });
    const transport = createTransport({ credentials, userAgent: "test/1" });
    const request = { method: "GET", path: "/api/v1/pods" } as const;
    expect((await apiErrorOf(transport.request(request))).reason).to.equal("Unreachable");
    file("ca.crt", next.cert);
    await clock.advance(10_000);
    expect(await transport.request(request)).to.deep.equal({ fine: true });
    await transport.close();
    await server.close();
  });

  it("a plugin runs once for many callers, and not again before its token expires", async () => {
    const credentials = load(plugin(token("2999-01-01T00:00:00Z")));
    const all = await Promise.all([1, 2, 3].map(() => authorization(credentials)));
    expect(all).to.deep.equal(["Bearer token-1", "Bearer token-1", "Bearer token-1"]);
    await clock.advance(60_000);
    expect(await authorization(credentials)).to.equal("Bearer token-1");
    expect(pluginRuns()).to.equal(1);
  });

  it("a plugin runs again when its token has expired", async () => {
    const credentials = load(plugin(token("2001-01-01T00:00:00Z")));
    expect(await authorization(credentials)).to.equal("Bearer token-1");
    await clock.advance(10_000);
    expect(await authorization(credentials)).to.equal("Bearer token-2");
  });

  it("a plugin runs again after a refusal, once for all that were refused", async () => {
    const credentials = load(plugin(token("2999-01-01T00:00:00Z")));
    const refused = await credentials.current();
    const fresh = await Promise.all([1, 2, 3].map(() => credentials.refresh(refused)));
    expect(fresh.map(({ headers }) => headers["authorization"])).to.deep.equal(["Bearer token-2", "Bearer token-2", "Bearer token-2"]);
    expect((await credentials.refresh(refused)).headers["authorization"]).to.equal("Bearer token-2");
    expect(pluginRuns()).to.equal(2);
  });

  const failing: readonly { title: string; answer: string; message: string }[] = [
    { title: "prints no JSON", answer: `console.log("${SECRET} oops")`, message: "the credential plugin of the kubeconfig failed" },
    { title: "fails", answer: `console.error("${SECRET}"); process.exit(1)`, message: "the credential plugin of the kubeconfig failed" },
  ];
  for (const { title, answer, message } of failing) {
    it(`a plugin that ${title} is told without what it printed`, async () => {
      const error = await apiErrorOf(load(plugin(answer)).current());
      expect(error.message).to.equal(message);
      expect(`${error.stack} ${String(error.cause)}`).not.to.contain(SECRET);
    });
  }

  it("a plugin that hangs is given up after 20 s, and run again for the next request", async () => {
    const healthy = join(folder, "healthy");
    const hang = "setTimeout(() => {}, 500)";
    const credentials = load(plugin(`if (fs.existsSync(${JSON.stringify(healthy)})) ${token("2999-01-01T00:00:00Z")}; else ${hang}`));
    const hanging = apiErrorOf(credentials.current());
    await clock.advance(20_000);
    expect((await hanging).message).to.equal("the credential plugin of the kubeconfig did not answer in time");
    file("healthy", "");
    expect(await authorization(credentials)).to.match(/^Bearer token-/);
  });

  it("a missing plugin is told by its code", async () => {
    const error = await apiErrorOf(load({ exec: { command: join(folder, "nothing") } }).current());
    expect(error.message).to.equal("the credential plugin of the kubeconfig failed (ENOENT)");
  });

  const unusable: readonly { title: string; content: string; message: RegExp }[] = [
    { title: "is no YAML", content: `users: [{token: ${SECRET}`, message: /^cannot read .*config$/ },
    { title: "has no context", content: "clusters: []", message: /no current context/ },
    { title: "names plain http", content: config("http://api.example"), message: /plain http/ },
    { title: "names no URL", content: config("api.example"), message: /not a URL/ },
    {
      title: "wants a proxy",
      content: config("https://api.example", { "proxy-url": "http://proxy" }),
      message: /proxy-url .* not supported/,
    },
  ];
  for (const { title, content, message } of unusable) {
    it(`a kubeconfig that ${title} is refused without quoting it`, async () => {
      const kubeconfig = file("config", content);
      const error = await apiErrorOf((async () => loadCredentials({ kubeconfig }))());
      expect(error.reason).to.equal("Credentials");
      expect(error.message).to.match(message);
      expect(`${error.message} ${String(error.cause)}`).not.to.contain(SECRET);
    });
  }

  it("a kubeconfig that is not there is told with its path", async () => {
    const error = await apiErrorOf((async () => loadCredentials({ kubeconfig: "/nowhere/config" }))());
    expect(error.message).to.equal("cannot read /nowhere/config (ENOENT)");
  });

  describe("without a path", () => {
    const before = { HOME: process.env["HOME"], KUBECONFIG: process.env["KUBECONFIG"] };
    const set = (name: string, value: string | undefined) => {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    };

    afterEach(() => {
      for (const [name, value] of Object.entries(before)) set(name, value);
    });

    it("takes $KUBECONFIG", () => {
      set("KUBECONFIG", file("config", config("https://from-env.example")));
      expect(loadCredentials({}).server.hostname).to.equal("from-env.example");
    });

    it("says so if there is nothing", async () => {
      set("KUBECONFIG", undefined);
      set("HOME", folder);
      const error = await apiErrorOf((async () => loadCredentials({}))());
      expect(error.message).to.equal("there is no kubeconfig, and this is not a pod with a service account");
    });
  });
});

function config(server: string, cluster: object = {}): string {
  return stringify({
    "current-context": "here",
    contexts: [{ name: "here", context: { cluster: "c", user: "u" } }],
    clusters: [{ name: "c", cluster: { server, ...cluster } }],
    users: [{ name: "u", user: { token: SECRET } }],
  });
}
