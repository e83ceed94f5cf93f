import { describe, expect, test } from 'vitest';
import { classifyDeath, memoryMarker, type Death } from '../../../engine/processes/death.ts';

type End = Parameters<typeof classifyDeath>[0];
const end: End = { code: null, signal: null, stderr: '', timedOut: false, killedByUs: false };

describe('the death of a child is told as what it was', () => {
  test.each<[string, Partial<End>, Death['kind'], string]>([
    ['over its time', { signal: 'SIGKILL', timedOut: true, killedByUs: true }, 'time', 'time limit'],
    ['over its time, with words on memory', { timedOut: true, stderr: memoryMarker }, 'time', 'time limit'],
    [
      'ended by its watchdog',
      { signal: 'SIGKILL', stderr: `x\n${memoryMarker}\n` },
      'memory',
      'more memory than its limit',
    ],
    [
      'out of heap',
      { signal: 'SIGABRT', stderr: 'FATAL ERROR: JavaScript heap out of memory' },
      'memory',
      'ran out of memory',
    ],
    ['out of native memory', { signal: 'SIGABRT', stderr: 'what():  std::bad_alloc' }, 'memory', 'ran out of memory'],
    ['killed by its engine', { signal: 'SIGKILL', killedByUs: true }, 'killed', 'told to stop'],
    ['killed from outside', { signal: 'SIGKILL' }, 'killed', 'from outside'],
    ['a segmentation fault', { signal: 'SIGSEGV' }, 'crash', 'SIGSEGV'],
    ['an abort seen through a shell', { code: 134 }, 'crash', '134'],
    ['an access violation of Windows', { code: 0xc0000005 }, 'crash', '3221225477'],
    ['an end by itself', { code: 0 }, 'ended', 'by itself'],
    ['an uncaught error', { code: 1 }, 'crash', 'exit code 1'],
  ])('%s', (_, told, kind, words) => {
    expect(classifyDeath({ ...end, ...told })).toEqual({ kind, words: expect.stringContaining(words) });
  });
});
