import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { problem } from '../contract/index.ts';
import type { ShardRange } from '../data/index.ts';
import { writePiecesDurably } from '../workspace/index.ts';
import type { FrozenPlan, PlanFacts, PlanHead, ShardPlace } from './plan.ts';

/*
 * plan.json is one JSON document in lines, so that it is written and read in pieces: a line with everything that the shards
 * share, a line for each shard, and a last line with the number of rows. JSON has no line feed inside its values.
 */

export interface WrittenPlan {
  facts: PlanFacts;
  sha256: string;
}

/** Hears of each shard where its line ends and how many rows it has. */
export type OnShard = (end: number, rows: number) => void;

/** Writes a plan, whole and flushed. */
export async function writePlan(
  path: string,
  head: PlanHead,
  shards: AsyncIterable<ShardRange>,
  onShard: OnShard,
): Promise<WrittenPlan> {
  const first = `${JSON.stringify(head).slice(0, -1)},"shards":[\n`;
  const facts = factsOf(head, Buffer.byteLength(first));
  const pieces = async function* (): AsyncGenerator<string> {
    yield first;
    let end = facts.headBytes;
    let held: string | null = null;
    for await (const shard of shards) {
      count(facts, shard.rows);
      if (held !== null) yield `${held},\n`;
      held = JSON.stringify(shard);
      // A comma and a line feed, or, behind the last one, a line feed alone.
      end += Buffer.byteLength(held) + 2;
      onShard(end, shard.rows);
    }
    yield `${held ?? ''}\n],"rows":${facts.rows}}\n`;
  };
  const sha256 = await writePiecesDurably(path, pieces());
  return { facts, sha256 };
}

/**
 * Reads a frozen plan from end to end and compares it with its digest. Returns null when it is not the one that was
 * frozen, or not there.
 */
export async function readPlan(path: string, sha256: string, onShard: OnShard = () => {}): Promise<PlanFacts | null> {
  const hash = createHash('sha256');
  let facts: PlanFacts | null = null;
  let end = 0;
  try {
    for await (const line of linesOf(path, (bytes) => hash.update(bytes))) {
      end += line.length;
      if (facts === null) facts = factsOf(JSON.parse(`${line.toString('utf8')}]}`) as PlanHead, end);
      else if (line[0] === openBrace) {
        const { rows } = JSON.parse(withoutComma(line.toString('utf8'))) as ShardRange;
        count(facts, rows);
        onShard(end, rows);
      }
    }
  } catch (error) {
    // A file that is not there or no plan any more: its digest is not the plan's either.
    if (!(error instanceof SyntaxError) && (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return null;
  }
  return hash.digest('hex') === sha256 ? facts : null;
}

export function planChanged(path: string): Error {
  return problem('WORKSPACE_DAMAGED', 'The plan of this run is missing or has been changed.', {
    subject: path,
    hint: 'Start a new run; drydock fsck lists all damage.',
  });
}

/** What the shards of a plan share. The file has been compared with its digest when the plan was opened. */
export async function readHead(path: string, headBytes: number): Promise<PlanHead> {
  const { shards: _none, ...head } = JSON.parse(`${await textAt(path, { from: 0, to: headBytes })}]}`) as PlanHead & {
    shards: [];
  };
  return head;
}

export async function readShard(path: string, place: ShardPlace): Promise<ShardRange> {
  return JSON.parse(withoutComma(await textAt(path, place))) as ShardRange;
}

/** Where a shard stands in its plan's file. */
export function placeOf(plan: Pick<FrozenPlan, 'headBytes' | 'ends'>, shard: number): ShardPlace {
  return { from: shard === 0 ? plan.headBytes : plan.ends[shard - 1]!, to: plan.ends[shard]! };
}

function factsOf({ run, runtime, threads, batch, columns, ...head }: PlanHead, headBytes: number): PlanFacts {
  const versions = head.versions.map(({ version, name, recipe }) => ({ version, name, task: recipe.outputs.task }));
  return { run, runtime, threads, batch, columns, versions, headBytes, rows: 0, largestShard: 0 };
}

function count(facts: PlanFacts, rows: number): void {
  facts.rows += rows;
  facts.largestShard = Math.max(facts.largestShard, rows);
}

function withoutComma(line: string): string {
  return line.replace(/,?\n?\]?$/, '');
}

const openBrace = 123;
const lineFeed = 10;
const chunkBytes = 1 << 20;

/** The lines of a file with their line feeds; `onBytes` hears everything that is read. */
async function* linesOf(path: string, onBytes: (bytes: Buffer) => void): AsyncGenerator<Buffer> {
  const handle = await open(path, 'r');
  try {
    let rest: Buffer[] = [];
    for (;;) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes);
      if (bytesRead === 0) break;
      const bytes = buffer.subarray(0, bytesRead);
      onBytes(bytes);
      let at = 0;
      for (let next = bytes.indexOf(lineFeed); next >= 0; next = bytes.indexOf(lineFeed, at)) {
        yield Buffer.concat([...rest, bytes.subarray(at, next + 1)]);
        rest = [];
        at = next + 1;
      }
      if (at < bytes.length) rest.push(bytes.subarray(at));
    }
    if (rest.length > 0) yield Buffer.concat(rest);
  } finally {
    await handle.close();
  }
}

async function textAt(path: string, { from, to }: ShardPlace): Promise<string> {
  const handle = await open(path, 'r');
  try {
    const bytes = Buffer.allocUnsafe(to - from);
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, from);
    return bytes.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
