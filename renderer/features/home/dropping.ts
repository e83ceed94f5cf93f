import { useEffect } from 'react';
import type { Grant } from '../../../engine/contract/index.ts';
import { problemOf, useEngine, type EngineClient } from '../../client/index.ts';
import { filesOfInput, type Host } from '../../host/index.ts';
import { useCommands } from '../../commands/index.ts';
import { navigate } from '../../window/index.ts';
import { useBrowsing } from './browse-dialog.tsx';
import { takeIn, useIntake } from './intake.ts';

/** Files may be dropped on any page; they become the sentence on Home. Registers how files are chosen by keyboard, too. */
export function useDropEverywhere(): void {
  const { client, host } = useEngine();
  useEffect(() => {
    const onOver = (event: DragEvent): void => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
      document.documentElement.dataset.dropping = '';
    };
    const onLeave = (event: DragEvent): void => {
      if (event.relatedTarget === null) delete document.documentElement.dataset.dropping;
    };
    const onDrop = (event: DragEvent): void => {
      delete document.documentElement.dataset.dropping;
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      void host
        .filesOfDrop(event.dataTransfer)
        .then((files) => bringIn(client, (options) => host.grantFiles(files, options)));
    };
    window.addEventListener('dragover', onOver);
    window.addEventListener('dragleave', onLeave);
    window.addEventListener('drop', onDrop);
    return () => {
      window.removeEventListener('dragover', onOver);
      window.removeEventListener('dragleave', onLeave);
      window.removeEventListener('drop', onDrop);
    };
  }, [client, host]);
  useEffect(() => host.native?.onOpened((grants) => void bringIn(client, async () => grants())), [client, host]);
  useCommands([
    {
      id: 'file.open',
      title: 'Choose files',
      group: 'File',
      keys: 'mod+o',
      run: () => chooseFiles(client, host, 'files'),
    },
    {
      id: 'file.open-folder',
      title: 'Choose a folder',
      group: 'File',
      keys: 'mod+shift+o',
      run: () => chooseFiles(client, host, 'folder'),
    },
    // The system's dialog sees every folder.
    ...(host.native === undefined ? [browseCommand] : []),
  ]);
}

const browseCommand = {
  id: 'file.browse',
  title: 'Browse folders of this machine',
  group: 'File' as const,
  run: () => useBrowsing.getState().show(),
};

/** The system's dialog, or the browser's own, for files or one folder. */
export function chooseFiles(client: EngineClient, host: Host, what: 'files' | 'folder'): void {
  const { native } = host;
  if (native === undefined) chooseInBrowser(client, host, what);
  else void bringIn(client, () => native.chooseFiles(what));
}

function chooseInBrowser(client: EngineClient, host: Host, what: 'files' | 'folder'): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  input.webkitdirectory = what === 'folder';
  input.dataset.chooser = what;
  input.style.display = 'none';
  // In the document, so that a test or an assistive program can reach it while the dialog is open.
  document.body.append(input);
  input.addEventListener('change', () => {
    const files = filesOfInput(input);
    input.remove();
    if (files.length > 0) void bringIn(client, (options) => host.grantFiles(files, options));
  });
  input.addEventListener('cancel', () => input.remove());
  input.click();
}

/** Takes in what `grant` gives leave to read; an empty list is a person's second thought. */
async function bringIn(
  client: EngineClient,
  grant: (options: Parameters<Host['grantFiles']>[1]) => Promise<Grant[]>,
): Promise<void> {
  navigate('home');
  const stop = new AbortController();
  useIntake.setState({ arriving: { progress: null, stop }, problem: null });
  try {
    const grants = await grant({
      signal: stop.signal,
      onProgress: (progress) => useIntake.setState({ arriving: { progress, stop } }),
    });
    if (grants.length === 0) useIntake.setState({ arriving: null });
    else if (!stop.signal.aborted)
      await takeIn(
        client,
        grants.map(({ grant }) => grant),
      );
  } catch (error) {
    useIntake.setState({ arriving: null, problem: stop.signal.aborted ? null : problemOf(error) });
  }
}
