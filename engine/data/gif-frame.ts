/**
 * A GIF whose first frame hides nothing: the transparency flag of the graphic control extension before it is cleared in a
 * copy. Pillow's convert('RGB') shows the palette's colour there; libvips would show black.
 */
export function withoutTransparency(bytes: Buffer): Buffer {
  const flags = bytes[10] ?? 0;
  let at = 13 + ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1));
  // Extensions come before the first image, each a chain of blocks with their lengths.
  while (at + 3 < bytes.length && bytes[at] === 0x21) {
    if (bytes[at + 1] === 0xf9 && ((bytes[at + 3] ?? 0) & 1) === 1) {
      const copy = Buffer.from(bytes);
      copy[at + 3] = (copy[at + 3] ?? 0) & 0xfe;
      return copy;
    }
    at += 2;
    while (at < bytes.length && bytes[at] !== 0) at += (bytes[at] ?? 0) + 1;
    at += 1;
  }
  return bytes;
}
