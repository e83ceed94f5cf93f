/** Resizing that equals the library a model was trained with. */
import type { ResizeAlgorithm } from '../../contract/index.ts';
import { opencvNearestPlaces, pickPixels, pillowNearestPlaces } from './nearest.ts';
import { resizeByArea } from './opencv-area.ts';
import { resizeAsOpencv } from './opencv.ts';
import { resizeAsPillow } from './pillow.ts';
import { blankPixels } from './pixels.ts';
import type { Pixels, PixelWindow } from './pixels.ts';

export { blankPixels } from './pixels.ts';
export type { Pixels, PixelWindow } from './pixels.ts';

/**
 * Resizes to `size` by a named algorithm, and gives the part of the result that the window asks for (default: all of it).
 * Pillow's algorithms equal Image.resize of 8-bit pictures; OpenCV's equal cv2.resize up to the rounding of ties that
 * its vector code treats in another way, at most one level.
 */
export function resizePixels(
  source: Pixels,
  size: { width: number; height: number },
  algorithm: ResizeAlgorithm,
  window: PixelWindow = { left: 0, top: 0, ...size },
): Pixels {
  if (size.width === source.width && size.height === source.height) return cutPixels(source, window);
  switch (algorithm) {
    case 'pillow-nearest': {
      const columns = pillowNearestPlaces(source.width, size.width);
      return pickPixels(source, columns, pillowNearestPlaces(source.height, size.height), window);
    }
    case 'opencv-nearest': {
      const columns = opencvNearestPlaces(source.width, size.width);
      return pickPixels(source, columns, opencvNearestPlaces(source.height, size.height), window);
    }
    case 'pillow-box':
      return resizeAsPillow(source, size, 'box', window);
    case 'pillow-bilinear':
      return resizeAsPillow(source, size, 'bilinear', window);
    case 'pillow-hamming':
      return resizeAsPillow(source, size, 'hamming', window);
    case 'pillow-bicubic':
      return resizeAsPillow(source, size, 'bicubic', window);
    case 'pillow-lanczos':
      return resizeAsPillow(source, size, 'lanczos', window);
    case 'opencv-linear':
      // cv::resize takes the mean of blocks when both sides are halved.
      if (source.width === 2 * size.width && source.height === 2 * size.height)
        return resizeByArea(source, size, window);
      return resizeAsOpencv(source, size, 'linear', window);
    case 'opencv-cubic':
      return resizeAsOpencv(source, size, 'cubic', window);
    case 'opencv-area':
      if (size.width > source.width || size.height > source.height) {
        return resizeAsOpencv(source, size, 'stretch', window);
      }
      return resizeByArea(source, size, window);
  }
}

/** The part of a picture that lies in the window, which lies in the picture. */
export function cutPixels(source: Pixels, window: PixelWindow): Pixels {
  const isWhole = window.width === source.width && window.height === source.height;
  if (isWhole && window.left === 0 && window.top === 0) return source;
  const { channels } = source;
  const { pixels } = blankPixels(window.width, window.height, channels);
  const length = window.width * channels;
  for (let y = 0; y < window.height; y++) {
    const from = ((window.top + y) * source.width + window.left) * channels;
    pixels.data.set(source.data.subarray(from, from + length), y * length);
  }
  return pixels;
}
