import type { Command } from 'commander';
import { exitCodes } from '../exit.ts';
import { verb, type Globals } from '../globals.ts';
import { note, print, withSession } from '../session.ts';
import { bytes, plural, visible } from '../text/terminal.ts';

export function fsckVerb(): Command {
  return verb('fsck', 'Read everything the workspace holds and compare it with its digests.', 'drydock fsck').action(
    (flags: Globals) =>
      withSession(flags, async (session) => {
        const report = await session.client.workspace.fsck();
        const { objects, shards, manifests } = report.checked;
        print(flags, report, () =>
          [
            `${plural(objects, 'model file')}, ${plural(shards, 'result file')}, ${plural(manifests, 'plan and manifest')} read`,
            report.damage.length === 0 ? 'No damage found.' : `${plural(report.damage.length, 'damage')} found:`,
            ...report.damage.map((damage) =>
              visible(`${damage.what} ${damage.hint}\n  ${damage.subject}`).replaceAll('␊', '\n'),
            ),
          ].join('\n'),
        );
        if (!flags.json) for (const text of report.notes) note(flags, text);
        if (report.damage.length > 0) process.exitCode = exitCodes.negative;
      }),
  );
}

export function gcVerb(): Command {
  return verb(
    'gc',
    'Free what nothing needs: models deleted 30 days ago, leftovers of killed work.',
    'drydock gc',
  ).action((flags: Globals) =>
    withSession(flags, async (session) => {
      const report = await session.client.workspace.gc();
      print(
        flags,
        report,
        () =>
          `${bytes(report.freedBytes)} freed: ${plural(report.objects, 'model file')}, ${plural(report.shards, 'result file')}, ${plural(report.models, 'deleted model')}, ${plural(report.uploads, 'upload')}.`,
      );
    }),
  );
}
