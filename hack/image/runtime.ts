/** Finds what runs the program in the image: the Node that runs this, the libraries that it loaded, and the few files that these read. */
import { readFile, realpath } from "node:fs/promises";
import { debianOrigin, type Origin } from "./debian.ts";
import type { ImageFile } from "./layer.ts";

/** In the image. */
export const NODE_PATH = "/usr/local/bin/node";
/** User and group, as numbers: Kubernetes must know that it is not root without reading the image. */
export const USER = 65532;

/** From this glibc on, looking up users and hosts needs no libraries that are loaded later. */
const GLIBC = [2, 34] as const;

/** A file that runs the program, and the package that it is from, where the machine knows one. */
export interface RuntimeFile extends ImageFile {
  readonly origin?: Origin | undefined;
}

/** The parts of Node's own report that matter here. */
interface NodeReport {
  readonly header: { readonly glibcVersionRuntime?: string };
  readonly sharedObjects: readonly string[];
}

const ETC: readonly RuntimeFile[] = [
  { path: "/etc/passwd", content: `nonroot:x:${USER}:${USER}:nonroot:/:/sbin/nologin\n` },
  { path: "/etc/group", content: `nonroot:x:${USER}:\n` },
  { path: "/etc/nsswitch.conf", content: "hosts: files dns\n" },
];

/** Node and the libraries that it loaded. Throws where these are not glibc's, or too old. */
export async function runtimeFiles(): Promise<readonly RuntimeFile[]> {
  const libraries = sharedLibraries(process.report.getReport() as unknown as NodeReport);
  return [
    { path: NODE_PATH, content: await readFile(process.execPath), isExecutable: true },
    ...(await Promise.all(libraries.map(libraryFile))),
    ...ETC,
  ];
}

async function libraryFile(path: string): Promise<RuntimeFile> {
  return { path, content: await readFile(await realpath(path)), isExecutable: true, origin: await debianOrigin(path) };
}

/** Paths of the libraries that a Node reports. Throws where they are none that an image can be made of. */
export function sharedLibraries({ header, sharedObjects }: NodeReport): readonly string[] {
  const [major = 0, minor = 0] = (header.glibcVersionRuntime ?? "").split(".").map(Number);
  if (major < GLIBC[0] || (major === GLIBC[0] && minor < GLIBC[1])) {
    throw new Error(
      `the image needs glibc ${GLIBC.join(".")} or newer on the machine that builds it, found ${header.glibcVersionRuntime ?? "none"}`,
    );
  }
  // The kernel's own part has no file.
  return sharedObjects.filter((path) => path.startsWith("/"));
}
