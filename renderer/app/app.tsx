import { MantineProvider } from '@mantine/core';
import { useEffect, useState } from 'react';
import { EngineProvider, useEngine, type EngineClient } from '../client/index.ts';
import {
  KeySheet,
  Palette,
  useCommands,
  useKeyboard,
  useNativeMenu,
  usePalette,
  useRevealCommand,
  useSaved,
} from '../commands/index.ts';
import { Guard, LoadLine, Name } from '../components/index.ts';
import { DataPage, DatasetName, DatasetPage } from '../features/data/index.ts';
import { BrowseDialog, HomePage, useDropEverywhere } from '../features/home/index.ts';
import { ModelsPage, VersionPage } from '../features/models/index.ts';
import { RunPage, RunsPage } from '../features/runs/index.ts';
import { NoticesPage, noticesPlace, SettingsPage } from '../features/settings/index.ts';
import type { Host } from '../host/index.ts';
import { cssVariables, nonce, theme } from '../theme/index.ts';
import {
  hrefOf,
  navigate,
  useFollowJobs,
  usePreferences,
  useRoute,
  type PageName,
  type Route,
} from '../window/index.ts';
import { Shell } from './shell.tsx';
import styles from './app.module.css';

/** The whole window. */
export function App({ host, client }: { host: Host; client: EngineClient }) {
  return (
    <Dressed>
      <EngineProvider host={host} client={client}>
        <Window />
      </EngineProvider>
    </Dressed>
  );
}

/** Shown where an address was opened twice, or belongs to a program that has ended. */
export function NoSession() {
  return (
    <Dressed>
      <main className={styles.alone}>
        <LoadLine size={40} />
        <h1>This address opens no window.</h1>
        <p>
          It was opened before, or it belongs to a Drydock that has ended. Open the newest address that Drydock printed,
          or start it again.
        </p>
      </main>
    </Dressed>
  );
}

function Dressed({ children }: { children: React.ReactNode }) {
  const { scheme, density } = usePreferences();
  useEffect(() => {
    document.documentElement.dataset.density = density;
  }, [density]);
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
      {...(scheme === 'auto' ? {} : { forceColorScheme: scheme })}
    >
      {children}
    </MantineProvider>
  );
}

function Window() {
  const route = useRoute();
  const [keysShown, setKeysShown] = useState(false);
  useFollowJobs();
  useKeyboard();
  useDropEverywhere();
  useDesktop();
  useCommands([
    ...goCommands,
    { id: 'palette', title: 'Find a command', group: 'Help', keys: 'mod+k', run: () => usePalette.getState().show() },
    { id: 'keys', title: 'Show all keys', group: 'Help', keys: '?', run: () => setKeysShown(true) },
    {
      id: 'notices',
      title: 'Show third-party notices',
      group: 'Help',
      run: () => navigate('settings', noticesPlace),
    },
    {
      id: 'theme.toggle',
      title: 'Switch between light and dark',
      group: 'View',
      run: toggleScheme,
    },
  ]);
  return (
    <>
      <Shell crumbs={<Crumbs route={route} />}>
        <Guard key={`${route.page}/${route.rest.slice(0, 2).join('/')}`}>
          <CurrentPage route={route} />
        </Guard>
      </Shell>
      <BrowseDialog />
      <Palette />
      <KeySheet open={keysShown} onClose={() => setKeysShown(false)} />
    </>
  );
}

/** What only the desktop window has: its menu bar, its notifications, places on the disk. */
function useDesktop(): void {
  const { native } = useEngine().host;
  const { saved } = useSaved();
  useNativeMenu();
  useEffect(() => native?.onShowRun((run) => navigate('runs', run)), [native]);
  useRevealCommand(
    {
      id: 'file.reveal-saved',
      title: 'Show the saved file in its folder',
      group: 'File',
      enabled: saved,
      why: 'Nothing was saved yet.',
    },
    { kind: 'saved' },
  );
  useRevealCommand(
    { id: 'file.reveal-workspace', title: 'Show the workspace in its folder', group: 'File' },
    { kind: 'workspace' },
  );
}

function CurrentPage({ route: { page, rest } }: { route: Route }) {
  const [first, second, third] = rest;
  switch (page) {
    case 'home':
      return <HomePage />;
    case 'models':
      return first !== undefined && second !== undefined ? (
        <VersionPage model={first} version={Number(second)} tab={third ?? 'overview'} />
      ) : (
        <ModelsPage opened={first ?? null} />
      );
    case 'data':
      return first === undefined ? <DataPage /> : <DatasetPage dataset={first} />;
    case 'runs':
      return first === undefined ? <RunsPage /> : <RunPage run={first} tab={second ?? 'results'} />;
    case 'settings':
      return first === noticesPlace ? <NoticesPage /> : <SettingsPage />;
  }
}

function Crumbs({ route: { page, rest } }: { route: Route }) {
  const [first, second] = rest;
  return (
    <nav aria-label="Where you are" className={styles.crumbs}>
      <a href={hrefOf(page)}>{titles[page]}</a>
      {first === undefined ? null : (
        <>
          <span aria-hidden>/</span>
          {page === 'data' ? (
            <DatasetName dataset={first} />
          ) : page === 'settings' ? (
            'Third-party notices'
          ) : (
            <Name text={page === 'models' && second !== undefined ? `${first} v${second}` : first} most={48} />
          )}
        </>
      )}
    </nav>
  );
}

const titles: Record<PageName, string> = {
  home: 'Home',
  models: 'Models',
  data: 'Data',
  runs: 'Runs',
  settings: 'Settings',
};

const goKeys: Record<PageName, string> = { home: 'h', models: 'm', data: 'd', runs: 'r', settings: 's' };

const goCommands = (Object.keys(titles) as PageName[]).map((page) => ({
  id: `go.${page}`,
  title: `Go to ${titles[page]}`,
  group: 'Go' as const,
  keys: `g ${goKeys[page]}`,
  run: () => navigate(page),
}));

function toggleScheme(): void {
  const shown = document.documentElement.dataset.mantineColorScheme;
  usePreferences.getState().set({ scheme: shown === 'dark' ? 'light' : 'dark' });
}
