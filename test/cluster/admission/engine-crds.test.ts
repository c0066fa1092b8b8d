/** Proves that the APIs of Kyverno and Gatekeeper take what their components consist of, where a folder with their CRDs is at hand. */
import { gatekeeperFiles } from "../../../hack/config/engines/gatekeeper.ts";
import { kyvernoFiles } from "../../../hack/config/engines/kyverno.ts";
import type { ManifestFile } from "../../../hack/config/files.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { describeManifests } from "../../support/real-crds.ts";

const objectsIn = (files: readonly ManifestFile[]) => files.flatMap(({ documents }) => documents) as readonly KubernetesObject[];

describeManifests("kyverno", objectsIn(kyvernoFiles));
describeManifests("gatekeeper", objectsIn(gatekeeperFiles));
