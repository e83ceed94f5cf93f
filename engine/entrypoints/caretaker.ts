import { serveParent } from '../processes/index.ts';
import { caretakerRouter } from '../workspace/child.ts';

serveParent(caretakerRouter);
