import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename, dirname } from 'node:path';
import send from 'send';
import type { ResourceFile } from '../engine/contract/index.ts';
import type { Attachment } from '../engine/launcher.ts';
import { disposition, freshSeconds, isUnshownPicture, toldProblem } from '../hosting/index.ts';
import { refuse } from './answers.ts';

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
  const opened = await openOrNothing(request, id, engine);
  if (opened === null) {
    response.statusCode = 204;
    response.end();
    return;
  }
  const { path, type, name, attachment } = opened;
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

/** Null: a picture element asked for what cannot be shown as one. */
async function openOrNothing(request: IncomingMessage, id: string, engine: Attachment): Promise<ResourceFile | null> {
  try {
    return await engine.client.resources.open({ resource: id });
  } catch (error) {
    if (isUnshownPicture(request.headers.accept, toldProblem(error).code)) return null;
    throw error;
  }
}
