import { Button, NumberInput, SegmentedControl, Switch } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { problemOf, useAnswer, useEngine } from '../../client/index.ts';
import { Answer, bytes, Facts, keyed, moment, Page, plural, ProblemView, Section } from '../../components/index.ts';
import { hrefOf, usePreferences } from '../../window/index.ts';
import { noticesPlace } from './notices.ts';
import styles from './settings-page.module.css';

export function SettingsPage() {
  return (
    <Page title="Settings">
      <div className={styles.settings}>
        <Look />
        <Keyboard />
        <Work />
        <Workspace />
        <Connections />
        <About />
      </div>
    </Page>
  );
}

function Look() {
  const { scheme, density, set } = usePreferences();
  return (
    <Section title="Look">
      <div className={styles.line}>
        <span id="theme-label">Theme</span>
        <SegmentedControl
          aria-labelledby="theme-label"
          value={scheme}
          onChange={(value) => set({ scheme: value })}
          data={[
            { value: 'light', label: 'Light' },
            { value: 'dark', label: 'Dark' },
            { value: 'auto', label: 'As the system' },
          ]}
        />
      </div>
      <div className={styles.line}>
        <span id="density-label">Rows of tables</span>
        <SegmentedControl
          aria-labelledby="density-label"
          value={density}
          onChange={(value) => set({ density: value })}
          data={[
            { value: 'compact', label: 'Compact' },
            { value: 'normal', label: 'Normal' },
            { value: 'roomy', label: 'Roomy' },
          ]}
        />
      </div>
    </Section>
  );
}

function Keyboard() {
  const { letterKeys, set } = usePreferences();
  return (
    <Section title="Keyboard">
      <Switch
        checked={letterKeys}
        onChange={(event) => set({ letterKeys: event.currentTarget.checked })}
        label="Single letters act while no field has the focus"
      />
    </Section>
  );
}

function Work() {
  const { lanes, set } = usePreferences();
  return (
    <Section title="Runs">
      <NumberInput
        label="Workers at once"
        description="For new runs. Empty: by cores, free memory and the model's size. It changes how fast a run is, never its values."
        placeholder="chosen for each run"
        min={1}
        max={256}
        value={lanes ?? ''}
        onChange={(value) => set({ lanes: typeof value === 'number' ? value : null })}
        w={420}
      />
    </Section>
  );
}

function Workspace() {
  const { client } = useEngine();
  const queries = useQueryClient();
  const status = useAnswer(['status'], (engine) => engine.engine.status());
  const usage = useAnswer(['usage'], (engine) => engine.workspace.usage());
  const free = useMutation({
    mutationFn: () => client.workspace.gc(),
    onSuccess: () => void queries.invalidateQueries(),
  });
  const verify = useMutation({ mutationFn: () => client.workspace.fsck() });
  return (
    <Section title="Workspace">
      <Answer answer={status} rows={3}>
        {(engine) => (
          <>
            <Facts
              facts={[
                ['Drydock', engine.version],
                ['Runtime', engine.runtime],
                ['Node', engine.node],
                ['Started', moment(engine.startedAt)],
              ]}
            />
            {keyed(engine.notes, (note) => (
              <p>{note}</p>
            ))}
          </>
        )}
      </Answer>
      <h3>Disk</h3>
      <Answer answer={usage} rows={3}>
        {(disk) => (
          <Facts
            facts={[
              ['Models', bytes(disk.objects)],
              ['Results of runs', bytes(disk.runs)],
              ['Uploaded files', bytes(disk.uploads)],
              ['Everything else', bytes(disk.other)],
              ['Free on the disk', bytes(disk.free)],
            ]}
          />
        )}
      </Answer>
      <div className={styles.actions}>
        <Button variant="default" onClick={() => free.mutate()} loading={free.isPending}>
          Free what nothing needs
        </Button>
        <Button variant="default" onClick={() => verify.mutate()} loading={verify.isPending}>
          Compare everything with its digests
        </Button>
      </div>
      {free.isError ? <ProblemView problem={problemOf(free.error)} /> : null}
      {free.data ? <p role="status">{bytes(free.data.freedBytes)} were freed.</p> : null}
      {verify.isError ? <ProblemView problem={problemOf(verify.error)} /> : null}
      {verify.data ? (
        <div role="status">
          <p>
            {plural(verify.data.checked.objects, 'object')}, {plural(verify.data.checked.shards, 'shard')} and{' '}
            {plural(verify.data.checked.manifests, 'manifest')} were compared:{' '}
            {verify.data.damage.length === 0 ? 'nothing is damaged.' : `${verify.data.damage.length} are damaged.`}
          </p>
          <ul>
            {keyed(verify.data.damage, (damage) => (
              <li>
                {damage.what} {damage.hint}
              </li>
            ))}
          </ul>
        </div>
      ) : null}
    </Section>
  );
}

function Connections() {
  return (
    <Section title="Connections">
      <p>None. Drydock opens no connection: no update check, no telemetry. Models and data stay on this machine.</p>
    </Section>
  );
}

function About() {
  return (
    <Section title="Software of others">
      <p>
        <a href={hrefOf('settings', noticesPlace)}>Third-party notices</a>: what Drydock is made with, and the licences.
      </p>
    </Section>
  );
}
