import { dataReaderRouter } from '../data/child.ts';
import { serveParent } from '../processes/index.ts';
import { planRouter } from '../runs/child.ts';

serveParent({ ...dataReaderRouter, ...planRouter });
