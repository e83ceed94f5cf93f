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
