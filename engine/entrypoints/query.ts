import { serveParent } from '../processes/index.ts';
import { queryRouter, resultsRouter } from '../runs/child.ts';

serveParent({ ...queryRouter, results: resultsRouter });
