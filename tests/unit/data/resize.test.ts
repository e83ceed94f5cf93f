import { describe, expect, test } from 'vitest';
import { resizeAlgorithms } from '../../../engine/contract/index.ts';
import type { PictureStep, ResizeAlgorithm } from '../../../engine/contract/index.ts';
import { applySteps } from '../../../engine/data/picture-steps.ts';
import { resizePixels } from '../../../engine/data/resize/index.ts';
import type { Pixels } from '../../../engine/data/resize/index.ts';
import { difference, golden } from './golden-pictures.ts';

interface ResizeCase {
  channels: 1 | 3;
  from: [number, number];
  to: [number, number];
  source: number;
  results: Record<ResizeAlgorithm, number>;
}

const resizes = golden<ResizeCase>('resize');

function sourceOf({ channels, from: [width, height], source }: ResizeCase): Pixels {
  return { width, height, channels, data: resizes.piece(source, width * height * channels) };
}

describe('a resized picture', () => {
  test.each(resizeAlgorithms.filter((name) => name !== 'opencv-cubic'))('equals its library: %s', (algorithm) => {
    for (const example of resizes.cases) {
      const [width, height] = example.to;
      const found = resizePixels(sourceOf(example), { width, height }, algorithm);
      const wanted = resizes.piece(example.results[algorithm], width * height * example.channels);
      expect(difference(found.data, wanted), `${example.from} to ${example.to}`).toEqual({ most: 0, values: 0 });
    }
  });

  test('is within one level of its library, and mostly equal: opencv-cubic', () => {
    let values = 0;
    let all = 0;
    for (const example of resizes.cases) {
      const [width, height] = example.to;
      const found = resizePixels(sourceOf(example), { width, height }, 'opencv-cubic');
      const gap = difference(found.data, resizes.piece(example.results['opencv-cubic'], found.data.length));
      expect(gap.most, `${example.from} to ${example.to}`).toBeLessThanOrEqual(1);
      values += gap.values;
      all += found.data.length;
    }
    expect(values / all).toBeLessThan(0.05);
  });

  test.each(resizeAlgorithms)('has the same pixels when only a part of it is asked for: %s', (algorithm) => {
    for (const example of resizes.cases) {
      const [width, height] = example.to;
      const whole = resizePixels(sourceOf(example), { width, height }, algorithm);
      const window = {
        left: width >> 2,
        top: height >> 1,
        width: Math.max(1, width >> 1),
        height: Math.max(1, (height + 1) >> 1),
      };
      if (window.top + window.height > height) window.height = height - window.top;
      const part = resizePixels(sourceOf(example), { width, height }, algorithm, window);
      const { channels } = example;
      for (let y = 0; y < window.height; y++) {
        const from = ((window.top + y) * width + window.left) * channels;
        const row = part.data.subarray(y * window.width * channels, (y + 1) * window.width * channels);
        expect([...row]).toEqual([...whole.data.subarray(from, from + window.width * channels)]);
      }
    }
  });
});

interface StepsCase {
  size: [number, number];
  source: number;
  results: Record<string, [from: number, width: number, height: number]>;
}

const chains: Record<string, PictureStep[]> = {
  'shortest-crop': [
    { step: 'resize', algorithm: 'pillow-bilinear', to: { shortest: 26 } },
    { step: 'crop', width: 21, height: 21 },
  ],
  pad: [{ step: 'letterbox', algorithm: 'pillow-bicubic', width: 31, height: 24, colour: [10, 20, 30] }],
  yolo: [{ step: 'letterbox', algorithm: 'opencv-linear', width: 31, height: 24, colour: [114, 100, 90] }],
};

describe('steps give what the code that they are called after gives', () => {
  const steps = golden<StepsCase>('steps');
  test.each(Object.entries(chains))('%s', (name, chain) => {
    for (const example of steps.cases) {
      const [width, height] = example.size;
      const data = steps.piece(example.source, width * height * 3);
      const found = applySteps({ width, height, channels: 3, data }, chain);
      const [from, wantedWidth, wantedHeight] = example.results[name]!;
      expect([found.width, found.height]).toEqual([wantedWidth, wantedHeight]);
      expect(difference(found.data, steps.piece(from, found.data.length)), `${example.size}`).toEqual({
        most: 0,
        values: 0,
      });
    }
  });

  test('a crop of a smaller picture is padded with black on both sides', () => {
    const one: Pixels = { width: 1, height: 2, channels: 1, data: Uint8Array.of(9, 8) };
    const { data } = applySteps(one, [{ step: 'crop', width: 4, height: 3 }]);
    expect([...data]).toEqual([0, 9, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0]);
  });

  test('the longest side is brought to its length, the other one rounded down', () => {
    const wide: Pixels = { width: 30, height: 7, channels: 1, data: new Uint8Array(210) };
    const step: PictureStep = { step: 'resize', algorithm: 'pillow-nearest', to: { longest: 16 } };
    expect(applySteps(wide, [step])).toMatchObject({ width: 16, height: 3 });
    expect(applySteps({ ...wide, width: 7, height: 30 }, [step])).toMatchObject({ width: 3, height: 16 });
  });

  test('a sliver that would become a huge picture is refused before it is made', () => {
    const sliver: Pixels = { width: 1, height: 60_000, channels: 1, data: new Uint8Array(60_000) };
    const step: PictureStep = { step: 'resize', algorithm: 'pillow-box', to: { shortest: 224 } };
    expect(() => applySteps(sliver, [step])).toThrow('picture would become 224 x 13440000, at most 100 million');
  });
});
