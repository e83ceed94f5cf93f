import type { ChosenFile } from './host.ts';

/** Files below a dropped folder beyond this many are refused in words by whoever asked. */
export const mostFiles = 200_000;

/** Everything that was dropped, folders walked, with paths relative to the drop. */
export async function filesOfDrop(transfer: DataTransfer): Promise<ChosenFile[]> {
  // Entries must be taken before the first await: the transfer is emptied after the event.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return [...transfer.files].map((file) => ({ path: file.name, file }));
  const found: ChosenFile[] = [];
  for (const entry of entries) await walk(entry, entry.name, found);
  return found;
}

export function filesOfInput(input: HTMLInputElement): ChosenFile[] {
  return [...(input.files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

async function walk(entry: FileSystemEntry, path: string, found: ChosenFile[]): Promise<void> {
  if (found.length >= mostFiles) return;
  if (entry.isFile) {
    found.push({ path, file: await fileOf(entry as FileSystemFileEntry) });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return;
    for (const child of some) await walk(child, `${path}/${child.name}`, found);
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}
