/** Proves that a kept token can be read by its user alone, and that nothing is taken from a place where others could have put it. */
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { cacheHome } from "../../../operator/cli/break-glass/private-file.ts";
import { createTokenCache } from "../../../operator/cli/break-glass/token-cache.ts";
import { CommandError } from "../../../operator/cli/failure-text.ts";

const KEY = { server: "https://one", grantUID: "g1", person: { username: "jane", uid: "u1" } };
const TOKEN = { token: "secret", expirationTimestamp: "2026-11-23T10:30:00Z" };

describe("the token cache", () => {
  let home = "";
  let folder = "";
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), "securitybaseline-cache-"));
    folder = join(home, "securitybaseline", "break-glass");
  });
  afterEach(() => rm(home, { recursive: true }));

  async function fileOf(): Promise<string> {
    const [name = "", ...more] = await readdir(folder);
    expect(more).to.deep.equal([]);
    return join(folder, name);
  }

  function failure(attempt: () => unknown): unknown {
    try {
      attempt();
      return undefined;
    } catch (error) {
      return error;
    }
  }

  it("answers what was put in, and nothing for another server, grant or person", async () => {
    const cache = createTokenCache(home);
    expect(cache.get(KEY)).to.equal(undefined);
    cache.put(KEY, TOKEN);
    expect(cache.get(KEY)).to.deep.equal(TOKEN);
    expect(cache.get({ ...KEY, server: "https://two" })).to.equal(undefined);
    expect(cache.get({ ...KEY, grantUID: "g2" })).to.equal(undefined);
    expect(cache.get({ ...KEY, person: { username: "lee", uid: "u1" } })).to.equal(undefined);
    expect(cache.get({ ...KEY, person: { username: "jane", uid: "u2" } })).to.equal(undefined);
    expect(cache.get({ ...KEY, person: { username: "jane" } })).to.equal(undefined);
  });

  it("makes folders and file for its user alone, and leaves nothing unfinished", async () => {
    createTokenCache(home).put(KEY, TOKEN);
    createTokenCache(home).put(KEY, { ...TOKEN, token: "newer" });
    const modes = await Promise.all(
      [join(home, "securitybaseline"), folder, await fileOf()].map(async (path) => (await stat(path)).mode & 0o777),
    );
    expect(modes).to.deep.equal([0o700, 0o700, 0o600]);
    expect(createTokenCache(home).get(KEY)).to.have.property("token", "newer");
  });

  it("names no server, no grant and no person in the file's name", async () => {
    createTokenCache(home).put(KEY, TOKEN);
    expect(await readdir(folder)).to.satisfy(([name]: string[]) => /^[0-9a-f]{64}\.json$/.test(name ?? ""));
  });

  const tampered: readonly { reason: string; tamper: (file: string) => Promise<unknown> }[] = [
    { reason: "a file that others can read", tamper: (file) => chmod(file, 0o640) },
    { reason: "a file that others can write", tamper: (file) => chmod(file, 0o602) },
    { reason: "a folder that others can write", tamper: () => chmod(folder, 0o770) },
    {
      reason: "a symbolic link",
      tamper: async (file) => {
        await rename(file, `${file}.moved`);
        await symlink(`${file}.moved`, file);
      },
    },
    {
      reason: "a folder in place of the file",
      tamper: async (file) => {
        await rm(file);
        await mkdir(file, { mode: 0o600 });
      },
    },
  ];
  for (const { reason, tamper } of tampered) {
    it(`refuses ${reason}`, async () => {
      const cache = createTokenCache(home);
      cache.put(KEY, TOKEN);
      await tamper(await fileOf());
      const error = failure(() => cache.get(KEY));
      expect(error).to.be.instanceOf(CommandError);
      expect(String(error)).to.include("remove it").and.not.include("secret");
    });
  }

  it("puts nothing into a folder that others can read", async () => {
    await mkdir(folder, { recursive: true, mode: 0o755 });
    await chmod(folder, 0o755);
    expect(failure(() => createTokenCache(home).put(KEY, TOKEN))).to.be.instanceOf(CommandError);
    expect(await readdir(folder)).to.deep.equal([]);
  });

  it("takes a file of another form for none", async () => {
    const cache = createTokenCache(home);
    cache.put(KEY, TOKEN);
    const file = await fileOf();
    for (const content of ["", "{", '{"token":1}', "null"]) {
      await writeFile(file, content);
      expect(cache.get(KEY), content).to.equal(undefined);
    }
  });
});

describe("the user's cache folder", () => {
  const cases: readonly { reason: string; env: Record<string, string>; path: string }[] = [
    { reason: "is the one that the environment names", env: { XDG_CACHE_HOME: "/var/cache/jane" }, path: "/var/cache/jane" },
    { reason: "is ~/.cache otherwise", env: {}, path: "/home/jane/.cache" },
    { reason: "is never a relative path", env: { XDG_CACHE_HOME: "cache" }, path: "/home/jane/.cache" },
  ];
  for (const { reason, env, path } of cases) it(reason, () => expect(cacheHome(env, "/home/jane")).to.equal(path));
});
