/** Says which version of the program this is, and of which commit. */

declare const SECURITYBASELINE_VERSION: string | undefined;
declare const SECURITYBASELINE_COMMIT: string | undefined;

/** Version and commit, as the build wrote them in; `development` when run from source. */
export function versionText(): string {
  const version = typeof SECURITYBASELINE_VERSION === "string" ? SECURITYBASELINE_VERSION : "development";
  const commit = typeof SECURITYBASELINE_COMMIT === "string" ? SECURITYBASELINE_COMMIT : "unknown";
  return `securitybaseline ${version} (commit ${commit})`;
}
