import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawIcons } from '../../../tools/packing/icons.ts';

const folder = mkdtempSync(join(tmpdir(), 'drydock-icons-'));
beforeAll(() => drawIcons(join(import.meta.dirname, '../../..'), folder));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('Linux gets a picture of each size, named after it', async () => {
  const names = readdirSync(join(folder, 'linux'));
  expect(names).toHaveLength(8);
  for (const name of names) {
    const { width, height, hasAlpha } = await sharp(join(folder, 'linux', name)).metadata();
    expect([`${width}x${height}.png`, hasAlpha]).toEqual([name, true]);
  }
});

test('every picture of the Windows icon lies where its head says, bitmaps up to 64 pixels and one picture of 256', async () => {
  const bytes = readFileSync(join(folder, 'drydock.ico'));
  const sizes = [];
  for (let index = 0; index < bytes.readUInt16LE(4); index += 1) {
    const at = 6 + 16 * index;
    const part = bytes.subarray(bytes.readUInt32LE(at + 12)).subarray(0, bytes.readUInt32LE(at + 8));
    const isBitmap = part.readUInt32LE(0) === 40;
    const size = isBitmap ? part.readInt32LE(4) : (await sharp(part).metadata()).width;
    expect(bytes.readUInt8(at)).toBe(size % 256);
    // Height counts picture and mask. A place near the bottom, in the middle, is the plate's blue, written BGRA.
    if (isBitmap) {
      expect(part.readInt32LE(8)).toBe(2 * size);
      const place = 40 + 4 * (Math.floor(0.12 * size) * size + size / 2);
      expect([...part.subarray(place, place + 4)]).toEqual(
        size <= 32 ? [0xc5, 0x51, 0x23, 0xff] : [0xa3, 0x41, 0x1b, 0xff],
      );
    }
    sizes.push([size, isBitmap]);
  }
  expect(sizes).toEqual([
    [16, true],
    [24, true],
    [32, true],
    [48, true],
    [64, true],
    [256, false],
  ]);
});

test('every picture of the macOS icon has the size that its type names', async () => {
  const bytes = readFileSync(join(folder, 'drydock.icns'));
  expect([bytes.toString('latin1', 0, 4), bytes.readUInt32BE(4)]).toEqual(['icns', bytes.length]);
  const found: Record<string, number> = {};
  for (let at = 8; at < bytes.length; at += bytes.readUInt32BE(at + 4)) {
    const picture = bytes.subarray(at + 8, at + bytes.readUInt32BE(at + 4));
    found[bytes.toString('latin1', at, at + 4)] = (await sharp(picture).metadata()).width;
  }
  expect(found).toEqual({ ic11: 32, ic12: 64, ic07: 128, ic13: 256, ic08: 256, ic14: 512, ic09: 512, ic10: 1024 });
});
