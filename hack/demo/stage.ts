/** Prepares what the story is played on (a built program, a control plane, a shell) and clears all of it away. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { shareCluster } from "../../test/support/cluster.ts";
import { operatorKubeconfig } from "../../test/support/operator-process.ts";
import { person } from "../../test/support/people.ts";
import { buildProgram } from "../build.ts";
import { attachControlPlane, type ControlPlane, startControlPlane } from "../control-plane.ts";
import { controlPlaneBinary } from "../control-plane-binary.ts";
import { type RunningOperator, startOperator } from "./operator.ts";
import { Shell } from "./shell.ts";
import { print } from "./terminal.ts";

const LAUNCHER = join(import.meta.dirname, "..", "control-plane.ts");
/** Where `make controlplane-up` keeps its control plane, so that `make controlplane-down` ends this one too. */
const KEPT = join(import.meta.dirname, "..", "..", ".work", "control-plane");

/** Who plays: the variable that names the kubeconfig, the user, their groups. */
const PEOPLE: readonly (readonly [string, string, readonly string[]])[] = [
  ["JANE", "jane", ["gamma-oncall"]],
  ["LEA", "lea", ["gamma-leads"]],
];

export interface Stage {
  readonly shell: Shell;
  readonly kubeconfig: string;
  /** Starts the operator with a token of its own account, which must be installed; commands find it as $OPERATOR, and the process as $OPERATOR_PID. */
  startOperator(): Promise<RunningOperator>;
  /** Ends the control plane. */
  close(): Promise<void>;
}

/** Builds what is missing and starts a control plane. With `keep` it goes on after this process. */
export async function openStage(keep: boolean): Promise<Stage> {
  const binary = await controlPlaneBinary(print);
  print("Building dist/securitybaseline.mjs");
  const program = await buildProgram();
  print("Starting etcd, kube-apiserver and kube-controller-manager");
  const plane = keep ? await startKept() : await startControlPlane();
  shareCluster(plane);
  const shell = await Shell.open({ dir: plane.dir, binary, program, kubeconfig: plane.kubeconfig });
  for (const [variable, name, groups] of PEOPLE) shell.set(variable, (await person(name, groups)).kubeconfig);
  shell.set("INCIDENT", join(plane.dir, "incident.kubeconfig"));
  shell.set("KEPT", join(plane.dir, "kept.kubeconfig"));
  shell.set("REPORT", join(plane.dir, "report.html"));
  shell.set("AUDIT_LOG", plane.auditLog);
  return {
    shell,
    kubeconfig: plane.kubeconfig,
    startOperator: async () => {
      const kubeconfig = await operatorKubeconfig();
      shell.set("OPERATOR", kubeconfig);
      const operator = await startOperator({ program, kubeconfig, log: join(plane.dir, "operator.log"), keep });
      shell.set("OPERATOR_PID", String(operator.pid));
      return operator;
    },
    close: () => plane.stop(),
  };
}

async function startKept(): Promise<ControlPlane> {
  if (await attachControlPlane(KEPT)) throw new Error("a control plane is up already: end it with `make controlplane-down`");
  await promisify(execFile)(process.execPath, [LAUNCHER, "up", "--dir", KEPT]);
  const plane = await attachControlPlane(KEPT);
  if (plane === undefined) throw new Error("the control plane ended right after its start");
  return plane;
}
