/** The icons of all three systems, drawn from the two pictures in resources/icons. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';

/** Up to this many pixels the small picture is used. */
const smallPixels = 32;
const linuxSizes = [16, 24, 32, 48, 64, 128, 256, 512];
const windowsSizes = [16, 24, 32, 48, 64, 256];
/** Sizes in a macOS icon by their type; the sizes of 16 and 32 points are there for sharp screens alone. */
const macTypes = { ic11: 32, ic12: 64, ic07: 128, ic13: 256, ic08: 256, ic14: 512, ic09: 512, ic10: 1024 };

/** Writes `linux/<n>x<n>.png`, `drydock.ico` and `drydock.icns` below `folder`. */
export async function drawIcons(root: string, folder: string): Promise<void> {
  const home = join(root, 'resources', 'icons');
  const large = readFileSync(join(home, 'drydock.svg'));
  const small = readFileSync(join(home, 'drydock-small.svg'));
  // The large picture has 1024 pixels by itself, the small one 16.
  const draw = (size: number, isSmall = size <= smallPixels) =>
    (isSmall ? sharp(small, { density: (72 * size) / 16 }) : sharp(large)).resize(size, size).ensureAlpha();
  mkdirSync(join(folder, 'linux'), { recursive: true });
  for (const size of linuxSizes)
    writeFileSync(join(folder, 'linux', `${size}x${size}.png`), await draw(size).png().toBuffer());
  const windows = windowsSizes.map(async (size) => ({
    size,
    bytes: size < 256 ? bitmap(size, await draw(size).raw().toBuffer()) : await draw(size).png().toBuffer(),
  }));
  writeFileSync(join(folder, 'drydock.ico'), ico(await Promise.all(windows)));
  // macOS icons have their margin at every size.
  const mac = Object.entries(macTypes).map(async ([type, size]) => ({
    type,
    bytes: await draw(size, false).png().toBuffer(),
  }));
  writeFileSync(join(folder, 'drydock.icns'), icns(await Promise.all(mac)));
}

/** An icon's picture as Windows has always read it: a header, rows from the bottom up in BGRA, an empty mask. */
function bitmap(size: number, rgba: Buffer): Buffer {
  const header = Buffer.alloc(40);
  header.writeUInt32LE(40, 0);
  header.writeInt32LE(size, 4);
  header.writeInt32LE(2 * size, 8);
  header.writeUInt16LE(1, 12);
  header.writeUInt16LE(32, 14);
  const pixels = Buffer.alloc(rgba.length);
  for (let row = 0; row < size; row += 1) {
    const from = rgba.subarray((size - 1 - row) * size * 4, (size - row) * size * 4);
    for (let at = 0; at < from.length; at += 4) {
      const to = row * size * 4 + at;
      pixels[to] = from[at + 2]!;
      pixels[to + 1] = from[at + 1]!;
      pixels[to + 2] = from[at]!;
      pixels[to + 3] = from[at + 3]!;
    }
  }
  const maskRow = Math.ceil(size / 32) * 4;
  return Buffer.concat([header, pixels, Buffer.alloc(maskRow * size)]);
}

function ico(pictures: readonly { size: number; bytes: Buffer }[]): Buffer {
  const head = Buffer.alloc(6 + 16 * pictures.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(pictures.length, 4);
  let offset = head.length;
  for (const [index, { size, bytes }] of pictures.entries()) {
    const at = 6 + 16 * index;
    // A byte: 0 stands for 256.
    head.writeUInt8(size % 256, at);
    head.writeUInt8(size % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(bytes.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += bytes.length;
  }
  return Buffer.concat([head, ...pictures.map(({ bytes }) => bytes)]);
}

function icns(pictures: readonly { type: string; bytes: Buffer }[]): Buffer {
  const parts = pictures.flatMap(({ type, bytes }) => [chunkHead(type, bytes.length), bytes]);
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([chunkHead('icns', length), ...parts]);
}

function chunkHead(type: string, length: number): Buffer {
  const head = Buffer.alloc(8);
  head.write(type, 0, 'latin1');
  head.writeUInt32BE(length + 8, 4);
  return head;
}
