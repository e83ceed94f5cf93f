import type { BatchBuilder } from './batch-builder.ts';
import type { ByteWindow } from './byte-window.ts';

/** Turns the bytes of a text file into rows of a batch. One instance reads one shard from its first byte on. */
export interface TextRows {
  /** Consumes rows until the batch is full or the window holds no whole row any more. */
  read(window: ByteWindow, batch: BatchBuilder): void;
}
