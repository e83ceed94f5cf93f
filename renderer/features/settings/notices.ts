/** What the program uses of others. */
export interface Notice {
  /** Its place in the file. Two may have one name. */
  place: number;
  name: string;
  version: string;
  licence: string;
  text: string;
}

/** Where the page is, below Settings. */
export const noticesPlace = 'notices';

/** Beside the window's own document; npm run build writes it (tools/notices/notices.ts). */
const noticesAddress = 'third-party-notices.txt';

/** The notices, null where this copy of the program was made without them. */
export async function fetchNotices(signal: AbortSignal): Promise<Notice[] | null> {
  const answer = await fetch(noticesAddress, { signal });
  return answer.ok ? parseNotices(await answer.text()) : null;
}

/** A notice starts with a line `==== name | version | licence`; up to the next one it is the licence's words. */
export function parseNotices(text: string): Notice[] {
  return text
    .split(/^==== /m)
    .slice(1)
    .map((part, place) => {
      const end = part.indexOf('\n');
      const [name = '', version = '', licence = ''] = part.slice(0, end).split('|');
      const text = part.slice(end).trim();
      return { place, name: name.trim(), version: version.trim(), licence: licence.trim(), text };
    });
}
