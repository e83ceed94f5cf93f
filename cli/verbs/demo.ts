import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Command } from 'commander';
import { programFolder } from '../../engine/launcher.ts';
import { verb, type Globals } from '../globals.ts';
import { followJob, inputGrants, withSession, type Session } from '../session.ts';
import { table } from '../text/table.ts';
import { count, duration, plural, visible } from '../text/terminal.ts';

/** What of resources/samples/manifest.json the demo needs. */
interface Sample {
  name: string;
  title: string;
  id?: string | null;
  label?: string | null;
  data: { labelled: string[]; unlabelled?: string[] };
  versions: Record<string, { model: string }>;
}

const rowsShown = 6;

export function demoVerb(): Command {
  return verb(
    'demo',
    "Score the sample workspace's files with its models and print the tables.",
    'drydock demo',
  ).action(async (flags: Globals) => {
    const folder = await mkdtemp(join(tmpdir(), 'drydock-demo-'));
    try {
      await withSession({ ...flags, workspace: folder, detached: true }, runSamples);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    process.stdout.write(`${nextSteps()}\n`);
  });
}

async function runSamples(session: Session): Promise<void> {
  const root = join(programFolder(), 'resources', 'samples');
  const manifest = JSON.parse(await readFile(join(root, 'manifest.json'), 'utf8')) as { samples: Sample[] };
  for (const sample of manifest.samples) {
    const refs: { ref: string }[] = [];
    for (const version of Object.values(sample.versions)) {
      const grant = (await inputGrants(session, [join(root, version.model)]))[0]!;
      const imported = await session.client.models.import({ grant, name: sample.name });
      refs.push({ ref: `${imported.model}@${imported.version}` });
    }
    const data = sample.data.unlabelled?.[0] ?? sample.data.labelled[0]!;
    await score(session, sample, refs, join(root, data), data === sample.data.labelled[0]);
  }
}

async function score(
  session: Session,
  sample: Sample,
  refs: { ref: string }[],
  path: string,
  labelled: boolean,
): Promise<void> {
  const started = await session.client.runs.start({
    models: refs,
    data: await inputGrants(session, [path]),
    roles: {
      ...(sample.id ? { id: sample.id } : {}),
      ...(labelled && sample.label ? { label: sample.label } : {}),
    },
  });
  await followJob(session, started.job);
  const run = await session.client.runs.get({ run: started.run });
  if (run.problem) throw new Error(`${sample.name}: ${run.problem.message}`);
  const { columns, rows } = essential(await session.client.runs.rows({ run: run.run, limit: rowsShown }));
  const facts = `${run.models.join(' and ')} on ${relative(process.cwd(), path)}: ${plural(run.rows.predicted, 'row')} scored, ${count(run.rows.failed)} failed, ${duration(run.seconds)}`;
  process.stdout.write(`${sample.title}\n${visible(facts)}\n\n${table(columns, rows)}\n\n`);
  for (const row of run.errors.slice(0, 2))
    process.stdout.write(`  Row ${count(row.row)} of ${visible(row.file)}: ${visible(row.error)}\n`);
  if (run.errors.length > 0) process.stdout.write('\n');
}

/** What fits a screen: every probability is in the output, the confidence is enough here; errors where there are any. */
function essential(found: { columns: string[]; rows: unknown[][] }): { columns: string[]; rows: unknown[][] } {
  const shown = found.columns
    .map((name, index) => ({ name, index }))
    .filter(
      ({ name, index }) =>
        !name.includes('probability_') &&
        (!/(?:^|\.)error$/.test(name) || found.rows.some((row) => row[index] !== null)),
    );
  return {
    columns: shown.map(({ name }) => name),
    rows: found.rows.map((row) => shown.map(({ index }) => row[index])),
  };
}

function nextSteps(): string {
  // Installed, the command is in PATH.
  const name = import.meta.url.endsWith('.ts') ? 'cli/drydock' : 'drydock';
  return [
    'Next: score your own files.',
    `  ${name} ui`,
    `  ${name} preview --data YOUR.csv --model YOUR.onnx`,
    `  ${name} predict --data YOUR.csv --model YOUR.onnx --out predictions.parquet`,
    `  ${name} --help`,
  ].join('\n');
}
