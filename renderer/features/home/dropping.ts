import { useEffect } from 'react';
import { problemOf, useEngine, type EngineClient } from '../../client/index.ts';
import { filesOfDrop, filesOfInput, type ChosenFile, type Host } from '../../host/index.ts';
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
      void filesOfDrop(event.dataTransfer).then((files) => bringIn(client, host, files));
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
    {
      id: 'file.browse',
      title: 'Browse folders of this machine',
      group: 'File',
      run: () => useBrowsing.getState().show(),
    },
  ]);
}

/** The browser's own dialog for files or one folder. */
export function chooseFiles(client: EngineClient, host: Host, what: 'files' | 'folder'): void {
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
    if (files.length > 0) void bringIn(client, host, files);
  });
  input.addEventListener('cancel', () => input.remove());
  input.click();
}

async function bringIn(client: EngineClient, host: Host, files: readonly ChosenFile[]): Promise<void> {
  navigate('home');
  const stop = new AbortController();
  useIntake.setState({ arriving: { progress: null, stop }, problem: null });
  try {
    const grants = await host.grantFiles(files, {
      signal: stop.signal,
      onProgress: (progress) => useIntake.setState({ arriving: { progress, stop } }),
    });
    if (!stop.signal.aborted)
      await takeIn(
        client,
        grants.map(({ grant }) => grant),
      );
  } catch (error) {
    useIntake.setState({ arriving: null, problem: stop.signal.aborted ? null : problemOf(error) });
  }
}
