import { serveParent } from '../processes/index.ts';
import { queryRouter } from '../runs/child.ts';

serveParent(queryRouter);
