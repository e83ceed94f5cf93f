import type { Command } from 'commander';
import type { Job, Run } from '../../engine/contract/index.ts';
import { verb, type Globals } from '../globals.ts';
import { allPages, note, print, withSession } from '../session.ts';
import { table } from '../text/table.ts';
import { count, visible } from '../text/terminal.ts';

export function runsVerb(): Command {
  const show = verb('show', 'Show one run: how far it is, what failed.', 'drydock runs show run-0123456789ab')
    .argument('<run>')
    .action((run: string, flags: Globals) =>
      withSession(flags, async (session) => {
        const found = await session.client.runs.get({ run });
        print(flags, found, () => runText(found));
      }),
    );
  return verb('runs', 'List the runs, newest first.', 'drydock runs')
    .action((flags: Globals) =>
      withSession(flags, async (session) => {
        const runs = await allPages(
          (after) => session.client.runs.list({ limit: 500, ...after }),
          (run) => run.run,
        );
        print(flags, runs, () => runsText(runs));
      }),
    )
    .addCommand(show);
}

function runsText(runs: readonly Run[]): string {
  if (runs.length === 0) return 'No runs yet. drydock predict makes one.';
  return table(
    ['run', 'status', 'models', 'data', 'rows', 'failed', 'started'],
    runs.map((run) => [
      run.run,
      run.status,
      run.models.join(', '),
      run.dataset ?? ' ',
      progressText(run),
      count(run.rows.failed),
      run.createdAt.slice(0, 16).replace('T', ' '),
    ]),
  );
}

function progressText(run: Run): string {
  return run.rowsTotal === null || run.rows.read === run.rowsTotal
    ? count(run.rows.read)
    : `${count(run.rows.read)} of ${count(run.rowsTotal)}`;
}

function runText(run: Run): string {
  const facts = [
    `${run.run}  ${run.status}`,
    `${visible(run.models.join(', '))} on ${visible(run.dataset ?? 'data not read yet')}`,
    `${progressText(run)} rows, ${count(run.rows.failed)} failed`,
  ];
  if (run.problem) facts.push(visible([run.problem.message, run.problem.hint].filter(Boolean).join(' ')));
  if (run.status !== 'done' && run.status !== 'running' && run.status !== 'queued')
    facts.push(`drydock predict --resume ${run.run} goes on from there.`);
  if (run.output) facts.push(visible(run.output));
  facts.push(...run.notes.map((text) => visible(text)));
  for (const row of run.errors) facts.push(visible(`Row ${count(row.row)} of ${row.file}: ${row.error}`));
  return facts.join('\n');
}

export function jobsVerb(): Command {
  const act = (name: 'resume' | 'cancel' | 'pause', summary: string): Command =>
    verb(name, summary, `drydock jobs ${name} job-0123456789ab`)
      .argument('<job>')
      .action((id: string, flags: Globals) =>
        withSession(flags, async (session) => {
          const job = await session.client.jobs[name]({ job: id });
          print(flags, job, () => jobsText([job]));
          if (name === 'resume') note(flags, 'The engine works on; drydock jobs shows how far it is.');
        }),
      );
  return verb('jobs', 'List long work, newest first.', 'drydock jobs')
    .action((flags: Globals) =>
      withSession(flags, async (session) => {
        const jobs = await allPages(
          (after) => session.client.jobs.list({ limit: 500, ...after }),
          (job) => job.job,
        );
        print(flags, jobs, () => (jobs.length === 0 ? 'No work yet.' : jobsText(jobs)));
      }),
    )
    .addCommand(act('resume', 'Go on with work that was interrupted, paused, held, cancelled or failed.'))
    .addCommand(act('cancel', 'Cancel work between batches; again: kill its workers.'))
    .addCommand(act('pause', 'Pause work between batches.'));
}

function jobsText(jobs: readonly Job[]): string {
  return table(
    ['job', 'status', 'what', 'of', 'progress', 'started'],
    jobs.map((job) => [
      job.job,
      job.status,
      job.title,
      job.subject ?? ' ',
      share(job),
      job.createdAt.slice(0, 16).replace('T', ' '),
    ]),
  );
}

function share(job: Job): string {
  if (!job.progress) return ' ';
  const { done, total, unit } = job.progress;
  return total === null ? `${count(done)} ${unit}` : `${count(done)} of ${count(total)} ${unit}`;
}
