import { tracerRouter } from '../inference/child.ts';
import { serveParent } from '../processes/index.ts';

serveParent(tracerRouter);
