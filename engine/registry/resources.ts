import { createHmac, randomBytes } from 'node:crypto';
import { basename, join } from 'node:path';
import {
  problem,
  type ArchiveEntry,
  type PicturePlace,
  type PictureResource,
  type PictureSize,
  type ResourceFile,
} from '../contract/index.ts';
import type { PictureSource } from '../data/index.ts';
import type { Datasets } from './datasets.ts';
import type { Grants } from './grants.ts';
import type { WarmReader } from './reading.ts';

/** Where a picture lies: a file, or an entry of an archive. */
export interface LocatedPicture {
  path: string;
  name: string;
  entry?: ArchiveEntry | undefined;
}

/** What stands behind a resource's id. */
type Resource =
  | ({ kind: 'picture'; size: PictureSize } & LocatedPicture)
  | { kind: 'seen'; path: string; name: string }
  | { kind: 'download'; path: string; name: string; type: string };

/** Ids that are remembered, the longest unused forgotten first: a page asks again. */
const mostResources = 100_000;

/**
 * Files that pages fetch: each under an id that cannot be guessed and is the same for the same thing as long as this
 * engine lives, so that a browser's cache knows it again.
 */
export class Resources {
  readonly #key = randomBytes(32);
  readonly #known = new Map<string, Resource>();
  readonly #grants: Grants;
  readonly #datasets: Datasets;
  readonly #reader: WarmReader;
  readonly #thumbnails: string;

  constructor(parts: { grants: Grants; datasets: Datasets; reader: WarmReader; workspace: string }) {
    this.#grants = parts.grants;
    this.#datasets = parts.datasets;
    this.#reader = parts.reader;
    this.#thumbnails = join(parts.workspace, 'thumbnails');
  }

  /** A picture of a person's, whose path the engine found itself. Its bytes are looked at when it is fetched. */
  picture({ path, name, entry }: LocatedPicture, size: PictureSize): PictureResource {
    return { resource: this.#remember({ kind: 'picture', path, name, size, entry }), name };
  }

  /** Where children write pictures as a model gets them; `seen` gives such a file to a page. */
  get pictureFolder(): string {
    return this.#thumbnails;
  }

  /** A PNG that a child of the engine wrote. */
  seen(path: string): string {
    return this.#remember({ kind: 'seen', path, name: basename(path) });
  }

  /** A file that the engine wrote, to be kept by the person. */
  download(path: string, name: string, type: string): string {
    return this.#remember({ kind: 'download', path, name, type });
  }

  /** Errors: NOT_FOUND (no such grant, dataset, picture), and as reading files. */
  async pictures(
    place: PicturePlace,
    some: { from: number; limit: number; size: PictureSize },
  ): Promise<{ total: number; pictures: PictureResource[] }> {
    const source: PictureSource =
      'grant' in place
        ? { paths: [this.#grants.path(place.grant, 'input')] }
        : { files: this.#datasets.pictureFiles(place.dataset) };
    const { from, limit } = some;
    const found = await this.#reader.ask((client) => client.pictures({ source, from, limit }));
    return {
      total: found.total,
      pictures: found.pictures.map((picture) => this.picture(picture, some.size)),
    };
  }

  /** What a host serves for an id. Errors: NOT_FOUND, FILE_MISSING, FORMAT_NOT_SUPPORTED, DATA_INVALID. */
  async open(id: string): Promise<ResourceFile> {
    const resource = this.#known.get(id);
    if (!resource) throw problem('NOT_FOUND', 'There is no such resource any more.');
    this.#known.delete(id);
    this.#known.set(id, resource);
    const { path, name } = resource;
    if (resource.kind === 'download') return { path, name, type: resource.type, attachment: true };
    if (resource.kind === 'seen') return { path, name, type: 'image/png', attachment: false };
    const { size, entry } = resource;
    const task = { path, size, entry, cache: this.#thumbnails };
    const shown = await this.#reader.ask((client) => client.openPicture(task));
    return { ...shown, name: basename(name), attachment: false };
  }

  #remember(resource: Resource): string {
    const id = createHmac('sha256', this.#key).update(JSON.stringify(resource)).digest('base64url');
    this.#known.delete(id);
    this.#known.set(id, resource);
    if (this.#known.size > mostResources) this.#known.delete(this.#known.keys().next().value as string);
    return id;
  }
}
