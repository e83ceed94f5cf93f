/** The notices of Electron and of everything in its Chromium, as an Electron's folder brings them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Notice } from './notices.ts';

const inChromium = 'in Chromium';

export function noticesOfElectron(folder: string, version: string): Notice[] {
  const electron = {
    name: 'Electron',
    version,
    licence: 'MIT',
    text: readFileSync(join(folder, 'LICENSE'), 'utf8'),
  };
  return [electron, ...noticesOfChromium(readFileSync(join(folder, 'LICENSES.chromium.html'), 'utf8'))];
}

/** Reads Chromium's page of credits. One that is written in another way becomes a single notice: nothing is lost. */
export function noticesOfChromium(html: string): Notice[] {
  const parts = html.split(/<div class="product">/).slice(1);
  const notices = parts.flatMap((part) => {
    const title = /<span class="title">([\s\S]*?)<\/span>/.exec(part)?.[1];
    const words = /<pre>([\s\S]*?)<\/pre>/.exec(part)?.[1];
    if (title === undefined || words === undefined) return [];
    const homepage = /<span class="homepage"><a href="([^"]*)"/.exec(part)?.[1];
    const text = `${homepage === undefined ? '' : `${plain(homepage)}\n\n`}${plain(words)}`;
    return [{ name: plain(title), version: '', licence: inChromium, text }];
  });
  if (parts.length > 0 && notices.length === parts.length) return notices;
  return [{ name: 'Chromium', version: '', licence: inChromium, text: plain(html.replaceAll(/<[^>]*>/g, '')) }];
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", '#39': "'", '#34': '"' };

function plain(html: string): string {
  return html
    .replaceAll(/&(lt|gt|quot|apos|#39|#34);/g, (_all, name: string) => entities[name]!)
    .replaceAll('&amp;', '&');
}
