import { dataReaderRouter } from '../data/child.ts';
import { serveParent } from '../processes/index.ts';

serveParent(dataReaderRouter);
