import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Attachment } from '../engine/launcher.ts';
import { answerJson, readJson, refuse } from './answers.ts';
import type { UploadStore } from './upload-store.ts';

const Request = z.object({
  name: z.string().min(1).max(4096),
  kind: z.enum(['file', 'folder']),
  bytes: z.number().int().min(0),
});

/**
 * The calls of an upload, all of them by a page that has shown its secret:
 * - `POST /upload` `{name, kind, bytes}` begins one and gives `{upload}`;
 * - `GET /upload/ID` tells `{name, kind, bytes, received}`, `GET /upload/ID/file?path=P` how much of a file is here;
 * - `PUT /upload/ID/file?path=P`, with `Upload-Offset`, appends the body to a file of it;
 * - `POST /upload/ID/done` gives a grant of the file or folder; `DELETE /upload/ID` forgets it.
 */
export async function answerUpload(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  store: UploadStore,
  engine: () => Promise<Attachment>,
): Promise<void> {
  const [, , id, part, ...more] = url.pathname.split('/');
  const path = url.searchParams.get('path') ?? '';
  const asked = more.length > 0 ? '' : [request.method, id === undefined ? '' : 'id', part ?? ''].join(' ').trim();
  switch (asked) {
    case 'POST': {
      const wanted = Request.safeParse(await readJson(request));
      if (!wanted.success) return refuse(response, 400, 'An upload has a name, a kind and a number of bytes.');
      return answerJson(response, 201, await store.begin(wanted.data));
    }
    case 'GET id':
      return answerJson(response, 200, await store.state(id!));
    case 'GET id file':
      return answerJson(response, 200, { offset: await store.offset(id!, path) });
    case 'PUT id file': {
      const offset = String(request.headers['upload-offset'] ?? '');
      if (!/^\d{1,15}$/.test(offset)) return refuse(response, 400, 'Upload-Offset says where the body goes on.');
      return answerJson(response, 200, { offset: await store.append(id!, path, Number(offset), request) });
    }
    case 'POST id done': {
      const uploaded = await store.finish(id!);
      return answerJson(response, 200, await (await engine()).client.files.grantInput({ path: uploaded }));
    }
    case 'DELETE id':
      await store.remove(id!);
      response.statusCode = 204;
      response.end();
      return;
    default:
      return refuse(response, 404, 'There is no such call.');
  }
}
