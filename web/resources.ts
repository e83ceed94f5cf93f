import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename, dirname } from 'node:path';
import send from 'send';
import type { Attachment } from '../engine/launcher.ts';
import { refuse } from './answers.ts';

/** A picture may be shown again without a question for this long: its id stands for one file, which may change. */
const freshSeconds = 60;

/**
 * Serves what the engine knows under an id, with ranges. The bytes are never a document of this site: a fixed media type
 * that nobody may guess anew, and a policy under which even a document would run and load nothing.
 */
export async function serveResource(
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
  engine: Attachment,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'This can only be read.');
  if (!/^[\w-]{43}$/.test(id)) return refuse(response, 404, 'There is no such resource.');
  const { path, type, name, attachment } = await engine.client.resources.open({ resource: id });
  response.setHeader('Content-Type', type);
  response.setHeader('Content-Disposition', disposition(attachment, name));
  response.setHeader('Cache-Control', attachment ? 'no-store' : `private, max-age=${freshSeconds}`);
  await new Promise<void>((resolve) => {
    response.once('close', resolve);
    // The name goes through an address and back; the folder is the engine's word.
    send(request, encodeURIComponent(basename(path)), {
      root: dirname(path),
      dotfiles: 'allow',
      index: false,
      cacheControl: false,
    })
      .on('error', () => {
        response.removeHeader('Content-Disposition');
        refuse(response, 404, 'The file is not there any more.');
      })
      .on('directory', () => refuse(response, 404, 'The file is not there any more.'))
      .pipe(response);
  });
}

/** RFC 6266: the name in plain ASCII, and whole in UTF-8. Neither can end the header or its quotes. */
export function disposition(attachment: boolean, name: string): string {
  const whole = name.toWellFormed();
  const ascii = whole.replaceAll(/[^\w.() -]/g, '_').slice(-150);
  const encoded = encodeURIComponent(whole).replaceAll(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${attachment ? 'attachment' : 'inline'}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
