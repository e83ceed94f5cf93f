import { serveParent } from '../processes/index.ts';
import { modelOpenerRouter } from '../registry/child.ts';

serveParent(modelOpenerRouter);
