/** Proves that refusals which speak of fields reach whoever wrote flags as words about flags, with what to write instead. */
import { expect } from "chai";
import { DECISION_FLAGS, inFlagWords, requestFlags } from "../../../operator/cli/break-glass/flag-words.ts";

const DURATION = "^([1-9][0-9]{0,2}h)?([1-9][0-9]{0,3}m)?$";

describe("a refusal in the words of the command line", () => {
  const cases: readonly { reason: string; flags?: Parameters<typeof inFlagWords>[0]; message: string; words: string }[] = [
    {
      reason: "too short",
      message: "spec.reason: Too short: may not be fewer than 20 characters",
      words: "--reason: write at least 20 characters",
    },
    {
      reason: "too short, in the words of older API servers",
      message: 'spec.reason: Invalid value: "short": spec.reason in body should be at least 20 chars long',
      words: "--reason: write at least 20 characters",
    },
    { reason: "too long", message: "spec.ticket: Too long: may not be more than 64 bytes", words: "--ticket: write at most 64 characters" },
    {
      reason: "no time",
      message: 'spec.startTime: Invalid value: "tomorrow": spec.startTime in body must be of type date-time: "tomorrow"',
      words: "--start-at: write a time like 2026-11-24T22:00:00Z",
    },
    {
      reason: "no form of the schema: an example says more than a regular expression",
      message: `spec.duration: Invalid value: "half an hour": spec.duration in body should match '${DURATION}'`,
      words: "--for: write hours and minutes, for example 30m or 1h30m",
    },
    {
      reason: "a rule of the schema, which has words of its own",
      message: 'spec.duration: Invalid value: "5m": write a duration from 10m to 24h, for example 30m',
      words: "--for: write a duration from 10m to 24h, for example 30m",
    },
    {
      reason: "a value with quotes and colons in it",
      message: 'spec.profile: Invalid value: "a\\": b": must be a name',
      words: "--profile: must be a name",
    },
    {
      reason: "a name",
      message: 'metadata.name: Invalid value: "Checkout": a lowercase RFC 1123 subdomain must consist of lower case characters',
      words: "--name: write lower-case letters, digits and -",
    },
    {
      reason: "a name that was made from the profile's",
      flags: requestFlags({}),
      message:
        '[metadata.generateName: Invalid value: "Other-": a lowercase RFC 1123 subdomain, metadata.name: Invalid value: "Other-": a lowercase RFC 1123 subdomain]',
      words: "--profile: write the name of a profile, `securitybaseline break-glass can` lists them",
    },
    {
      reason: "what is of no form and breaks another rule by that",
      message: `[spec.duration: Invalid value: "x": spec.duration in body should match '${DURATION}', spec.duration: Invalid value: "x": type conversion error]`,
      words: "--for: write hours and minutes, for example 30m or 1h30m",
    },
    {
      reason: "several at once",
      message: `[spec.duration: Invalid value: "x": spec.duration in body should match '${DURATION}', spec.reason: Too short: may not be fewer than 20 characters]`,
      words: "--for: write hours and minutes, for example 30m or 1h30m; --reason: write at least 20 characters",
    },
    {
      reason: "a policy's sentence",
      message: "the profile grants sb-incident-admin for 1h at most: set spec.duration to 1h or less",
      words: "the profile grants sb-incident-admin for 1h at most: set --for to 1h or less",
    },
    {
      reason: "two fields in one sentence",
      message: "without approval the profile lasts 30m at most: lower spec.duration or remove spec.bypass",
      words: "without approval the profile lasts 30m at most: lower --for or remove --bypass",
    },
    {
      reason: "fields of the baseline, which no flag fills in, stay",
      message: "there is no such profile: spec.profile must name one in spec.breakGlass of the namespace's baseline, see spec.profiles",
      words: "there is no such profile: --profile must name one in spec.breakGlass of the namespace's baseline, see spec.profiles",
    },
    {
      reason: "an approval for a time of no form",
      flags: DECISION_FLAGS,
      message: `spec.maxDuration: Invalid value: "20": spec.maxDuration in body should match '${DURATION}'`,
      words: "--for: write hours and minutes, for example 30m or 1h30m",
    },
    {
      reason: "a field that no flag fills in",
      flags: DECISION_FLAGS,
      message: "spec.approver: Required value",
      words: "spec.approver: Required value",
    },
    { reason: "what is about no field", message: 'User "jane" cannot create: no', words: 'User "jane" cannot create: no' },
  ];
  for (const { reason, flags = requestFlags({ name: "Checkout" }), message, words } of cases) {
    it(reason, () => expect(inFlagWords(flags)(message)).to.equal(words));
  }
});
