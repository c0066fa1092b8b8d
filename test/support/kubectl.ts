/** Runs kubectl for tests as a person does, with the administrator's rights. */
import type { KubectlOptions } from "../../hack/control-plane-handle.ts";
import { cluster } from "./cluster.ts";

/** Answers what kubectl printed on standard output. Throws with all that it printed if it fails. */
export async function kubectl(args: readonly string[], options: KubectlOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await cluster().kubectl(args, options);
  if (code !== 0) throw new Error(`kubectl ${args.join(" ")}: exit code ${code}\n${stdout}${stderr}`);
  return stdout;
}

/** Answers what kubectl printed on standard error. Throws if it does not fail. */
export async function kubectlRefusal(args: readonly string[], options: KubectlOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await cluster().kubectl(args, options);
  if (code === 0) throw new Error(`kubectl ${args.join(" ")} was to fail\n${stdout}${stderr}`);
  return stderr;
}
