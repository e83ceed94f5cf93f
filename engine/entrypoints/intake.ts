import { intakeRouter } from '../intake/child.ts';
import { serveParent } from '../processes/index.ts';

serveParent(intakeRouter);
