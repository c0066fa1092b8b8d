/** Takes the API server's answer to something that must not work, for tests to look at. */
import { ApiFailure } from "./api-client.ts";

/** The failure of an attempt that the server refused; throws when it went through or failed otherwise. */
export async function refusal(attempt: Promise<unknown>): Promise<ApiFailure> {
  const outcome = await attempt.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof ApiFailure) return outcome;
  throw new Error("expected the server to refuse", { cause: outcome });
}
