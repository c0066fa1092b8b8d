/** Says where in the site a page, a file or a folder of the repository lies. */
import { posix } from "node:path";

export const STYLESHEET = "style.css";

const PICTURE = /\.(?:svg|png)$/;

/** Pictures are shown as they are; everything else becomes a page, so that a browser shows it instead of guessing. */
export function isPicture(path: string): boolean {
  return PICTURE.test(path);
}

/** Address of a page or file. Folders lie where the page of a folder would. */
export function addressOf(path: string): string {
  if (isPicture(path)) return path;
  if (posix.basename(path) === "README.md") return posix.join(posix.dirname(path), "index.html");
  return `${path.replace(/\.md$/, "")}.html`;
}

export function folderAddressOf(path: string): string {
  return posix.join(path, "index.html");
}
