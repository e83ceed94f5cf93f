import { extname, resolve } from 'node:path';
import type { Command } from 'commander';
import { problem, type OutputFormat, type ProblemError, type Run } from '../../engine/contract/index.ts';
import { verb, wholeNumberUpTo, type Globals } from '../globals.ts';
import { followJob, inputGrants, note, print, versionRef, withSession, type Session } from '../session.ts';
import { bytes, count, duration, plural, visible } from '../text/terminal.ts';
import { readingOf, rolesOf, withReading, withRoles, type ReadingFlags, type RoleFlags } from './data.ts';

interface PredictFlags extends Globals, RoleFlags, ReadingFlags {
  model?: string[];
  data?: string[];
  out?: string;
  batch?: number;
  threads?: number;
  lanes?: number;
  resume?: string;
}

export function predictVerb(): Command {
  const command = verb(
    'predict',
    'Score files with one or several versions; or go on with a run: predict --resume RUN.',
    'drydock predict --model resources/samples/income/v1/model.onnx --data resources/samples/income/data/test.csv --id person_id --label over_50k --out predictions.parquet',
  )
    .option('--model <refs...>', 'name@3, name@alias, sha256:DIGITS or a path; several read the data once')
    .option('--data <paths...>', 'files, folders or globs')
    .option('--out <file>', 'where the table goes: .parquet, .csv or .jsonl')
    .option('--batch <n>', 'rows a model takes at once, at most 65536', wholeNumberUpTo(65_536))
    .option('--threads <n>', 'threads of each worker', wholeNumberUpTo(256))
    .option('--lanes <n>', 'workers at once', wholeNumberUpTo(256))
    .option('--resume <run>', 'go on with a run that was killed, cancelled or failed');
  return withReading(withRoles(command)).action((flags: PredictFlags) =>
    withSession(flags, async (session) => {
      const run = flags.resume === undefined ? await start(session, flags) : await resume(session, flags);
      await finish(session, flags, run);
    }),
  );
}

async function start(session: Session, flags: PredictFlags): Promise<Run> {
  if (!flags.model || !flags.data || flags.out === undefined) {
    throw problem('USAGE', 'predict needs --model, --data and --out, or --resume RUN alone.', {
      hint: 'drydock predict --help shows an example.',
    });
  }
  const format = formatOf(flags.out);
  const grant = await session.client.files.grantOutput({ path: resolve(flags.out), overwrite: flags.force === true });
  const models = [];
  for (const ref of flags.model) models.push(await versionRef(session, ref));
  return session.client.runs.start({
    models,
    data: await inputGrants(session, flags.data),
    roles: rolesOf(flags),
    ...readingOf(flags),
    output: { grant: grant.grant, format },
    ...(flags.batch === undefined ? {} : { batch: flags.batch }),
    ...(flags.threads === undefined ? {} : { threads: flags.threads }),
    ...(flags.lanes === undefined ? {} : { lanes: flags.lanes }),
  });
}

async function resume(session: Session, flags: PredictFlags): Promise<Run> {
  const { workspace: _w, json: _j, quiet: _q, force: _f, detached: _d, resume: run, ...others } = flags;
  if (Object.keys(others).length > 0) {
    throw problem('USAGE', '--resume RUN stands alone: the run goes on with what it was started with.', {
      subject: Object.keys(others).join(', '),
    });
  }
  return session.client.runs.resume({ run: run! });
}

/** Follows the run to its end and tells it. A run that did not get there is told as its problem. */
async function finish(session: Session, flags: Globals, started: Run): Promise<void> {
  await followJob(session, started.job);
  const run = await session.client.runs.get({ run: started.run });
  if (run.status !== 'done') throw notDone(run);
  print(flags, result(run), () => runText(run));
  if (!flags.json) {
    for (const text of run.notes) note(flags, text);
    for (const row of run.errors.slice(0, errorsShown))
      note(flags, `Row ${count(row.row)} of ${row.file}: ${row.error}`);
    if (run.rows.failed > errorsShown)
      note(flags, `${count(run.rows.failed - errorsShown)} more rows failed; the error column says why.`);
  }
}

const errorsShown = 5;

function result(run: Run): Record<string, unknown> {
  const { status, rows, seconds, rowsPerSecond, peakMemoryBytes, output, notes } = run;
  return { run: run.run, status, rows, seconds, rowsPerSecond, peakMemoryBytes, output, notes };
}

function notDone(run: Run): ProblemError {
  const resumeHint = `drydock predict --resume ${run.run} goes on from there.`;
  if (run.status === 'cancelled' || run.status === 'paused') {
    return problem('CANCELLED', `The run was ${run.status}: ${plural(run.rows.read, 'row')} are done and kept.`, {
      subject: run.run,
      hint: resumeHint,
    });
  }
  if (run.problem) {
    const { code, message, subject, hint } = run.problem;
    const more = run.rows.read > 0 ? `${plural(run.rows.read, 'row')} are done and kept in ${run.run}.` : null;
    return problem(code, message, { subject, hint: [hint, more].filter(Boolean).join(' ') || null });
  }
  return problem('ENGINE_LOST', `The run was ${run.status}.`, { subject: run.run, hint: resumeHint });
}

function runText(run: Run): string {
  const rate = run.rowsPerSecond === null ? '' : `, ${count(run.rowsPerSecond)} rows/s`;
  const memory = run.peakMemoryBytes === null ? '' : `, ${bytes(run.peakMemoryBytes)} of memory at most`;
  return [
    `${visible(run.models.join(', '))} on ${visible(run.dataset ?? '')}: ${plural(run.rows.predicted, 'row')} scored, ${count(run.rows.failed)} failed`,
    `${duration(run.seconds)}${rate}${memory}`,
    visible(run.output ?? `Results are kept in ${run.run}.`),
  ].join('\n');
}

function formatOf(path: string): OutputFormat {
  const format = ({ '.parquet': 'parquet', '.csv': 'csv', '.jsonl': 'jsonl', '.ndjson': 'jsonl' } as const)[
    extname(path).toLowerCase()
  ];
  if (format) return format;
  throw problem('USAGE', 'The output must end in .parquet, .csv or .jsonl.', {
    subject: path,
    hint: 'For example --out predictions.parquet.',
  });
}
