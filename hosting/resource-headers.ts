import type { ProblemCode } from '../engine/contract/index.ts';

/** A picture may be shown again without a question for this long: its id stands for one file, which may change. */
export const freshSeconds = 60;

/** RFC 6266: the name in plain ASCII, and whole in UTF-8. Neither can end the header or its quotes. */
export function disposition(attachment: boolean, name: string): string {
  // Half a surrogate pair cannot be encoded: it becomes the sign for what is missing.
  const whole = Buffer.from(name, 'utf8').toString('utf8');
  const ascii = whole.replaceAll(/[^\w.() -]/g, '_').slice(-150);
  const encoded = encodeURIComponent(whole).replaceAll(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${attachment ? 'attachment' : 'inline'}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

/** Not to be shown as a picture: told to an element that asks for one by an answer without content. */
const unshown: ReadonlySet<ProblemCode> = new Set(['FORMAT_NOT_SUPPORTED', 'DATA_INVALID']);

/**
 * Whether a picture element asked for what is no picture. The page shows its quiet mark for it; a refusal would be an error
 * in the console for every unreadable picture of a folder. `accept` is the request's Accept header.
 */
export function isUnshownPicture(accept: string | null | undefined, code: ProblemCode): boolean {
  return accept?.startsWith('image/') === true && unshown.has(code);
}
