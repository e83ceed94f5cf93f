import { serveParent } from '../processes/index.ts';
import { shardWorkerRouter } from '../runs/child.ts';

serveParent(shardWorkerRouter);
