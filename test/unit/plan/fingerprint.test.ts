/** Tests fingerprints, and the sharing of short strings. */
import { expect } from "chai";
import { fingerprint } from "../../../operator/plan/fingerprint.ts";
import { intern } from "../../../operator/plan/intern.ts";

describe("fingerprint", () => {
  it("is the first 22 characters of the SHA-256 of the canonical JSON", () => {
    // printf '%s' '{"a":"1","b":"[]"}' | openssl dgst -sha256 -binary | base64 | tr '+/' '-_'
    expect(fingerprint({ b: "[]", a: "1" })).to.equal("g520GliUtlvJvTO0hb7SAx");
  });

  it("tells an absent field from an empty one", () => {
    expect(fingerprint({ a: "[]" })).not.to.equal(fingerprint({}));
  });
});

describe("intern", () => {
  it("answers the same text for more strings than it keeps", () => {
    for (let index = 0; index < 20_000; index += 1) expect(intern(`namespace-${index}`)).to.equal(`namespace-${index}`);
  });

  it("keeps an absent value absent", () => {
    expect(intern(undefined)).to.equal(undefined);
  });
});
