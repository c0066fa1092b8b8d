/** Reads the `Warning` headers of an answer: what the API server says about a request that it took. */

/** `<code> <agent> "<text>"`, with a date that nobody sends any more, and what separates it from the next one (RFC 7234, 5.5). */
const WARNING = /\s*(\d{3}) ([^\s"]+) "((?:[^"\\]|\\.)*)"(?: "[^"]*")?\s*(?:,|$)/gy;

/** Texts of the warnings, in order; one header may hold several. What does not read like a warning ends its header. */
export function warningTexts(header: string | readonly string[] | undefined): readonly string[] {
  if (header === undefined) return [];
  return [header].flat().flatMap((line) => [...line.matchAll(WARNING)].map(([, , , text = ""]) => text.replace(/\\(.)/g, "$1")));
}
