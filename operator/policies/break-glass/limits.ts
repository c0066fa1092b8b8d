/** Words the refusals that tell the limits of a profile, and reads them: whoever may ask, but not read the baseline, learns the limits from these. */

/** A refusal that tells a limit. */
interface Limit {
  /** CEL: the sentence, of the profile that `profile` is. */
  sentence(profile: string): string;
  /** Finds the sentence in a message of the API server; undefined where it says something else. */
  read(message: string): Readonly<Record<string, string>> | undefined;
}

/** `role`, and `longest` as the profile writes it. */
export const LONGEST: Limit = {
  sentence: (profile) =>
    `'the profile grants ' + string(${profile}.role) + ' for ' + string(${profile}.maxDuration) + ' at most: set spec.duration to ' + string(${profile}.maxDuration) + ' or less'`,
  read: (message) => /the profile grants (?<role>\S+) for (?<longest>\S+) at most:/.exec(message)?.groups,
};

/** `longest` without approval. */
export const LONGEST_WITHOUT_APPROVAL: Limit = {
  sentence: (profile) =>
    `'without approval the profile lasts ' + string(${profile}.?bypass.?maxDuration.orValue('0s')) + ' at most: lower spec.duration or remove spec.bypass'`,
  read: (message) => /without approval the profile lasts (?<longest>\S+) at most:/.exec(message)?.groups,
};
