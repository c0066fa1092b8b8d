/** Writes the labels and annotations of a Secret into the template by which another controller makes it. */
import type { JsonObject } from "../../api/json.ts";
import type { SecretMetadata } from "../../api/secret-metadata.ts";
import { sortedMap } from "../order.ts";

/** What of a template's metadata there is: an empty map means the same as none. */
export function metadataBody({ labels = {}, annotations = {} }: SecretMetadata): JsonObject {
  return {
    ...(Object.keys(labels).length > 0 && { labels: sortedMap(labels) }),
    ...(Object.keys(annotations).length > 0 && { annotations: sortedMap(annotations) }),
  };
}
