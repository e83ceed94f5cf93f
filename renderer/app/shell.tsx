import { IconCube, IconHome, IconPlayerPlay, IconSettings, IconTable, type Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { keysInWords, usePalette } from '../commands/index.ts';
import { LoadLine } from '../components/index.ts';
import { ConnectionBar } from './connection-bar.tsx';
import { hrefOf, useRoute, type PageName } from '../window/index.ts';
import { StatusBar } from './status-bar.tsx';
import styles from './shell.module.css';

const places: readonly { page: PageName; title: string; icon: Icon }[] = [
  { page: 'home', title: 'Home', icon: IconHome },
  { page: 'models', title: 'Models', icon: IconCube },
  { page: 'data', title: 'Data', icon: IconTable },
  { page: 'runs', title: 'Runs', icon: IconPlayerPlay },
];

/** Rail, top bar, page, status bar. */
export function Shell({ crumbs, children }: { crumbs: ReactNode; children: ReactNode }) {
  const { page } = useRoute();
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#content" onClick={skipToContent}>
        To the page
      </a>
      <nav className={styles.rail} aria-label="Pages">
        <div className={styles.mark}>
          <LoadLine size={22} />
          <span className={styles.word}>Drydock</span>
        </div>
        {places.map((place) => (
          <Place key={place.page} {...place} current={page === place.page} />
        ))}
        <div className={styles.gap} />
        <Place page="settings" title="Settings" icon={IconSettings} current={page === 'settings'} />
      </nav>
      <header className={styles.topbar}>
        <div className={styles.crumbs}>{crumbs}</div>
        <button type="button" className={styles.find} onClick={() => usePalette.getState().show()}>
          <span>What to do</span>
          <kbd>{keysInWords('mod+k')}</kbd>
        </button>
      </header>
      <main id="content" className={styles.content} tabIndex={-1}>
        <ConnectionBar />
        <div className={styles.scroll}>{children}</div>
      </main>
      <StatusBar />
    </div>
  );
}

function Place({
  page,
  title,
  icon: PlaceIcon,
  current,
}: {
  page: PageName;
  title: string;
  icon: Icon;
  current: boolean;
}) {
  return (
    <a className={styles.place} href={hrefOf(page)} aria-current={current ? 'page' : undefined} title={title}>
      <PlaceIcon size={16} stroke={1.5} aria-hidden />
      <span className={styles.placeName}>{title}</span>
    </a>
  );
}

function skipToContent(event: { preventDefault(): void }): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}
