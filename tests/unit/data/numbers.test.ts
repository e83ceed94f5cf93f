import { expect, it } from 'vitest';
import { asInteger, asNumber, randomNumbers, readData, temporaryFolder, writeData } from './datasets.ts';

const folder = temporaryFolder();

function randomSpelling(random: () => number): string {
  const digits = (most: number): string =>
    Array.from({ length: Math.floor(random() * most) + 1 }, () => Math.floor(random() * 10)).join('');
  const kind = random();
  if (kind < 0.15) return String((random() - 0.5) * 10 ** Math.floor(random() * 600 - 300));
  if (kind < 0.3) return String(Math.fround((random() - 0.5) * 10 ** Math.floor(random() * 60 - 30)));
  if (kind < 0.4) return (random() * 1000).toFixed(Math.floor(random() * 20));
  const sign = random() < 0.3 ? '-' : random() < 0.1 ? '+' : '';
  const whole = random() < 0.1 ? '' : digits(random() < 0.2 ? 25 : 8);
  const fraction =
    whole === '' || random() < 0.7 ? `.${random() < 0.1 && whole !== '' ? '' : digits(random() < 0.2 ? 30 : 9)}` : '';
  const exponent =
    random() < 0.4 ? `${random() < 0.5 ? 'e' : 'E'}${['', '-', '+'][Math.floor(random() * 3)]}${digits(3)}` : '';
  return sign + whole + fraction + exponent;
}

it('numbers are bit-identical to what JavaScript reads, in 20,000 random spellings', async () => {
  const random = randomNumbers(7);
  const spellings = Array.from({ length: 20_000 }, () => randomSpelling(random));
  spellings.push(
    '-0',
    '0e999',
    '1e999',
    '-1e-999',
    '9007199254740991',
    '9007199254740992',
    '9007199254740993',
    '1e22',
    '1e23',
  );
  spellings.push(
    '123456789012345678e-20',
    '0.1',
    '4.9e-324',
    '2.2250738585072011e-308',
    '1e99999999999999999999',
    '.5',
    '5.',
  );
  const path = writeData(folder, `a,b\n${spellings.map((text) => `${text},${text}`).join('\n')}\n`);
  const { rows } = await readData(path, asNumber('a', 'b'), { batchRows: 4096 });
  const different = spellings.filter((text, index) => {
    const cells = rows[index]?.cells as number[];
    return !Object.is(cells[0], Number(text)) || !Object.is(cells[1], Number(text));
  });
  expect(different).toEqual([]);
});

it('quoted and blank-padded numbers are the same numbers', async () => {
  const random = randomNumbers(11);
  const spellings = Array.from({ length: 500 }, () => randomSpelling(random));
  const path = writeData(folder, `a,b\n${spellings.map((text) => `"${text}", ${text}\t`).join('\n')}\n`);
  const { rows } = await readData(path, asNumber('a', 'b'));
  expect(rows.map(({ cells }) => cells)).toEqual(spellings.map((text) => [Number(text), Number(text)]));
});

it('infinities are read and are no integers', async () => {
  const path = writeData(folder, 'a,b\ninf,1\n-Infinity,1\n+INF,1\n');
  expect((await readData(path, asNumber('a'))).rows.map(({ cells }) => cells)).toEqual([
    [Infinity],
    [-Infinity],
    [Infinity],
  ]);
  expect((await readData(path, asInteger('a'))).rows[0]!.cells).toEqual([{ invalid: 'inf' }]);
});

it('what only looks like a number is not one', async () => {
  const texts = ['1_000', '1e', '1e+', '.', '+', '-', '1.2.3', '0b1', '1 2', '١', '--1', '1d5', 'e5', 'infin'];
  const path = writeData(folder, `a,b\n${texts.map((text) => `${text},1`).join('\n')}\n`);
  const { rows } = await readData(path, asNumber('a'));
  expect(rows.map(({ cells }) => cells)).toEqual(texts.map((text) => [{ invalid: text }]));
});
